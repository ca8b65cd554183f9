"""How many messages an account sends on one of its days, at most.

A campaign counts whole for the day on which it starts, with as many messages as its plan has; one that ended early
with as many as went out, a single message for the day on which it was ordered. Whoever confirms a campaign or orders a
single message of such an account locks the account's row, counts, and books in the same transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Account
from campaigns.errors import CampaignRefused, Problem, Rule
from campaigns.models import Campaign, Kind, Message, Plan
from smspanel import clock


def check(campaign: Campaign, messages: int) -> None:
    """Lock the account and refuse so many more messages where they are too many; raises CampaignRefused."""
    if campaign.account.daily_cap is not None and campaign.kind != Kind.HLR:
        Account.objects.select_for_update(no_key=True).only("pk").get(pk=campaign.account_id)
        if found := problems(campaign, messages):
            raise CampaignRefused.because(found)


def problems(campaign: Campaign, messages: int) -> list[Problem]:
    """Return the complaint about so many more messages on the day of the campaign, if they are too many."""
    account: Account = campaign.account
    if account.daily_cap is None or campaign.kind == Kind.HLR:
        return []
    start = max(campaign.start_at or clock.now(), clock.now()).astimezone(account.zone)
    left = max(0, account.daily_cap - used(account, start))
    if messages <= left:
        return []
    sentence = _(
        "Your account may send %(most)s messages a day, and %(left)s are left on %(day)s. Write to fewer people, "
        "choose another day, or ask the operator."
    )
    day = date_format(start, "j E")
    return [Problem(Rule.DAILY_CAP, sentence % {"most": account.daily_cap, "left": left, "day": day})]


def used(account: Account, moment: datetime) -> int:
    """Return how many messages are booked for the local day of that moment."""
    midnight = moment.astimezone(account.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    day = (midnight, (midnight + timedelta(days=1)).replace(fold=0))
    own = Campaign.objects.filter(account=account, hold__isnull=False).exclude(kind=Kind.HLR)
    early = Q(state__in=(Campaign.State.CANCELED, Campaign.State.ERROR, Campaign.State.MISSED))
    starting = Q(start_at__gte=day[0], start_at__lt=day[1])
    waiting = Q(start_at__isnull=True, confirmed_at__gte=day[0], confirmed_at__lt=day[1])
    campaigns = own.filter(starting | waiting, single=False)
    planned: int = Plan.objects.filter(campaign__in=campaigns.exclude(early)).aggregate(n=Sum("recipients"))["n"] or 0
    ended = Message.objects.filter(campaign__in=campaigns.filter(early)).exclude(state__in=Message.NOT_SENT)
    singles = own.filter(single=True, created_at__gte=day[0], created_at__lt=day[1]).exclude(early)
    return planned + ended.count() + singles.count()
