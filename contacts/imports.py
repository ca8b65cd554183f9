"""Imports spreadsheets: look without writing, then apply in chunks that a crash cannot repeat or lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import blacklist, cells, column_memory, consents, erasure, spreadsheets, uploads, upsert
from contacts.models import BlacklistEntry, Consent, ConsentClause, Group, Import, RejectedRow
from smspanel import clock, doorbell

CHUNK: Final = 20_000
SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What all people of a file agreed to, in which words and when (aware)."""

    text: str
    channel: Consent.Channel
    purpose: Consent.Purpose
    given_at: datetime


class ImportRefused(Exception):
    """The import cannot be started or stopped; the message says why and what to do."""


def file_of(spreadsheet: Import) -> Path:
    """Return where the upload is kept."""
    return uploads.path_of(spreadsheet.public_id)


def keep(*, account: Account, actor: User | None, file: UploadedFile[Any], target: Import.Target) -> Import:
    """Keep an uploaded file and return its unsaved import with how it is to be read; raises UnreadableFile."""
    draft = Import(account=account, target=target, file_name=uploads.name_of(file), created_by=actor)
    found, draft.file_sha256 = uploads.keep(file, draft.public_id)
    _describe(draft, found)
    return draft


def _describe(draft: Import, found: spreadsheets.Inspection) -> None:
    """Write down what was found in the file."""
    draft.row_estimate = found.estimated_rows
    draft.layout = found.layout.to_json() | {
        "titles": found.titles,
        "sheets": found.sheets,
        "guess": {field: column for column, field in found.mapping.items()},
        "preview": [row for _number, row in found.preview],
    }
    draft.diagnosis = asdict(found.diagnosis)


def upload(*, account: Account, actor: User | None, file: UploadedFile[Any], target: Import.Target) -> Import:
    """Keep an uploaded file until somebody says which column is which, touching no contact; raises UnreadableFile.

    A file with the titles of an earlier one is taken to have the same columns.
    """
    draft = keep(account=account, actor=actor, file=file, target=target)
    remembered = column_memory.recall(draft)
    if remembered is not None and remembered != draft.layout["guess"]:
        _look(draft, spreadsheets.Wanted(columns=remembered))
    draft.layout["remembered"] = remembered is not None
    draft.save()
    return draft


def _look(draft: Import, wanted: spreadsheets.Wanted) -> None:
    _describe(draft, spreadsheets.inspect(file_of(draft), draft.file_name, wanted))


@transaction.atomic
def look_again(*, spreadsheet: Import, wanted: spreadsheets.Wanted) -> None:
    """Look at a kept file anew, as its owner wants it read; raises UnreadableFile, ImportRefused."""
    current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
    if current.status != Import.Status.UPLOADED:
        raise ImportRefused(_("This import was started already."))
    _look(current, wanted)
    current.layout |= {"split": wanted.split, "fixed_lines": wanted.fixed_lines}
    current.save(update_fields=["layout", "diagnosis", "row_estimate"])


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
    *,
    spreadsheet: Import,
    columns: Mapping[str, int],
    has_header: bool,
    group: Group | None,
    actor: User | None,
    split: bool = False,
    fixed_lines: bool = False,
    consent: Agreed | None = None,
) -> None:
    """Queue an import whose columns its owner has confirmed; raises ImportRefused, ConsentRefused.

    `split` and `fixed_lines` are as in cells.Reader; `consent` is what all people of the file agreed to.
    """
    if "msisdn" not in columns:
        raise ImportRefused(_("Say which column holds the phone numbers."))
    current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
    if current.status != Import.Status.UPLOADED:
        raise ImportRefused(_("This import was started already."))
    current.layout |= {
        "header_row": (current.layout["header_row"] or 1) if has_header else 0,
        "columns": dict(columns),
        "split": split,
        "fixed_lines": fixed_lines,
        "consent": _agreed(current, consent),
        "preview": [],
    }
    current.diagnosis = {}
    current.group, current.status = group, Import.Status.QUEUED
    current.save(update_fields=["layout", "diagnosis", "group", "status"])
    column_memory.keep(current)
    audit.record(actor=actor, action="import.start", subject=current, account=current.account, target=current.target)
    doorbell.ring("contacts.jobs.apply_import", current.pk)


