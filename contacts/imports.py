"""Takes spreadsheets in: looks at them without writing anything, and queues what their owner has decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import column_memory, consents, spreadsheets, uploads
from contacts.models import Consent, Group, Import
from smspanel import clock, doorbell


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
    current.layout["preview"], current.diagnosis = [], {}
    current.status, current.finished_at = Import.Status.CANCELED, clock.now()
    current.save(update_fields=["layout", "diagnosis", "status", "finished_at"])
    audit.record(actor=actor, action="import.stop", subject=spreadsheet, account=spreadsheet.account)
    transaction.on_commit(lambda: file_of(spreadsheet).unlink(missing_ok=True))
