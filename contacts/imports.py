"""Imports spreadsheets: look without writing, then apply in chunks that a crash cannot repeat or lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import blacklist, cells, spreadsheets, uploads, upsert
from contacts.models import BlacklistEntry, Contact, Group, Import, RejectedRow
from smspanel import clock, doorbell

CHUNK: Final = 5_000
SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)


class ImportRefused(Exception):
    """The import cannot be started or stopped; the message says why and what to do."""


def file_of(spreadsheet: Import) -> Path:
    """Return where the upload is kept."""
    return uploads.path_of(spreadsheet.public_id)


def keep(*, account: Account, actor: User | None, file: UploadedFile[Any], target: Import.Target) -> Import:
    """Keep an uploaded file and return its unsaved import with how it is to be read; raises UnreadableFile."""
    draft = Import(account=account, target=target, file_name=uploads.name_of(file), created_by=actor)
    found, draft.file_sha256 = uploads.keep(file, draft.public_id)
    draft.row_estimate = found.estimated_rows
    draft.layout = found.layout.to_json() | {
        "titles": found.titles,
        "guess": {field: column for column, field in found.mapping.items()},
        "preview": [cells for _number, cells in found.preview],
    }
    return draft


def upload(*, account: Account, actor: User | None, file: UploadedFile[Any], target: Import.Target) -> Import:
    """Keep an uploaded file until somebody says which column is which, touching no contact; raises UnreadableFile."""
    draft = keep(account=account, actor=actor, file=file, target=target)
    draft.save()
    return draft


@transaction.atomic
def start_numbers(*, spreadsheet: Import, group: Group | None, actor: User | None) -> None:
    """Queue a kept file of numbers as it was guessed: software is asked nothing, and its files begin with a number."""
    spreadsheet.save()
    column = spreadsheet.layout["guess"].get("msisdn", 0)
    has_header = bool(spreadsheet.layout["header_row"])
    start(spreadsheet=spreadsheet, columns={"msisdn": column}, has_header=has_header, group=group, actor=actor)


def receive_blacklist(*, account: Account, file: UploadedFile[Any], actor: User | None) -> Import:
    """Have the numbers of a file put on the blacklist; raises UnreadableFile."""
    spreadsheet = keep(account=account, actor=actor, file=file, target=Import.Target.BLACKLIST)
    start_numbers(spreadsheet=spreadsheet, group=None, actor=actor)
    return spreadsheet


@transaction.atomic
def start(
    *, spreadsheet: Import, columns: Mapping[str, int], has_header: bool, group: Group | None, actor: User | None
) -> None:
    """Queue an import whose columns its owner has confirmed; raises ImportRefused."""
    if "msisdn" not in columns:
        raise ImportRefused(_("Say which column holds the phone numbers."))
    current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
    if current.status != Import.Status.UPLOADED:
        raise ImportRefused(_("This import was started already."))
    header_row = (current.layout["header_row"] or 1) if has_header else 0
    layout = replace(spreadsheets.Layout.from_json(current.layout), header_row=header_row)
    current.layout = layout.to_json() | {"columns": dict(columns)}
    current.group, current.status = group, Import.Status.QUEUED
    current.save(update_fields=["layout", "group", "status"])
    audit.record(actor=actor, action="import.start", subject=current, account=current.account, target=current.target)
    doorbell.ring("contacts.jobs.apply_import", current.pk)


@transaction.atomic
def stop(*, spreadsheet: Import, actor: User | None) -> None:
    """Stop an import; what is imported stays. Raises ImportRefused."""
    unfinished = Import.objects.filter(pk=spreadsheet.pk, status__in=[Import.Status.UPLOADED, *Import.OPEN])
    if not unfinished.update(status=Import.Status.CANCELED, finished_at=clock.now()):
        raise ImportRefused(_("This import has ended already."))
    audit.record(actor=actor, action="import.stop", subject=spreadsheet, account=spreadsheet.account)
    transaction.on_commit(lambda: file_of(spreadsheet).unlink(missing_ok=True))


def due() -> list[tuple[int]]:
    """Return imports that are under way and that no living process is working on."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())
    return list(Import.objects.filter(free, status__in=Import.OPEN).order_by("pk").values_list("pk"))


