"""First a few: a campaign sends some messages over all networks, and the others only if enough of those arrive.

Everything runs with the campaign locked, and all of it is in the database: however many workers there are and wherever
one of them dies, `queueing` takes no other message while the first few are being tried or have failed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from accounts import audit
from campaigns import lifecycle
from campaigns.models import Campaign, Canary, CanaryMessage, Message
from contacts.destinations import destination_of
from contacts.operators import guess_operator
from smspanel import clock

RANGE: Final = 7
"""So many digits of a number tell its operator, as far as its range does."""
IN_THE_AIR: Final = (Message.State.SUBMITTING, Message.State.UNKNOWN)
NOT_TRIED: Final = (Message.State.EXCLUDED, Message.State.CANCELED)


def begin(campaign: Campaign) -> None:
    """Choose the first few of a locked campaign whose messages are made, unless that would be all of them."""
    queue = campaign.messages.filter(state=Message.State.QUEUED)
    if not campaign.canary_size or queue.count() <= campaign.canary_size:
        return
    canary = Canary.objects.create(campaign=campaign, size=campaign.canary_size)
    picked = _pick(queue, campaign.canary_size)
    CanaryMessage.objects.bulk_create(CanaryMessage(canary=canary, message_id=pk) for pk in picked)


def _pick(queue: QuerySet[Message], size: int) -> list[int]:
    """Return messages spread over the networks as the whole queue is, at least one of each if there is room."""
    start = Substr("msisdn", 1, RANGE)
    ranges: dict[str, list[tuple[int, str]]] = defaultdict(list)
    found = queue.order_by().values_list(start).annotate(n=Count("pk"), one=Min("msisdn"))
    for name, n, msisdn in found:
        ranges[_network(msisdn)].append((n, name))
    shares = share_out(size, {network: sum(n for n, _name in some) for network, some in ranges.items()})
    picked: list[int] = []
    for network, share in shares.items():
        largest = [name for _n, name in sorted(ranges[network], reverse=True)[:share]]
        same = queue.alias(start=start).filter(start__in=largest)
        picked += same.order_by("pk").values_list("pk", flat=True)[:share]
    return picked


def _network(msisdn: str) -> str:
    """Return the operator of a Polish number by its range, and the country of another."""
    country = destination_of(msisdn).country
    return guess_operator(msisdn) if country == "PL" else country


def share_out(size: int, counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many of each network to take: in proportion, at least one of each, the largest where `size` is short.

    `size` is at most the sum of the counts, and the shares add up to it.
    """
    largest = sorted(counts, key=lambda name: (-counts[name], name))[:size]
    total = sum(counts[name] for name in largest)
    shares = {name: max(1, size * counts[name] // total) for name in largest}
    while sum(shares.values()) > size:
        shares[max(shares, key=lambda name: shares[name])] -= 1
    while sum(shares.values()) < size:
        free = [name for name in largest if shares[name] < counts[name]]
        shares[max(free, key=lambda name: size * counts[name] / total - shares[name])] += 1
    return shares


def allowed(campaign: Campaign, rows: QuerySet[Message]) -> QuerySet[Message]:
    """Keep the messages that may leave now: the first few until they are judged."""
    if not campaign.canary_size or not Canary.objects.filter(campaign=campaign, status__in=Canary.BARRING).exists():
        return rows
    return rows.filter(pk__in=CanaryMessage.objects.filter(canary__campaign=campaign).values("message"))


def wait(campaign: Campaign) -> bool:
    """Put a locked campaign on hold when all of the first few have left; says whether it tries them at all."""
    if not campaign.canary_size or not Canary.objects.filter(campaign=campaign, status__in=Canary.BARRING).exists():
        return False
    if not _states(campaign)[Message.State.QUEUED]:
        lifecycle.put_on_hold(campaign, Campaign.HoldReason.CANARY)
    return True


@transaction.atomic
def watch(campaign_id: int) -> None:
    """Look at the first few: let those leave that came back, wait for the others, and judge when it is time."""
    campaign = lifecycle.locked(campaign_id)
    canary = Canary.objects.select_for_update(no_key=True).filter(campaign=campaign).first()
    if canary is None or canary.status != Canary.Status.RUNNING or not _is_trying(campaign):
        return
    states = _states(campaign)
    if states[Message.State.QUEUED]:
        if campaign.state == Campaign.State.HOLD:
            lifecycle.continue_sending(campaign)
    elif not any(states[state] for state in IN_THE_AIR):
        if canary.settled_at is None:
            canary.settled_at = clock.now()
            canary.save(update_fields=["settled_at"])
            if campaign.state == Campaign.State.SENDING:
                lifecycle.put_on_hold(campaign, Campaign.HoldReason.CANARY)
        elif _is_due(canary):
            _judge(campaign, canary, states)


def _is_trying(campaign: Campaign) -> bool:
    on_hold = campaign.state == Campaign.State.HOLD and campaign.hold_reason == Campaign.HoldReason.CANARY
    return on_hold or campaign.state == Campaign.State.SENDING


def _states(campaign: Campaign) -> Counter[str]:
    picks = CanaryMessage.objects.filter(canary__campaign=campaign)
    return Counter(picks.values_list("message__state", flat=True))


def judgement_at(canary: Canary) -> datetime | None:
    """Return when it is decided whether the campaign goes on; None while one of the first few is under way."""
    if canary.settled_at is None:
        return None
    return canary.settled_at + timedelta(minutes=canary.campaign.canary_minutes)


def _judge(campaign: Campaign, canary: Canary, states: Counter[str]) -> None:
    """Let the campaign go on if enough were delivered, else leave it to a person."""
    tried = states.total() - sum(states[state] for state in NOT_TRIED)
    delivered = states[Message.State.DELIVERED]
    passed = tried > 0 and delivered * 100 >= campaign.canary_percent * tried
    canary.status = Canary.Status.PASSED if passed else Canary.Status.FAILED
    canary.judged_at = clock.now()
    canary.save(update_fields=["status", "judged_at"])
    action = "campaign.canary_passed" if passed else "campaign.canary_failed"
    figures = {"tried": tried, "delivered": delivered}
    audit.record(actor=None, action=action, subject=campaign, account=campaign.account, **figures)
    if passed:
        lifecycle.continue_sending(campaign)
        return
    sentence = _(
        "Of the first %(tried)s messages %(delivered)s were delivered within %(minutes)s minutes; %(percent)s %% were"
        " wanted. Nothing more is sent until you resume the campaign. Look at the recipients first, or cancel the rest."
    )
    told = {"minutes": campaign.canary_minutes, "percent": campaign.canary_percent}
    lifecycle.put_on_hold(campaign, Campaign.HoldReason.CANARY, problem=sentence % (figures | told))


def due() -> list[tuple[int]]:
    """Return campaigns whose first few are to be looked at now."""
    running = Canary.objects.filter(
        status=Canary.Status.RUNNING, campaign__state__in=[Campaign.State.SENDING, Campaign.State.HOLD]
    ).select_related("campaign")
    return [(row.campaign_id,) for row in running if _is_trying(row.campaign) and _wants(row)]


def _wants(canary: Canary) -> bool:
    """Say whether `watch` would change anything now."""
    states = _states(canary.campaign)
    if states[Message.State.QUEUED]:
        return canary.campaign.state == Campaign.State.HOLD
    return not any(states[state] for state in IN_THE_AIR) and (canary.settled_at is None or _is_due(canary))


def _is_due(canary: Canary) -> bool:
    at = judgement_at(canary)
    return at is None or at <= clock.now()


def told(campaign: Campaign) -> dict[str, Any] | None:
    """Return what the campaign's page says about its first few; None where it has none."""
    canary = Canary.objects.select_related("campaign").filter(campaign=campaign).first()
    if canary is None:
        return None
    states = _states(campaign)
    return {"canary": canary, "delivered": states[Message.State.DELIVERED], "until": judgement_at(canary)}
