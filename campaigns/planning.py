"""The plan: who is left out and why, exact parts and points, and the finish, before anything is confirmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns import offers, optouts, recipients, rules, windows
from campaigns.dictionary import Dictionary
from campaigns.errors import CampaignRefused, NotPossibleNow, Problem, Rule
from campaigns.models import Campaign, Kind, Plan
from campaigns.text import OPT_OUT, CharacterPolicy, CharactersError, apply_policy, count, render
from contacts.models import Membership
from smspanel import clock, doorbell

MAX_PARTS: Final = 10
EXAMPLES: Final = 3
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


def rendered(campaign: Campaign, values: dict[str, str], own_text: str = "") -> str:
    """Return the text that one recipient would read; raises CharactersError.

    Software wrote a single message for its one recipient: what looks like a merge tag there is a part of the text.
    """
    text = own_text or campaign.text
    if OPT_OUT in text and "number" in values:
        values = values | {OPT_OUT: optouts.link(account_id=campaign.account_id, msisdn=values["number"])}
    return apply_policy(text if campaign.single else render(text, values), CharacterPolicy(campaign.policy))


def parts_of(campaign: Campaign, text: str) -> int:
    """Return how many parts a text is charged as; a number check and a call are one."""
    return 1 if campaign.kind in {Kind.HLR, Kind.VOICE} else count(text).parts


def examine(campaign: Campaign, text: str, words: Dictionary) -> tuple[str, list[Problem]]:
    """Return one text of a campaign as it would go out, and what is in the way of it."""
    try:
        text = apply_policy(text, CharacterPolicy(campaign.policy))
    except CharactersError as error:
        return text, [Problem(Rule.TEXT_CHARACTERS, str(error))]
    return text, rules.forbidden_words(text, words) + too_long(parts_of(campaign, text))


def figures(campaign: Campaign) -> tuple[list[Problem], dict[str, Any]]:
    """Return what is in the way, and the fields of the plan."""
    found = rules.problems(campaign)
    limit = last_membership()
    offer = offers.of(campaign)
    try:
        tally = _tally(campaign, offer, limit)
    except CharactersError as error:
        tally = Tally()
        found.append(Problem(Rule.TEXT_CHARACTERS, str(error)))
    else:
        found = found or _problems_of(tally)
    starts = windows.next_opening(campaign.account, max(campaign.start_at or clock.now(), clock.now()))
    people = tally.breakdown.total()
    return found, {
        "status": Plan.Status.REFUSED if found else Plan.Status.READY,
        "problems": [problem.sentence for problem in found],
        "recipients": people,
        "parts": sum(size * messages for size, messages in tally.breakdown.items()),
        "price": offer.uniform or 0,
        "points": tally.points,
        "destinations": tally.destinations(),
        "offer_digest": offer.digest,
        "parts_breakdown": {str(size): messages for size, messages in sorted(tally.breakdown.items())},
        "samples": tally.samples(),
        "membership_limit": limit,
        "starts_at": starts,
        "finishes_at": windows.finish(campaign.account, starts, estimated_duration(people)),
        **_who(campaign, limit, tally),
    }


def last_membership() -> int:
    """Return the id of the newest member of any group: who comes later is not written to."""
    return Membership.objects.aggregate(last=Max("pk"))["last"] or 0


def _who(campaign: Campaign, limit: int, tally: Tally) -> dict[str, Any]:
    """Return how many were named, and who of them is left out for which reason."""
    refused = campaign.recipients.exclude(problem="")
    invalid, unsendable = refused.filter(msisdn=""), refused.exclude(msisdn="")
    listed, distinct = recipients.count_listed(campaign, limit)
    waterfall = [
        ("INVALID", invalid.count(), list(invalid.values_list("raw", flat=True)[:EXAMPLES])),
        ("REPEATED", listed - distinct, []),
        *recipients.count_left_out(campaign, limit),
    ]
    if texts := unsendable.count():
        waterfall.insert(1, ("UNSENDABLE", texts, list(unsendable.values_list("raw", flat=True)[:EXAMPLES])))
    if tally.unreachable:
        waterfall.append(("NO_WAY", tally.unreachable, tally.unreachable_examples))
    rows = [{"reason": reason, "count": n, "examples": some} for reason, n, some in waterfall]
    return {"candidates": listed + refused.count(), "waterfall": rows}


def _problems_of(tally: Tally) -> list[Problem]:
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


def estimated_duration(people: int) -> timedelta:
    """Return how long sending takes, cautiously (JS-12)."""
    return timedelta(seconds=20 + people // MESSAGES_PER_SECOND)


@dataclass
class Tally:
    """What is counted while everybody who remains is gone through."""

    breakdown: Counter[int] = field(default_factory=Counter)
    by_destination: dict[str, list[int]] = field(default_factory=dict)
    points: int = 0
    unreachable: int = 0
    unreachable_examples: list[str] = field(default_factory=list)
    shortest: str = ""
    longest: str = ""

    def add(self, text: str, parts: int, quote: offers.Quote, people: int = 1) -> None:
        """Count people who get this text at this price."""
        self.breakdown[parts] += people
        self.points += people * parts * quote.points
        row = self.by_destination.setdefault(quote.destination, [0, 0, 0])
        for index, value in enumerate((people, people * parts, people * parts * quote.points)):
            row[index] += value
        if not self.shortest or count(text).units < count(self.shortest).units:
            self.shortest = text
        if not self.longest or count(text)[:3] > count(self.longest)[:3]:
            self.longest = text

    def refuse(self, number: str) -> None:
        """Count somebody whom nothing reaches."""
        self.unreachable += 1
        if len(self.unreachable_examples) < EXAMPLES:
            self.unreachable_examples.append(number)

    def samples(self) -> list[dict[str, Any]]:
        """Return the shortest and the longest text."""
        texts = dict.fromkeys(text for text in (self.shortest, self.longest) if text)
        return [{"text": text, "parts": count(text).parts, "units": count(text).units} for text in texts]

    def destinations(self) -> list[dict[str, Any]]:
        """Return messages, parts and points by destination, the dearest first."""
        rows = sorted(self.by_destination.items(), key=lambda row: -row[1][2])
        return [
            {"destination": where, "messages": messages, "parts": parts, "points": points}
            for where, (messages, parts, points) in rows
        ]


def _tally(campaign: Campaign, offer: offers.Offer, limit: int) -> Tally:
    """Count what everybody who remains would get and cost; raises CharactersError."""
    tally = Tally()
    if offer.uniform is not None and not recipients.has_personal_texts(campaign):
        people = sum(1 for _ in recipients.each_remaining(campaign, limit))
        text = rendered(campaign, {})
        if people:
            tally.add(text, parts_of(campaign, text), offers.Quote(offer.uniform, ""), people)
        else:
            tally.shortest = text
        return tally
    for number, values, own_text in recipients.each_remaining(campaign, limit):
        quote = offer.quote(number)
        if quote is None:
            tally.refuse(number)
        else:
            text = rendered(campaign, values, own_text)
            tally.add(text, parts_of(campaign, text), quote)
    return tally