def _agreed(spreadsheet: Import, consent: Agreed | None) -> dict[str, Any] | None:
    """Return how a consent is kept with the import; its words are kept once for all."""
    if consent is None:
        return None
    clause = consents.clause_of(account=spreadsheet.account, text=consent.text)
    return {
        "clause": clause.pk,
        "channel": consent.channel,
        "purpose": consent.purpose,
        "given_at": consent.given_at.isoformat(),
    }


@transaction.atomic
def stop(*, spreadsheet: Import, actor: User | None) -> None:
    """Stop an import; what is imported stays. Raises ImportRefused."""
    # The chunk that is being written ends first: whatever bears an earlier moment than this end belongs to the import.
    current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
    if current.status not in {Import.Status.UPLOADED, *Import.OPEN}:
        raise ImportRefused(_("This import has ended already."))
    current.status, current.finished_at = Import.Status.CANCELED, clock.now()
    current.save(update_fields=["status", "finished_at"])
    audit.record(actor=actor, action="import.stop", subject=spreadsheet, account=spreadsheet.account)
    transaction.on_commit(lambda: file_of(spreadsheet).unlink(missing_ok=True))


def free() -> Q:
    """Return the condition that no living process is working on an import."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())


def due() -> list[tuple[int]]:
    """Return imports that are under way and that no living process is working on."""
    return list(Import.objects.filter(free(), status__in=Import.OPEN).order_by("pk").values_list("pk"))


def apply(import_id: int) -> None:
    """Import rows until the file ends, the time is up, or somebody stops it."""
    mine = Import.objects.filter(free(), pk=import_id, status__in=Import.OPEN)
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
    reader = cells.Reader(
        spreadsheet.layout["columns"],
        split=spreadsheet.layout.get("split", False),
        fixed_lines=spreadsheet.layout.get("fixed_lines", False),
        titles=spreadsheet.layout["titles"] if layout.header_row else (),
    )
    started = before = clock.monotonic()
    cursor = spreadsheet.cursor
    with closing(rows):
        while chunk := list(islice(rows, CHUNK)):
            read = _sort(spreadsheet, reader, chunk)
            if not _apply_chunk(spreadsheet, cursor, read, clock.monotonic() - before):
                return False
            cursor += len(chunk)
            before = clock.monotonic()
            # A workbook is read from its beginning in every turn, so that it gets one turn only.
            if before - started > SECONDS and layout.format.is_text:
                return False
    return True


def _end(spreadsheet: Import, status: Import.Status, problem: str = "") -> None:
    ended = Import.objects.filter(pk=spreadsheet.pk, status__in=Import.OPEN)
    if ended.update(status=status, problem=problem[:300], finished_at=clock.now(), lease_until=None):
        file_of(spreadsheet).unlink(missing_ok=True)


@dataclass
class _Sorted:
    """The rows of a chunk by what becomes of them."""

    rows: int
    fields: tuple[str, ...]
    good: dict[str, cells.Person] = field(default_factory=dict)
    row_of: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


def _sort(spreadsheet: Import, reader: cells.Reader, chunk: Sequence[tuple[int, list[str]]]) -> _Sorted:
    """Read every row of the chunk."""
    result = _Sorted(len(chunk), reader.fields)
    good = result.good
    for number, row in chunk:
        try:
            people = reader.read(row)
        except cells.BadCell as error:
            result.rejected.append(
                RejectedRow(spreadsheet=spreadsheet, row=number, cells=row[:50], reason=str(error)[:200])
            )
            continue
        for person in people:
            msisdn = str(person[0])
            if msisdn in good:
                result.repeated += 1
            else:
                good[msisdn], result.row_of[msisdn] = person, number
    _leave_out_erased(spreadsheet, result)
    return result


def _leave_out_erased(spreadsheet: Import, read: _Sorted) -> None:
    """Reject the rows of people who asked to be erased."""
    for msisdn in erasure.erased(account_id=spreadsheet.account_id, msisdns=read.good):
        number = read.row_of.pop(msisdn)
        del read.good[msisdn]
        # Its cells are not kept: they are about somebody of whom nothing is to be kept.
        refusal = str(erasure.Erased())
        read.rejected.append(RejectedRow(spreadsheet=spreadsheet, row=number, cells=[], reason=refusal))


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
    draft = BlacklistEntry(
        account=current.account,
        source=BlacklistEntry.Source.IMPORT,
        created_by=current.created_by,
        spreadsheet_id=current.pk,
    )
    new = blacklist.put(draft, list(read.good))
    current.created_count += new
    current.duplicate_count += len(read.good) - new
