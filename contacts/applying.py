"""Writes the rows of a spreadsheet in chunks that a crash can neither repeat nor lose."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import Account
from contacts import blacklist, cells, consents, erasure, imports, spreadsheets, upsert
from contacts.models import BlacklistEntry, Consent, ConsentClause, Import, RejectedRow
from smspanel import clock, doorbell, garbage, leases

CHUNK: Final = 20_000
SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)
SKIPPING: Final = timedelta(minutes=10)
"""The lease until the first chunk of a workbook, of which a crashed turn may have left a million rows to pass over."""


class Turn(StrEnum):
    """Why a worker stops applying rows; one that has lost the import to another, or to a stop, leaves it alone."""

    ENDED = "ENDED"
    TIME_UP = "TIME_UP"
    LOST = "LOST"


def due() -> list[tuple[int]]:
    """Return imports that are under way and that no living process is working on."""
    return list(Import.objects.filter(leases.free(), status__in=Import.OPEN).order_by("pk").values_list("pk"))


def apply(import_id: int) -> None:
    """Import rows until the file ends, the time is up, or somebody stops it."""
    mine = Import.objects.filter(leases.free(), pk=import_id, status__in=Import.OPEN)
    found = mine.values_list("layout", flat=True).first()
    if found is None:
        return
    lease = LEASE if spreadsheets.Layout.from_json(found).format.is_text else SKIPPING
    if not mine.update(status=Import.Status.RUNNING, lease_until=clock.now() + lease):
        return
    spreadsheet = Import.objects.select_related("account", "group").get(pk=import_id)
    try:
        turn = _apply_rows(spreadsheet)
    except (spreadsheets.UnreadableFile, OSError) as error:
        problem = str(error) if isinstance(error, spreadsheets.UnreadableFile) else _("The uploaded file is gone.")
        _end(spreadsheet, Import.Status.FAILED, problem)
        return
    if turn == Turn.ENDED:
        _end(spreadsheet, Import.Status.DONE)
    elif turn == Turn.TIME_UP:
        Import.objects.filter(pk=import_id, status=Import.Status.RUNNING).update(lease_until=None)
        doorbell.ring_now("contacts.jobs.apply_import", import_id)


def _apply_rows(spreadsheet: Import) -> Turn:
    """Apply chunk after chunk; says why it ended."""
    layout = spreadsheets.Layout.from_json(spreadsheet.layout)
    reading = cells.Reading(
        spreadsheet.layout["columns"],
        split=spreadsheet.layout.get("split", False),
        fixed_lines=spreadsheet.layout.get("fixed_lines", False),
        titles=spreadsheet.layout["titles"] if layout.header_row else (),
    )
    rows = spreadsheets.people_of(imports.file_of(spreadsheet), layout, reading, start=spreadsheet.cursor)
    reader = cells.Reader(reading)
    started = before = clock.monotonic()
    cursor = spreadsheet.cursor
    with closing(rows), garbage.collected_rarely():
        while chunk := list(islice(rows, CHUNK)):
            read = _sort(spreadsheet, reader, chunk)
            if not _apply_chunk(spreadsheet, cursor, read, clock.monotonic() - before):
                return Turn.LOST
            cursor += len(chunk)
            before = clock.monotonic()
            # A workbook is read from its beginning in every turn, so that it gets one turn only.
            if before - started > SECONDS and layout.format.is_text:
                return Turn.TIME_UP
    return Turn.ENDED


def _end(spreadsheet: Import, status: Import.Status, problem: str = "") -> None:
    with transaction.atomic():
        ended = Import.objects.filter(pk=spreadsheet.pk, status__in=Import.OPEN)
        is_mine = ended.update(status=status, problem=problem[:300], finished_at=clock.now(), lease_until=None)
        if is_mine:
            _tell(Import.objects.select_related("created_by").get(pk=spreadsheet.pk))
    if is_mine:
        imports.file_of(spreadsheet).unlink(missing_ok=True)


def _tell(spreadsheet: Import) -> None:
    """Note the end of an import for whoever brought the file in."""
    done = spreadsheet.status == Import.Status.DONE
    notices.note(
        "IMPORTED" if done else "IMPORT_OFF",
        [spreadsheet.created_by] if spreadsheet.created_by else [],
        key=f"import:{spreadsheet.pk}",
        address=reverse("contacts-import-show", args=[spreadsheet.pk]),
        name=spreadsheet.file_name,
        created=spreadsheet.created_count,
        updated=spreadsheet.updated_count,
        rejected=spreadsheet.invalid_count,
        problem=spreadsheet.problem,
    )


@dataclass
class _Sorted:
    """The rows of a chunk by what becomes of them."""

    rows: int
    fields: tuple[str, ...]
    good: dict[str, cells.Person] = field(default_factory=dict)
    row_of: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


def _sort(spreadsheet: Import, reader: cells.Reader, chunk: Sequence[spreadsheets.PeopleRow]) -> _Sorted:
    """Sort the rows of a chunk by what becomes of them."""
    result = _Sorted(len(chunk), reader.fields)
    good = result.good
    for number, outcome in chunk:
        if isinstance(outcome, spreadsheets.Refused):
            reason = str(cells.BadCell(outcome.code, outcome.cell))[:200]
            rejected = RejectedRow(spreadsheet=spreadsheet, row=number, cells=outcome.cells[:50], reason=reason)
            result.rejected.append(rejected)
            continue
        for person in outcome:
            msisdn = str(person[0])
            if msisdn in good:
                result.repeated += 1
            else:
                good[msisdn], result.row_of[msisdn] = person, number
    _forget_cells(spreadsheet, reader, result)
    _leave_out_erased(spreadsheet, result)
    return result


def _forget_cells(spreadsheet: Import, reader: cells.Reader, read: _Sorted) -> None:
    """Keep no cells of rows that are wrong otherwise and about people who asked to be erased."""
    named = (msisdn for row in read.rejected for msisdn in reader.numbers(row.cells))
    if gone := erasure.erased(account_id=spreadsheet.account_id, msisdns=named):
        for row in read.rejected:
            if not gone.isdisjoint(reader.numbers(row.cells)):
                row.cells, row.reason = [], str(erasure.Erased())


def _leave_out_erased(spreadsheet: Import, read: _Sorted) -> None:
    """Reject the rows of people who asked to be erased, each once, however many of them it names."""
    rows = set()
    for msisdn in erasure.erased(account_id=spreadsheet.account_id, msisdns=read.good):
        rows.add(read.row_of.pop(msisdn))
        del read.good[msisdn]
    # Their cells are not kept: they are about somebody of whom nothing is to be kept.
    refusal = str(erasure.Erased())
    read.rejected += [RejectedRow(spreadsheet=spreadsheet, row=row, cells=[], reason=refusal) for row in sorted(rows)]


def _apply_chunk(spreadsheet: Import, cursor: int, read: _Sorted, seconds: float) -> bool:
    """Write a chunk and move the cursor, together; says False when the import was stopped or taken over."""
    began = clock.monotonic()
    with transaction.atomic():
        current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
        if current.status != Import.Status.RUNNING or current.cursor != cursor:
            return False
        write = _write_contacts if current.target == Import.Target.CONTACTS else _write_blacklist
        write(current, read)
        RejectedRow.objects.bulk_create(read.rejected, batch_size=1000)
        current.duplicate_count += read.repeated
        current.invalid_count += len(read.rejected)
        current.cursor = cursor + read.rows
        current.working_seconds += seconds + clock.monotonic() - began
        current.lease_until = clock.now() + LEASE
        current.save()
    return True


def _write_contacts(current: Import, read: _Sorted) -> None:
    """Create and update contacts, and count which was which; a number seen earlier in this file is a repetition."""
    merged = upsert.contacts(
        account_id=current.account_id,
        fields=read.fields,
        rows=list(read.good.values()),
        import_id=current.pk,
        group_id=current.group_id,
    )
    current.created_count += merged.created
    current.updated_count += merged.updated
    current.duplicate_count += merged.repeated
    current.blacklisted_count += merged.blacklisted
    if (agreed := current.layout.get("consent")) is not None:
        consents.record(
            clause=ConsentClause.objects.get(pk=agreed["clause"]),
            channel=Consent.Channel(agreed["channel"]),
            purpose=Consent.Purpose(agreed["purpose"]),
            given_at=datetime.fromisoformat(agreed["given_at"]),
            people=list(read.row_of.items()),
            source=Consent.Source.IMPORT,
            spreadsheet=current,
            actor=current.created_by,
        )


def _write_blacklist(current: Import, read: _Sorted) -> None:
    """Put numbers on the blacklist; one that is there already is a repetition."""
    # Two imports of one account take turns, so that each counts what it put there and neither waits for ever.
    Account.objects.select_for_update(no_key=True).get(pk=current.account_id)
    draft = BlacklistEntry(
        account=current.account,
        source=BlacklistEntry.Source.IMPORT,
        created_by=current.created_by,
        spreadsheet_id=current.pk,
    )
    new = blacklist.put(draft, list(read.good))
    current.created_count += new
    current.duplicate_count += len(read.good) - new
