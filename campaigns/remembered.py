"""Proves what campaigns cost whose messages are not kept any more, by what was counted of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Sum
from django.db.models.functions import TruncDate

from accounts.models import Account, Transfer
from campaigns import counting
from campaigns.models import Campaign, Counted, Message

_NOT_GIVEN_BACK: Final = [state for state in Message.CHARGED if state != Message.State.REJECTED]


def wrong_charges() -> list[str]:
    """Return what is counted to have cost something else than was spent and not given back.

    Points that came back are in no count: those of rejected messages by their state, the others since that moment.
    """
    broken = []
    for counted in Counted.objects.filter(campaign__forgotten__gte=Campaign.MESSAGES).select_related("campaign"):
        assert counted.campaign is not None
        broken += _compared(counted, [counted.campaign])
    gone = Campaign.objects.filter(single=True, forgotten__gte=Campaign.MESSAGES).order_by()
    for account in Account.objects.filter(pk__in=gone.values("account")):
        own = gone.filter(account=account).annotate(day=TruncDate("created_at", tzinfo=account.zone))
        days = set(own.values_list("day", flat=True).distinct())
        for counted in Counted.objects.filter(account=account, campaign=None, day__in=days):
            broken += _compared(counted, list(counting.singles_on(account, [counted.day])))
    return broken


def _compared(counted: Counted, campaigns: Sequence[Campaign]) -> list[str]:
    listed = counted.rows.filter(state__in=_NOT_GIVEN_BACK).aggregate(n=Sum("points"))["n"] or 0
    posted = Transfer.objects.filter(kind=Transfer.Kind.POST, hold__campaign__in=campaigns)
    returned = Transfer.objects.filter(kind=Transfer.Kind.REFUND, subject__in=[one.subject for one in campaigns])
    spent = (posted.aggregate(n=Sum("amount"))["n"] or 0) - (returned.aggregate(n=Sum("amount"))["n"] or 0)
    return [] if spent == listed else [f"{counted} was charged {spent} points for messages counted at {listed}"]
