"""Delivery reports: asked for, kept raw, and applied; a message moves through a lattice, only forward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts import connections, points
from accounts.models import Connection
from campaigns import cost_centres, matching, postbacks
from campaigns.models import Batch, InboxItem, Message
from smspanel import bulk, clock, crypto
from smspanel.providers import errors
from smspanel.providers.values import DeliveryState, Report, ReportPage

WATCH: Final = timedelta(hours=72)
"""Providers update reports this long; afterwards a message without one is NO_REPORT."""
PULL_LEASE: Final = timedelta(seconds=60)

_STATES: Final[Mapping[DeliveryState, Message.State]] = {
    DeliveryState.DELIVERED: Message.State.DELIVERED,
    DeliveryState.UNDELIVERED: Message.State.UNDELIVERED,
    DeliveryState.EXPIRED: Message.State.EXPIRED,
    DeliveryState.REJECTED: Message.State.REJECTED,
}


def pull_soon(connection: Connection, provider_ids: Collection[str]) -> set[str]:
    """Have the batches of these messages pulled at once; returns the ids that are ours."""
    if not provider_ids:
        return set()
    ours = Message.objects.filter(batch__connection=connection).known_as(provider_ids)
    waiting = ours.filter(state__in=Message.AWAITING_REPORT).values("batch")
    Batch.objects.filter(pk__in=waiting).exclude(next_pull_at__lt=clock.now()).update(next_pull_at=clock.now())
    return set(ours.values_list("provider_id", flat=True))


def due_pulls() -> list[tuple[int]]:
    """Return batches whose reports are to be asked for now."""
    return list(Batch.objects.filter(next_pull_at__lte=clock.now()).order_by("next_pull_at").values_list("pk")[:200])


def pull_reports(batch_id: int) -> None:
    """Ask the provider about a batch's messages that have no final report, and plan the next look."""
    taken = Batch.objects.filter(pk=batch_id, next_pull_at__lte=clock.now())
    if not taken.update(next_pull_at=clock.now() + PULL_LEASE):
        return
    batch = Batch.objects.select_related("connection").get(pk=batch_id)
    ids = _ids_to_ask(batch)
    if not ids:
        Batch.objects.filter(pk=batch_id).update(next_pull_at=None)
        return
    try:
        page = connections.client_for(batch.connection).reports_about(ids)
    except errors.Unsupported:
        Batch.objects.filter(pk=batch_id).update(next_pull_at=None)
        return
    except (errors.ProviderError, crypto.CannotOpen) as error:
        connections.note_trouble(batch.connection, str(error))
        page = ReportPage(reports=(), raw="")
    _store_pull(batch, page)


def _ids_to_ask(batch: Batch) -> dict[str, str]:
    """Return the provider's ids of what has no final report yet, each with its number where that is known."""
    waiting = batch.messages.filter(state__in=Message.AWAITING_REPORT)
    listed = batch.provider_ids.filter(Q(message__isnull=True) | Q(message__in=waiting)).exclude(provider_id="")
    found = dict(waiting.exclude(provider_id="").values_list("provider_id", "msisdn"))
    return found | {one: msisdn or "" for one, msisdn in listed.values_list("provider_id", "message__msisdn")}


@transaction.atomic
def _store_pull(batch: Batch, page: ReportPage) -> None:
    """Keep the raw answer, apply it, and move the batch's next look, together."""
    if page.raw:
        InboxItem.objects.get_or_create(
            connection=batch.connection,
            digest=crypto.digest(page.raw),
            defaults={
                "kind": InboxItem.Kind.PULL,
                "body": page.raw,
                "state": InboxItem.State.APPLIED,
                "next_attempt_at": None,
            },
        )
    apply_reports(batch.connection, page.reports)
    Batch.objects.filter(pk=batch.pk).update(next_pull_at=_next_pull(batch), pulls=batch.pulls + 1)


def _next_pull(batch: Batch) -> object:
    """Return when to look again: soon at first, then hourly, and not at all after WATCH."""
    started = batch.started_at or batch.created_at
    if clock.now() - started > WATCH:
        return None
    if not batch.messages.filter(state__in=Message.AWAITING_REPORT).exists():
        return None
    return clock.now() + timedelta(seconds=min(3600, 5 * 2 ** min(batch.pulls, 10)))


@transaction.atomic
def apply_reports(connection: Connection, reports: Iterable[Report]) -> set[Report]:
    """Move messages of this connection forward; returns the reports that belong to a message of ours."""
    by_message, months, matched = matching.by_message(connection, reports)
    messages = (
        Message.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=by_message, month__in=months)
        .select_related("campaign__account")
        .order_by("pk")
    )
    changed, moved = [], []
    for message in messages:
        own = by_message[message.pk]
        before = message.state
        for report in own:
            _advance(message, report)
        if message.state != before or own:
            changed.append(message)
        if message.state != before:
            moved.append(message)
        if message.state == Message.State.REJECTED != before and message.points and message.refunded_at is None:
            points.refund(
                account=message.campaign.account,
                points=message.points,
                key=f"refund:{message.pk}",
                subject=message.campaign.subject,
            )
            cost_centres.give_back(message.campaign, message.points)
    bulk.save(changed, "state", "reason", "reported_at", "network")
    postbacks.note_messages(moved)
    return matched


def _advance(message: Message, report: Report) -> None:
    """Take over a report: a final state is never left for one that is not, nor for an older final one."""
    message.network = report.network[:40] or message.network
    state = _STATES.get(report.state)
    if state is None or message.state not in {*Message.CHARGED, Message.State.EXPIRED}:
        return
    final = message.state in Message.REPORTED
    if final and not (report.at and message.reported_at and report.at > message.reported_at):
        return
    message.state, message.reason = state, report.reason[:200]
    message.reported_at = report.at or clock.now()


def close_unreported() -> int:
    """Give up on reports that did not come in time; a late one is still taken. Returns how many."""
    total = 0
    while closed := _close_some():
        total += closed
    return total


@transaction.atomic
def _close_some() -> int:
    """Close a chunk, so that many cost neither memory nor a long transaction."""
    overdue = (
        Message.objects.select_for_update(no_key=True, of=("self",))
        .filter(state__in=Message.AWAITING_REPORT, batch__started_at__lt=clock.now() - WATCH - timedelta(hours=1))
        .select_related("campaign")
        .order_by("pk")
    )
    messages = list(overdue[:1000])
    for message in messages:
        message.state = Message.State.NO_REPORT
    bulk.save(messages, "state")
    postbacks.note_messages(messages)
    return len(messages)
