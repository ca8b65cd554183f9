"""What a spreadsheet can say of a contact besides the number: the fields, their lengths, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NOTES: Final = tuple(f"note_{number}" for number in range(1, 11))
"""The ten free fields of a contact (JO-10)."""

FIELDS: Final = ("first_name", "last_name", "middle_name", "sex", "birth_date", *NOTES)
"""What an import may fill in."""

LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {"first_name": 60, "last_name": 60, "middle_name": 60, "sex": 1, **dict.fromkeys(NOTES, 200)}
)
"""Characters that a text may have."""

NAMES: Final[Mapping[str, StrPromise]] = MappingProxyType(
    {
        "msisdn": _("number"),
        "first_name": _("first name"),
        "last_name": _("last name"),
        "middle_name": _("middle name"),
        "sex": _("sex"),
        "birth_date": _("birth date"),
        "note_1": _("note 1"),
        "note_2": _("note 2"),
        "note_3": _("note 3"),
        "note_4": _("note 4"),
        "note_5": _("note 5"),
        "note_6": _("note 6"),
        "note_7": _("note 7"),
        "note_8": _("note 8"),
        "note_9": _("note 9"),
        "note_10": _("note 10"),
    }
)


def label_of(field: str) -> str:
    """Return what people call a field, to begin a line with."""
    name = str(NAMES[field])
    return name[:1].upper() + name[1:]
