"""Which contacts are meant: the filters and the search of their list, as values that a job can keep.

The list, the exports and the bulk actions ask this module, so that they mean the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.db.models import Q, QuerySet
from django.utils import dates
from django.utils.translation import gettext as _

from accounts.models import Account
from contacts import searching
from contacts.models import Contact, Group, Import
from smspanel import clock

GROUP: Final = "groups__id__exact"
SEX: Final = "sex__exact"
MONTH: Final = "birthday"
IMPORT: Final = "import"
TEXTED: Final = "texted"
SEARCH: Final = "q"
IDS: Final = "ids"
NEVER: Final = "never"
DAYS: Final = (7, 30, 90)
MOST_COUNTED: Final = 100_000
MOST_TICKED: Final = 200
NOBODY: Final = -1
"""An id that nothing has."""


Texted = Callable[[datetime | None], Q]
"""Returns the condition that keeps contacts to whom something was sent since a moment, or ever."""

_conditions: Final[dict[str, Texted]] = {}


def know_texted(condition: Texted) -> None:
    """Tell what texted means; this app does not know messages."""
    _conditions[TEXTED] = condition


@dataclass(frozen=True, slots=True)
class Selection:
    """What the list of contacts is limited to; what is 0 or blank limits nothing.

    `also` is a second group, and `untexted` a moment since which nothing was sent; the list does not ask for these.
    """

    group: int = 0
    sex: str = ""
    month: int = 0
    spreadsheet: int = 0
    texted: str = ""
    search: str = ""
    ids: tuple[int, ...] = ()
    also: int = 0
    untexted: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """Return what the address of the list says; a value that makes no sense finds nobody."""
        ticked = asked.get(IDS, "")
        return cls(
            group=_number(asked.get(GROUP, "")),
            sex=asked.get(SEX, "").replace("\0", "?"),
            month=_number(asked.get(MONTH, "")),
            spreadsheet=_number(asked.get(IMPORT, "")),
            texted=asked.get(TEXTED, "").replace("\0", "?"),
            search=asked.get(SEARCH, "").replace("\0", "").strip()[:100],
            ids=tuple(_number(one) or NOBODY for one in ticked.split(",")[:MOST_TICKED]) if ticked else (),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as a job keeps it, without what limits nothing."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what a job has kept."""
        return replace(cls(), **{name: kept[name] for name in cls.__slots__ if name in kept})

    def of(self, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
        """Keep the contacts that are meant."""
        if self.ids:
            contacts = contacts.filter(pk__in=self.ids)
        if self.group:
            contacts = contacts.filter(groups=self.group)
        if self.also:
            contacts = contacts.filter(groups=self.also)
        if self.untexted:
            contacts = contacts.exclude(_conditions[TEXTED](datetime.fromisoformat(self.untexted)))
        if self.sex:
            contacts = contacts.filter(sex=self.sex) if self.sex in Contact.Sex.values else contacts.none()
        if self.month:
            contacts = contacts.filter(birth_date__month=self.month)
        if self.spreadsheet:
            contacts = contacts.filter(last_import=self.spreadsheet)
        if self.texted:
            contacts = _texted(contacts, self.texted)
        return searching.find(contacts, self.search) if self.search else contacts

    def in_words(self, account: Account) -> list[str]:
        """Return what a person reads about it; what is not of the account has no name."""
        words = [_("ticked in the list")] if self.ids else []
        groups, files = Group.objects.filter(account=account), Import.objects.filter(account=account)
        if self.group:
            words.append(_("in the group “%s”") % (groups.filter(pk=self.group).first() or "?"))
        if self.also:
            words.append(_("in the group “%s”") % (groups.filter(pk=self.also).first() or "?"))
        if self.untexted:
            words.append(_("not texted since %s") % self.untexted[:10])
        if self.sex:
            words.append(str(dict(Contact.Sex.choices).get(self.sex, "?")))
        if self.month:
            words.append(_("birthday in %s") % dates.MONTHS.get(self.month, "?"))
        if self.spreadsheet:
            words.append(_("imported from “%s”") % (files.filter(pk=self.spreadsheet).first() or "?"))
        if self.texted:
            never = self.texted == NEVER
            words.append(_("never texted") if never else _("texted in the last %s days") % self.texted)
        if self.search:
            words.append(_("found by “%s”") % self.search)
        return words


def of_account(account_id: int, kept: Mapping[str, Any]) -> QuerySet[Contact]:
    """Return the contacts of an account that a job means."""
    return Selection.from_json(kept).of(Contact.objects.filter(account=account_id))


def count(contacts: QuerySet[Contact]) -> tuple[int, bool]:
    """Return how many there are, and whether that is all: counting ends where it would take long."""
    found = contacts.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return min(found, MOST_COUNTED), found <= MOST_COUNTED


def _number(text: str) -> int:
    """Return an id from an address; NOBODY for what is none."""
    if not text:
        return 0
    return (int(text) or NOBODY) if text.isascii() and text.isdecimal() and len(text) < 16 else NOBODY


def _texted(contacts: QuerySet[Contact], when: str) -> QuerySet[Contact]:
    """Keep those who were texted in the last days, or never."""
    if when == NEVER:
        return contacts.exclude(_conditions[TEXTED](None))
    if when not in map(str, DAYS):
        return contacts.none()
    return contacts.filter(_conditions[TEXTED](clock.now() - timedelta(days=int(when))))
