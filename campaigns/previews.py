"""What single recipients of a planned campaign would read, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db.models import Q

from campaigns import offers, planning, recipients, rendering
from campaigns.models import Campaign
from campaigns.text import CharactersError
from contacts import numbers
from contacts.models import Contact

MOST: Final = 5
_NAMESAKES: Final = 200


class Preview(NamedTuple):
    """One recipient's text with its parts and points, or why there is none."""

    msisdn: str
    text: str
    parts: int
    points: int | None
    problem: str = ""


def of(campaign: Campaign, who: str) -> list[Preview]:
    """Return the previews of those who have this number, or whose names begin so; nobody if they are left out."""
    wanted = _numbers_of(campaign, who)
    if not wanted:
        return []
    return _previews(campaign, recipients.each_remaining(campaign, _limit(campaign), only=wanted, most=MOST))


def first(campaign: Campaign) -> Preview | None:
    """Return the preview of any one recipient; None if nobody remains."""
    found = _previews(campaign, recipients.each_remaining(campaign, _limit(campaign), most=1))
    return found[0] if found else None


def _limit(campaign: Campaign) -> int:
    plan = getattr(campaign, "plan", None)
    return plan.membership_limit if plan else planning.last_membership()


def _previews(campaign: Campaign, rows: Iterable[tuple[str, dict[str, str], str]]) -> list[Preview]:
    offer = offers.of(campaign)
    found = []
    for msisdn, values, own_text in rows:
        try:
            text = rendering.rendered(campaign, values, own_text)
        except CharactersError as error:
            found.append(Preview(msisdn, "", 0, None, str(error)))
            continue
        quote, parts = offer.quote(msisdn), rendering.parts_of(campaign, text)
        found.append(Preview(msisdn, text, parts, quote and quote.points * parts))
    return found


def _numbers_of(campaign: Campaign, who: str) -> list[str]:
    """Return the number that is meant, or those of contacts with such a name."""
    try:
        return [numbers.normalise(who).msisdn]
    except numbers.InvalidNumber:
        named = Q(account=campaign.account_id)
        for word in (words := who.split()):
            named &= Q(first_name__istartswith=word) | Q(last_name__istartswith=word)
        contacts = Contact.objects.filter(named).order_by("pk")
        return list(contacts.values_list("msisdn", flat=True)[:_NAMESAKES]) if words else []
