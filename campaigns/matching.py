"""Finds the message that a report is about: by its id, by the id of a part, or by the number alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from accounts.models import Connection
from campaigns.models import Message, ProviderId
from smspanel.providers.base import DeliveryState, Report

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

_FINAL: Final = frozenset(_WORST_FIRST[:3]) | {DeliveryState.DELIVERED}


def by_message(connection: Connection, reports: Iterable[Report]) -> dict[int, list[Report]]:
    """Return what the reports say by message id, in the caller's transaction; reports of strangers are left out."""
    by_id: dict[str, list[Report]] = defaultdict(list)
    by_number: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        if report.provider_id:
            by_id[report.provider_id].append(report)
        elif report.msisdn:
            by_number[report.msisdn].append(report)
    found: dict[int, list[Report]] = defaultdict(list)
    _by_listed_ids(connection, by_id, found)
    whole = Message.objects.filter(batch__connection=connection, provider_id__in=by_id)
    for pk, provider_id in whole.values_list("pk", "provider_id"):
        found[pk] += by_id[provider_id]
    for pk, msisdn in _newest_open(connection, by_number).items():
        found[pk] += by_number[msisdn]
    return found


def _by_listed_ids(connection: Connection, by_id: dict[str, list[Report]], found: dict[int, list[Report]]) -> None:
    """Take the reports out whose ids are listed: those of parts, and of messages that are not named yet."""
    rows = ProviderId.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
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


def _pair(row: ProviderId, report: Report) -> bool:
    """Give the id to the message of its batch that went to the report's number."""
    nameless = Message.objects.filter(batch=row.batch_id, msisdn=report.msisdn, provider_id="")
    message = nameless.select_for_update(no_key=True).first()
    if message is None:
        return False
    message.provider_id = row.provider_id
    message.save(update_fields=["provider_id"])
    row.message = message
    row.save(update_fields=["message"])
    return True


def _newest_open(connection: Connection, by_number: Mapping[str, list[Report]]) -> dict[int, str]:
    """Return the newest message that waits for a report, for each of these numbers."""
    waiting = Message.objects.filter(
        batch__connection=connection, msisdn__in=by_number, state__in=Message.AWAITING_REPORT
    )
    newest = {msisdn: pk for pk, msisdn in waiting.order_by("pk").values_list("pk", "msisdn")}
    return {pk: msisdn for msisdn, pk in newest.items()}
