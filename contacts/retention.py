"""Forgets what imports leave behind: rejected rows, what they changed, and files that nobody decided about."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from contacts import uploads
from contacts.models import Import, ImportChange, RejectedRow
from smspanel import clock

CHUNK: Final = 5_000
FILES: Final = 200


@transaction.atomic
def forget_rejected(before: datetime) -> int:
    """Delete rejected rows of imports that ended before that, a chunk of them, and return how many."""
    old = RejectedRow.objects.filter(spreadsheet__finished_at__lt=before).exclude(spreadsheet__status__in=Import.OPEN)
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    return RejectedRow.objects.filter(pk__in=ids).delete()[0] if ids else 0


@transaction.atomic
def forget_changes(before: datetime) -> int:
    """Delete what imports that ended before that would need to be undone, a chunk of it, and return how much."""
    ended = Import.objects.filter(finished_at__lt=before).exclude(status__in=[*Import.OPEN, Import.Status.UNDOING])
    ids = list(ImportChange.objects.filter(spreadsheet__in=ended).values_list("pk", flat=True)[:CHUNK])
    return ImportChange.objects.filter(pk__in=ids).delete()[0] if ids else 0


@transaction.atomic
def forget_files(before: datetime) -> int:
    """Cancel imports that nobody has started since, delete their files, and return how many."""
    waiting = Import.objects.select_for_update(no_key=True).filter(status=Import.Status.UPLOADED, created_at__lt=before)
    found = list(waiting[:FILES])
    for spreadsheet in found:
        spreadsheet.layout.pop("preview", None)
        spreadsheet.diagnosis = {}
        spreadsheet.status, spreadsheet.finished_at = Import.Status.CANCELED, clock.now()
        spreadsheet.save(update_fields=["layout", "diagnosis", "status", "finished_at"])
        uploads.path_of(spreadsheet.public_id).unlink(missing_ok=True)
    return len(found)
