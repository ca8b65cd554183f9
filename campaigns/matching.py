"""Finds the message that a report or a reply is about: by its id, by the id of a part, or by the number alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import Account, Connection
from campaigns.models import Batch, Kind, Message, ProviderId
from campaigns.models.campaigns import month_of
from smspanel import clock
from smspanel.providers.values import DeliveryState, Report

# A message of several parts is where its worst part is, or else its least advanced one.
_WORST_FIRST: Final = (
    DeliveryState.REJECTED,
    DeliveryState.EXPIRED,
    DeliveryState.UNDELIVERED,
    DeliveryState.UNKNOWN,
    DeliveryState.QUEUED,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
)

LATELY: Final = timedelta(days=7)
"""Providers tell of a message within three days, and a campaign is seldom sent in another month than it was made in."""

Found = tuple[dict[int, list[Report]], set[date], set[Report]]

_FINAL: Final = frozenset(_WORST_FIRST[:3]) | {DeliveryState.DELIVERED}


def by_message(connection: Connection, reports: Iterable[Report]) -> Found:
    """Return what the reports say by message id, the months of these messages, and which reports are about one.

    It runs in the caller's transaction.
    """
    by_id: dict[str, list[Report]] = defaultdict(list)
    by_number: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        if report.provider_id:
            by_id[report.provider_id].append(report)
        elif report.msisdn:
            by_number[report.msisdn].append(report)
    found, months = defaultdict[int, list[Report]](list), set[date]()
    _name_assumed(connection, by_id)
    matched = _by_listed_ids(connection, by_id, found, months)
    for pk, month, provider_id in _named(connection, by_id):
        months.add(month)
        found[pk] += by_id[provider_id]
        matched.update(by_id[provider_id])
    for pk, (month, msisdn) in _newest_open(connection, by_number).items():
        months.add(month)
        found[pk] += by_number[msisdn]
        matched.update(by_number[msisdn])
    return found, months, matched


def _named(connection: Connection, ids: Collection[str]) -> list[tuple[int, date, str]]:
    """Return the messages with these ids of the provider: id, month, the provider's id.

    Nearly every report is about a message of late, and only what is not found there is looked for in every month.
    """
    lately = month_of(clock.now() - LATELY)
    ours = Message.objects.filter(batch__connection=connection)
    columns = ("pk", "month", "provider_id")
    found = list(ours.known_as(ids).filter(month__gte=lately).values_list(*columns))
    left = set(ids) - {provider_id for _pk, _month, provider_id in found}
    return found + (list(ours.known_as(left).filter(month__lt=lately).values_list(*columns)) if left else [])


def answered(connection: Connection, provider_id: str, msisdn: str) -> Message | None:
    """Return the message that this id names: of one message, of a part, or of what was sent to the number."""
    if not provider_id:
        return None
    related = Message.objects.select_related("campaign__account")
    if message := related.filter(batch__connection=connection, provider_id=provider_id).first():
        return message
    listed = ProviderId.objects.filter(batch__connection=connection, provider_id=provider_id).first()
    if listed is None:
        return None
    which = {"pk": listed.message_id} if listed.message_id else {"batch": listed.batch_id, "msisdn": msisdn}
    return related.filter(**which).first()


def newest_to(connection: Connection, msisdn: str, *, since: datetime, account: Account | None) -> Message | None:
    """Return the last message that went to the number over this connection, of the account if one is given.

    It goes by the few campaigns of that time, because messages are indexed by campaign and number.
    """
    submitted = Batch.objects.filter(connection=connection, started_at__gte=since)
    if account is not None:
        submitted = submitted.filter(campaign__account=account)
    sent = Message.objects.filter(
        campaign__in=submitted.values("campaign"),
        msisdn=msisdn,
        batch__connection=connection,
        batch__started_at__gte=since,
    ).exclude(Q(state__in=Message.NOT_SENT) | Q(campaign__kind=Kind.HLR))
    found = list(sent.select_related("campaign__account").order_by("batch__started_at", "pk"))
    return found[-1] if found else None


def _name_assumed(connection: Connection, by_id: Mapping[str, list[Report]]) -> None:
    """Give ids that nobody knows to messages assumed sent: a report to such a number shows that it was taken.

    Only where no other message to the number could be meant. Parts that no report has named yet get empty ids.
    """
    strange = {one: theirs[-1] for one, theirs in by_id.items() if theirs[-1].msisdn}
    listed = ProviderId.objects.filter(batch__connection=connection, provider_id__in=strange)
    for provider_id in listed.values_list("provider_id", flat=True):
        strange.pop(provider_id, None)
    for _pk, _month, provider_id in _named(connection, strange):
        strange.pop(provider_id, None)
    if not strange:
        return
    candidates: dict[str, list[Message]] = defaultdict(list)
    for message in _nameless(connection, {report.msisdn for report in strange.values()}):
        candidates[message.msisdn].append(message)
    for provider_id, report in strange.items():
        match candidates[report.msisdn]:
            case [Message(batch=Batch(state=Batch.State.ASSUMED_SENT)) as only]:
                _name(only, provider_id, report.parts or 1)


def _nameless(connection: Connection, msisdns: Collection[str]) -> QuerySet[Message]:
    """Return the messages to these numbers that left or may have left, and of which not every id is known."""
    parts = ProviderId.objects.filter(batch__connection=connection, provider_id="").values("message")
    gone = (Message.State.SUBMITTING, Message.State.UNKNOWN, *Message.AWAITING_REPORT)
    rows = Message.objects.select_for_update(no_key=True, of=("self",)).select_related("batch").order_by("pk")
    nameless = Q(provider_id="", state__in=gone) | Q(pk__in=parts)
    return rows.filter(nameless, batch__connection=connection, msisdn__in=msisdns)


def _name(message: Message, provider_id: str, parts: int) -> None:
    """Write an id of a message, or of the next of its parts, unless all are known."""
    if message.provider_id:
        unnamed = ProviderId.objects.filter(message=message, provider_id="").order_by("pk").first()
        if unnamed is not None:
            unnamed.provider_id = provider_id
            unnamed.save(update_fields=["provider_id"])
        return
    message.provider_id = provider_id
    message.save(update_fields=["provider_id"])
    if parts > 1 and message.batch is not None:
        ids = [provider_id, *[""] * (parts - 1)]
        rows = [ProviderId(batch=message.batch, message=message, provider_id=one) for one in ids]
        ProviderId.objects.bulk_create(rows)


def _by_listed_ids(
    connection: Connection, by_id: dict[str, list[Report]], found: dict[int, list[Report]], months: set[date]
) -> set[Report]:
    """Take the reports out whose ids are listed: those of parts, and of messages that are not named yet."""
    matched = set()
    listed = ProviderId.objects.select_for_update(no_key=True, of=("self",))
    rows = listed.select_related("batch__campaign").order_by("pk")
    for row in rows.filter(batch__connection=connection, provider_id__in=by_id):
        for report in by_id.pop(row.provider_id, []):
            if row.message_id is None and not _pair(row, report):
                continue
            assert row.message_id is not None
            if row.state not in _FINAL or report.state in _FINAL:
                row.state = report.state
                row.save(update_fields=["state"])
            parts = set(ProviderId.objects.filter(message=row.message_id).values_list("state", flat=True))
            worst = next(state for state in _WORST_FIRST if state in parts)
            found[row.message_id].append(replace(report, state=worst))
            months.add(row.batch.campaign.month)
            matched.add(report)
    return matched


def _pair(row: ProviderId, report: Report) -> bool:
    """Give the id to the message of its batch that went to the report's number."""
    nameless = Message.objects.filter(batch=row.batch, msisdn=report.msisdn, provider_id="")
    message = nameless.select_for_update(no_key=True).first()
    if message is None:
        return False
    message.provider_id = row.provider_id
    message.save(update_fields=["provider_id"])
    row.message = message
    row.save(update_fields=["message"])
    return True


def _newest_open(connection: Connection, by_number: Mapping[str, list[Report]]) -> dict[int, tuple[date, str]]:
    """Return the newest message that waits for a report, for each of these numbers."""
    waiting = Message.objects.filter(
        batch__connection=connection, msisdn__in=by_number, state__in=Message.AWAITING_REPORT
    )
    rows = waiting.order_by("pk").values_list("pk", "month", "msisdn")
    newest = {msisdn: (pk, month) for pk, month, msisdn in rows}
    return {pk: (month, msisdn) for msisdn, (pk, month) in newest.items()}
