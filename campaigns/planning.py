"""The plan: who is left out and why, exact parts and points, and the finish, before anything is confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns import daily_caps, offers, recipients, rendering, rules, spreading, tallying, windows
from campaigns.dictionary import Dictionary
from campaigns.errors import CampaignRefused, NotPossibleNow, Problem, Rule
from campaigns.models import Campaign, Plan
from campaigns.text import CharacterPolicy, CharactersError, apply_policy
from contacts.models import Membership
from smspanel import clock, doorbell

MAX_PARTS: Final = 10
MESSAGES_PER_SECOND: Final = 100
"""A cautious estimate until a campaign's own speed is known."""


@transaction.atomic
def request(*, campaign: Campaign) -> Plan:
    """Ask for a plan, which is made in the background; raises NotPossibleNow."""
    changed = Campaign.objects.filter(pk=campaign.pk, state__in=Campaign.EDITABLE)
    if not changed.update(state=Campaign.State.PLANNING):
        raise NotPossibleNow(_("This campaign is confirmed already, so it cannot be planned again."))
    plan, _created = Plan.objects.update_or_create(
        campaign=campaign,
        defaults={"status": Plan.Status.QUEUED, "requested_at": clock.now(), "made_at": None},
    )
    doorbell.ring("campaigns.jobs.make_plan", plan.pk)
    return plan


def make(plan_id: int) -> Plan | None:
    """Make a plan that was asked for; None if nobody waits for it any more."""
    plan = Plan.objects.select_related("campaign__account", "campaign__sender").filter(pk=plan_id).first()
    if plan is None or plan.status != Plan.Status.QUEUED or plan.campaign.state != Campaign.State.PLANNING:
        return None
    _found, fields = figures(plan.campaign)
    asked = Plan.objects.filter(pk=plan.pk, status=Plan.Status.QUEUED, requested_at=plan.requested_at)
    asked.update(**fields, made_at=clock.now())
    return Plan.objects.filter(pk=plan.pk).first()


def make_now(campaign: Campaign) -> Plan:
    """Make the plan of a campaign within the transaction that made the campaign; raises CampaignRefused."""
    plan = Plan(campaign=campaign, made_at=clock.now())
    found, fields = figures(campaign)
    if found:
        raise CampaignRefused.because(found)
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.save()
    return plan


def examine(campaign: Campaign, text: str, words: Dictionary) -> tuple[str, list[Problem]]:
    """Return one text of a campaign as it would go out, and what is in the way of it."""
    try:
        text = apply_policy(text, CharacterPolicy(campaign.policy))
    except CharactersError as error:
        return text, [Problem(Rule.TEXT_CHARACTERS, str(error))]
    return text, rules.forbidden_words(text, words) + too_long(rendering.parts_of(campaign, text))


def figures(campaign: Campaign) -> tuple[list[Problem], dict[str, Any]]:
    """Return what is in the way, and the fields of the plan."""
    found = rules.problems(campaign)
    limit = last_membership()
    offer = offers.of(campaign)
    try:
        tally = tallying.of(campaign, offer, limit)
    except CharactersError as error:
        tally = tallying.Tally()
        found.append(Problem(Rule.TEXT_CHARACTERS, str(error)))
    else:
        found = found or _problems_of(tally) or daily_caps.problems(campaign, tally.breakdown.total())
    starts = windows.next_opening(campaign, max(campaign.start_at or clock.now(), clock.now()))
    people = tally.breakdown.total()
    return found, {
        "status": Plan.Status.REFUSED if found else Plan.Status.READY,
        "problems": [problem.sentence for problem in found],
        "recipients": people,
        "parts": sum(size * messages for size, messages in tally.breakdown.items()),
        "price": offer.uniform or 0,
        "points": tally.points,
        "destinations": tally.destinations(),
        "operators": tally.operators(),
        "dearest": tally.dearest(),
        "savings": tally.savings(campaign),
        "offer_digest": offer.digest,
        "parts_breakdown": {str(size): messages for size, messages in sorted(tally.breakdown.items())},
        "samples": tally.samples(),
        "membership_limit": limit,
        "starts_at": starts,
        "finishes_at": windows.finish(campaign, starts, _duration(campaign, starts, people)),
        **_who(campaign, limit, tally),
    }


def last_membership() -> int:
    """Return the id of the newest member of any group: who comes later is not written to."""
    return Membership.objects.aggregate(last=Max("pk"))["last"] or 0


def _who(campaign: Campaign, limit: int, tally: tallying.Tally) -> dict[str, Any]:
    """Return how many were named, and who of them is left out for which reason."""
    refused = campaign.recipients.exclude(problem="")
    invalid, unsendable = refused.filter(msisdn=""), refused.exclude(msisdn="")
    listed, distinct = recipients.count_listed(campaign, limit)
    waterfall = [
        ("INVALID", invalid.count(), list(invalid.values_list("raw", flat=True)[: tallying.EXAMPLES])),
        ("REPEATED", listed - distinct, []),
        *recipients.count_left_out(campaign, limit),
    ]
    if texts := unsendable.count():
        waterfall.insert(1, ("UNSENDABLE", texts, list(unsendable.values_list("raw", flat=True)[: tallying.EXAMPLES])))
    waterfall += [(reason, tally.refused[reason], tally.refused_examples[reason]) for reason in sorted(tally.refused)]
    rows = [{"reason": reason, "count": n, "examples": some} for reason, n, some in waterfall]
    return {"candidates": listed + refused.count(), "waterfall": rows}


def _problems_of(tally: tallying.Tally) -> list[Problem]:
    """Return why what was counted cannot be sent."""
    if not tally.breakdown:
        return [Problem(Rule.NOBODY, _("Nobody is left to write to. Add numbers or groups."))]
    return too_long(max(tally.breakdown))


def too_long(parts: int) -> list[Problem]:
    """Return the complaint about a message of so many parts, if they are too many."""
    if parts <= MAX_PARTS:
        return []
    sentence = _("The longest message has %(parts)s parts; at most %(most)s are possible. Shorten the text.")
    return [Problem(Rule.TEXT_LENGTH, sentence % {"parts": parts, "most": MAX_PARTS})]


def _duration(campaign: Campaign, start: datetime, people: int) -> timedelta:
    """Return how long sending takes, which a campaign that is spread does on purpose."""
    return max(estimated_duration(people), spreading.length(campaign, start) or timedelta())


def estimated_duration(people: int) -> timedelta:
    """Return how long sending takes, cautiously (JS-12)."""
    return timedelta(seconds=20 + people // MESSAGES_PER_SECOND)
