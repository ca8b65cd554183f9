"""Health, answered from the database: what is overdue, what is unclear, and how much disk is left."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from campaigns.models import Batch, Campaign, InboxItem
from contacts.models import Import
from smspanel import clock
from smspanel.version import VERSION

OVERDUE: Final = timedelta(minutes=2)
LEAST_FREE: Final = 1024**3


@require_GET
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while work is on time and there is room on the disk, else 503; figures in both cases."""
    try:
        figures = measure()
    except DatabaseError as error:
        return JsonResponse({"ok": False, "database": type(error).__name__, "version": VERSION}, status=503)
    late = any(age > OVERDUE.total_seconds() for age in figures["oldest_due_seconds"].values())
    ok = not late and figures["disk_free_bytes"] > LEAST_FREE
    return JsonResponse({"ok": ok, **figures, "version": VERSION}, status=200 if ok else 503)


def measure() -> dict[str, Any]:
    """Return the age in seconds of the oldest due row of each queue, unclear submissions, and free bytes."""
    now = clock.now()
    oldest = {
        "bulk": Import.objects.filter(status=Import.Status.QUEUED)
        .order_by("created_at")
        .values_list("created_at", flat=True),
        "dispatch": Campaign.objects.filter(state=Campaign.State.TO_SEND, start_at__lte=now)
        .order_by("start_at")
        .values_list("start_at", flat=True),
        "inbox": InboxItem.objects.filter(next_attempt_at__lte=now)
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True),
    }
    ages = {}
    for queue, times in oldest.items():
        since = times.first()
        ages[queue] = max(0, round((now - since).total_seconds())) if since else 0
    return {
        "oldest_due_seconds": ages,
        "unknown_batches": Batch.objects.filter(state=Batch.State.UNKNOWN).count(),
        "disk_free_bytes": shutil.disk_usage(settings.DATA_DIR).free,
    }
