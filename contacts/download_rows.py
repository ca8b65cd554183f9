"""The rows of files about contacts, chunk by chunk (accounts/download_kinds.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.download_kinds import CHUNK, Chunk, Kind, Row, cursor_after, fixed
from accounts.models import Download
from contacts import selecting
from contacts.fields import FIELDS, label_of
from contacts.models import BlacklistEntry, Import, Membership, RejectedRow


class Type(StrEnum):
    """Kinds of files about contacts."""

    CONTACTS = "CONTACTS"
    GROUP_MSISDNS = "GROUP_MSISDNS"
    BLACKLIST = "BLACKLIST"
    IMPORT_REJECTED = "IMPORT_REJECTED"


_NUMBER: Final = _("Number")
_SOURCES: Final = dict(BlacklistEntry.Source.choices)


def _contact_headings(_download: Download) -> list[str | Promise]:
    """Name the columns as the import guesses them."""
    return [_NUMBER, *map(label_of, FIELDS)]


def _contacts(download: Download, after: str) -> Chunk:
    found = selecting.of_account(download.account_id, download.parameters)
    if limit := download.parameters.get("limit"):
        found = found.filter(pk__lte=limit)
    values = found.filter(pk__gt=int(after or 0)).order_by("pk").values_list("pk", "msisdn", *FIELDS)
    contacts: list[Any] = list(values[:CHUNK])
    rows: list[Row] = [[str(cell) if cell is not None else "" for cell in one[1:]] for one in contacts]
    return rows, cursor_after(contacts, CHUNK, lambda one: one[0])


def _members(download: Download, after: str) -> Chunk:
    found = Membership.objects.filter(group=download.parameters["id"], group__account=download.account)
    members = list(found.select_related("contact").filter(pk__gt=int(after or 0)).order_by("pk")[:CHUNK])
    rows: list[Row] = [[one.contact.msisdn, one.contact.first_name, one.contact.last_name] for one in members]
    return rows, cursor_after(members, CHUNK, lambda member: member.pk)


def _blacklist(download: Download, after: str) -> Chunk:
    found = BlacklistEntry.objects.filter(account=download.account_id, pk__gt=int(after or 0)).order_by("pk")
    entries = list(found[:CHUNK])
    zone = download.account.zone
    rows: list[Row] = [
        [one.msisdn, str(_SOURCES[one.source]), one.reason, f"{one.created_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"]
        for one in entries
    ]
    return rows, cursor_after(entries, CHUNK, lambda entry: entry.pk)


def _rejected_headings(download: Download) -> Sequence[str | Promise]:
    spreadsheet = Import.objects.filter(pk=download.parameters["id"], account=download.account_id).first()
    width = spreadsheet.layout.get("width", 0) if spreadsheet is not None else 0
    return [_("Row"), _("Reason"), *(gettext("Column %s") % number for number in range(1, width + 1))]


def _rejected(download: Download, after: str) -> Chunk:
    """Go by the row's number, which the unique index of an import's rejected rows is sorted by."""
    rows = RejectedRow.objects.filter(
        spreadsheet=download.parameters["id"], spreadsheet__account=download.account_id, row__gt=int(after or 0)
    )
    found = list(rows.order_by("row")[:CHUNK])
    return [[one.row, one.reason, *one.cells] for one in found], cursor_after(found, CHUNK, lambda one: one.row)


_ENTRY: Final = (_NUMBER, _("Source"), _("Reason"), _("Added"))

KINDS: Final[Mapping[str, Kind]] = {
    Type.CONTACTS: Kind(_("Contacts"), "contacts", _contact_headings, _contacts),
    Type.GROUP_MSISDNS: Kind(
        _("Numbers of a group"), "groupMsisds", fixed(_NUMBER, _("First name"), _("Last name")), _members
    ),
    Type.BLACKLIST: Kind(_("Blacklist"), "blacklist", fixed(*_ENTRY), _blacklist),
    Type.IMPORT_REJECTED: Kind(_("Rejected rows of an import"), "importRejected", _rejected_headings, _rejected),
}