def apply(import_id: int) -> None:
    """Import rows until the file ends, the time is up, or somebody stops it."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())
    mine = Import.objects.filter(free, pk=import_id, status__in=Import.OPEN)
    if not mine.update(status=Import.Status.RUNNING, lease_until=clock.now() + LEASE):
        return
    spreadsheet = Import.objects.select_related("account", "group").get(pk=import_id)
    try:
        finished = _apply_rows(spreadsheet)
    except (spreadsheets.UnreadableFile, OSError) as error:
        problem = str(error) if isinstance(error, spreadsheets.UnreadableFile) else _("The uploaded file is gone.")
        _end(spreadsheet, Import.Status.FAILED, problem)
        return
    if finished:
        _end(spreadsheet, Import.Status.DONE)
    else:
        Import.objects.filter(pk=import_id, status=Import.Status.RUNNING).update(lease_until=None)
        doorbell.ring_now("contacts.jobs.apply_import", import_id)


def _apply_rows(spreadsheet: Import) -> bool:
    """Apply chunk after chunk; says whether the file has ended."""
    layout = spreadsheets.Layout.from_json(spreadsheet.layout)
    rows = spreadsheets.rows(file_of(spreadsheet), layout, start=spreadsheet.cursor)
    until = clock.monotonic() + SECONDS
    cursor = spreadsheet.cursor
    while chunk := list(islice(rows, CHUNK)):
        if not _apply_chunk(spreadsheet, cursor, chunk):
            return False
        cursor += len(chunk)
        if clock.monotonic() > until:
            return False
    return True


def _end(spreadsheet: Import, status: Import.Status, problem: str = "") -> None:
    ended = Import.objects.filter(pk=spreadsheet.pk, status__in=Import.OPEN)
    if ended.update(status=status, problem=problem[:300], finished_at=clock.now(), lease_until=None):
        file_of(spreadsheet).unlink(missing_ok=True)


@dataclass
class _Sorted:
    """The rows of a chunk by what becomes of them."""

    good: dict[str, list[Any]] = field(default_factory=dict)
    repeated: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


def _sort(spreadsheet: Import, chunk: Sequence[tuple[int, list[str]]]) -> _Sorted:
    """Read every row of the chunk."""
    columns: dict[str, int] = spreadsheet.layout["columns"]
    result = _Sorted()
    for number, row in chunk:
        if not any(cell.strip() for cell in row):
            continue
        try:
            values = cells.read(row, columns)
        except cells.BadCell as error:
            result.rejected.append(
                RejectedRow(spreadsheet=spreadsheet, row=number, cells=row[:50], reason=str(error)[:200])
            )
            continue
        if values[0] in result.good:
            result.repeated += 1
        else:
            result.good[values[0]] = values
    return result


def _apply_chunk(spreadsheet: Import, cursor: int, chunk: Sequence[tuple[int, list[str]]]) -> bool:
    """Write a chunk and move the cursor, together; says False when the import was stopped or taken over."""
    read = _sort(spreadsheet, chunk)
    with transaction.atomic():
        current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
        if current.status != Import.Status.RUNNING or current.cursor != cursor:
            return False
        # Two imports of one account take turns, so that each counts exactly what it created.
        Account.objects.select_for_update(no_key=True).get(pk=current.account_id)
        write = _write_contacts if current.target == Import.Target.CONTACTS else _write_blacklist
        write(current, read.good)
        RejectedRow.objects.bulk_create(read.rejected, batch_size=1000)
        current.duplicate_count += read.repeated
        current.invalid_count += len(read.rejected)
        current.cursor = cursor + len(chunk)
        current.lease_until = clock.now() + LEASE
        current.save()
    return True


def _write_contacts(current: Import, good: Mapping[str, list[Any]]) -> None:
    """Create and update contacts, and count which was which; a number seen earlier in this file is a repetition."""
    known = dict(
        Contact.objects.filter(account=current.account_id, msisdn__in=good).values_list("msisdn", "last_import_id")
    )
    fresh = [row for msisdn, row in good.items() if known.get(msisdn) != current.pk]
    erased = upsert.contacts(account_id=current.account_id, import_id=current.pk, rows=fresh)
    if current.group_id:
        upsert.memberships(group_id=current.group_id, account_id=current.account_id, numbers=list(good))
    current.duplicate_count += len(good) - len(fresh)
    current.invalid_count += len(erased)
    fresh = [row for row in fresh if row[0] not in erased]
    current.created_count += sum(row[0] not in known for row in fresh)
    current.updated_count += sum(row[0] in known for row in fresh)
    current.blacklisted_count += len(blacklist.blocked(account=current.account, msisdns=[row[0] for row in fresh]))


def _write_blacklist(current: Import, good: Mapping[str, list[Any]]) -> None:
    """Put numbers on the blacklist; one that is there already is a repetition."""
    draft = BlacklistEntry(account=current.account, source=BlacklistEntry.Source.IMPORT, created_by=current.created_by)
    new = blacklist.put(draft, list(good))
    current.created_count += new
    current.duplicate_count += len(good) - new
