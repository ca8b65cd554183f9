"""Health, answered from the database: what is overdue, what is unclear, and how much disk is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db import DatabaseError
from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from accounts.models import AuditEntry
from campaigns import dispatch, postback_delivery, windows
from campaigns.models import Batch, Campaign, Canary, InboxItem, Message, Plan, PostbackEndpoint, PostbackEvent
from contacts.models import Import
from smspanel import clock, room
from smspanel.models import QueueProgress
from smspanel.version import VERSION

OVERDUE: Final = timedelta(minutes=2)

Moments = Iterable[datetime | None]


@require_GET
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while work is on time and there is room on the disk, else 503; figures in both cases."""
    try:
        figures = measure()
    except DatabaseError as error:
        return JsonResponse({"ok": False, "database": type(error).__name__, "version": VERSION}, status=503)
    late = any(age > OVERDUE.total_seconds() for age in figures["oldest_due_seconds"].values())
    ok = not late and figures["disk_free_bytes"] >= figures["disk_least_bytes"]
    return JsonResponse({"ok": ok, **figures, "version": VERSION}, status=200 if ok else 503)


def measure() -> dict[str, Any]:
    """Return for how many seconds due work of each queue has stood still, unclear submissions, and free bytes."""
    now = clock.now()
    ages = {}
    for queue, waiting in WAITING.items():
        oldest = min((moment for moment in waiting(now) if moment), default=now)
        ages[queue] = max(0, round((now - oldest).total_seconds()))
    return {
        "oldest_due_seconds": ages,
        "unknown_batches": Batch.objects.filter(state=Batch.State.UNKNOWN).count(),
        "campaigns_failed_first": _failed_first(),
        "disk_free_bytes": room.free(),
        "disk_least_bytes": room.least(),
    }


def _failed_first() -> int:
    """Return how many campaigns wait for a person because too few of their first messages were delivered."""
    return Canary.objects.filter(status=Canary.Status.FAILED, campaign__state=Campaign.State.HOLD).count()


def _bulk(now: datetime) -> Moments:
    """Yield since when imports, plans and expansions have waited while the queue did nothing at all.

    They are long, and one waits behind another; a worker that lives ends a job, or its turn of it, within two minutes.
    """
    if Import.objects.filter(status=Import.Status.RUNNING, lease_until__gt=now).exists():
        return
    moved = QueueProgress.objects.filter(queue="bulk").aggregate(at=Max("done_at"))["at"]
    plans = Plan.objects.filter(status=Plan.Status.QUEUED, campaign__state=Campaign.State.PLANNING)
    yield _latest(plans.aggregate(at=Min("requested_at"))["at"], moved)
    yield _latest(Campaign.objects.filter(state=Campaign.State.EXPANDING).aggregate(at=Min("started_at"))["at"], moved)
    for row in Import.objects.filter(status__in=Import.OPEN).order_by("created_at")[:100]:
        since = _latest(row.lease_until or row.created_at, moved)
        yield _latest(since, _let_go(row, "import.start", since, now))


def _dispatch(now: datetime) -> Moments:
    """Yield since when campaigns should have started, and since when no submission of the others was begun."""
    scheduled = Campaign.objects.filter(state=Campaign.State.TO_SEND, start_at__lte=now)
    yield scheduled.aggregate(at=Min("start_at"))["at"]
    expanded = QueueProgress.objects.filter(queue="bulk").aggregate(at=Max("done_at"))["at"]
    sendable = Campaign.objects.filter(pk__in=[pk for (pk,) in dispatch.due_dispatches()]).select_related("account")
    fresh = Message.objects.filter(campaign=OuterRef("pk"), state=Message.State.QUEUED, batch__isnull=True)
    for campaign in sendable.annotate(fresh=Exists(fresh)):
        again = campaign.batches.filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now))
        ready = again.filter(state=Batch.State.READY)
        yield ready.aggregate(at=Min(Coalesce("next_attempt_at", "created_at")))["at"]
        last = campaign.batches.aggregate(at=Max("started_at"))["at"]
        if campaign.fresh:
            since = _latest(campaign.started_at, last or expanded)
            opened = windows.opening(campaign, now)
            yield _latest(since, opened, campaign.release_at, _let_go(campaign, "campaign.resume", since, now))


def _urgent(now: datetime) -> Moments:
    """Yield since when single messages have waited while the queue did nothing; a pace may make them wait longer."""
    moved = QueueProgress.objects.filter(queue="urgent").aggregate(at=Max("done_at"))["at"]
    for campaign in Campaign.objects.filter(pk__in=dispatch.due_singles()).select_related("account"):
        yield _latest(campaign.started_at, moved, windows.opening(campaign.account, now))


def _inbox(now: datetime) -> Moments:
    """Yield since when a stored report should have been applied."""
    yield InboxItem.objects.filter(next_attempt_at__lte=now).aggregate(at=Min("next_attempt_at"))["at"]


def _postbacks(_now: datetime) -> Moments:
    """Yield since when owners' programs that work have not been told what waits while the queue did nothing."""
    moved = QueueProgress.objects.filter(queue="postbacks").aggregate(at=Max("done_at"))["at"]
    working = PostbackEndpoint.objects.filter(pk__in=postback_delivery.due(), failing_since__isnull=True)
    waiting = PostbackEvent.objects.filter(endpoint=OuterRef("pk"), next_attempt_at__isnull=False).order_by("pk")
    for since in working.values_list(Subquery(waiting.values("next_attempt_at")[:1]), flat=True):
        yield _latest(since, moved)


WAITING: Final[MappingProxyType[str, Callable[[datetime], Moments]]] = MappingProxyType(
    {"urgent": _urgent, "bulk": _bulk, "dispatch": _dispatch, "inbox": _inbox, "postbacks": _postbacks}
)


def _latest(since: datetime | None, *later: datetime | None) -> datetime | None:
    """Return the latest of the moments, None when nothing waits."""
    return max([since, *filter(None, later)]) if since else None


def _let_go(row: Import | Campaign, action: str, since: datetime | None, now: datetime) -> datetime | None:
    """Return when a person last let the row go on, looked up only where it would be late otherwise."""
    if since is None or now - since <= OVERDUE:
        return None
    entries = AuditEntry.objects.filter(action=action, subject=f"{row._meta.label}:{row.pk}", at__gte=since)
    latest: datetime | None = entries.aggregate(at=Max("at"))["at"]
    return latest
