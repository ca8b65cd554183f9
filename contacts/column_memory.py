"""Remembers which column was which, so that the next file with the same titles is read the same way."""

from __future__ import annotations

import hashlib

from contacts.models import ColumnMemory, Import
from smspanel import clock


def keep(spreadsheet: Import) -> None:
    """Remember the columns of an import that has titles."""
    if spreadsheet.layout["header_row"]:
        ColumnMemory.objects.update_or_create(
            account_id=spreadsheet.account_id,
            target=spreadsheet.target,
            titles_sha256=_digest(spreadsheet),
            defaults={"columns": spreadsheet.layout["columns"], "used_at": clock.now()},
        )


def recall(spreadsheet: Import) -> dict[str, int] | None:
    """Return the columns of the last file of this account with the same titles, if there was one."""
    if not spreadsheet.layout["header_row"]:
        return None
    known = ColumnMemory.objects.filter(account_id=spreadsheet.account_id, target=spreadsheet.target)
    found = known.filter(titles_sha256=_digest(spreadsheet)).values_list("columns", flat=True).first()
    return None if found is None else dict(found)


def _digest(spreadsheet: Import) -> str:
    """Return what tells titles apart, however they are capitalised."""
    titles = "\x1f".join(title.casefold() for title in spreadsheet.layout["titles"])
    return hashlib.sha256(titles.encode()).hexdigest()
