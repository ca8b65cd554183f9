"""Cost centres: what is booked on them when points are held, what comes back, and the budget of a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import Account, Transfer
from campaigns.errors import CampaignRefused, Problem, Rule
from campaigns.models import Campaign, CostCentre, CostCentreMonth
from smspanel import clock


def usable_by(account: Account) -> QuerySet[CostCentre]:
    """Return what an account may book on."""
    return CostCentre.objects.filter(account=account, is_active=True)


def named(*, account: Account, name: str) -> CostCentre | None:
    """Return the cost centre that software names, by its name or id; None for no name. Raises CampaignRefused."""
    if not name.strip():
        return None
    which = Q(name__iexact=name.strip())
    if name.strip().isdecimal() and len(name.strip()) < 10:
        which |= Q(pk=int(name))
    found = usable_by(account).filter(which).first()
    if found is None:
        sentence = _("This account has no cost centre %(name)s in use.") % {"name": name.strip()}
        raise CampaignRefused(sentence, rule=Rule.OPTION)
    return found


def problems(campaign: Campaign) -> list[Problem]:
    """Return what is wrong with the cost centre of a campaign, its budget left aside."""
    centre = campaign.cost_centre
    if centre is None:
        if not campaign.account.needs_cost_centre:
            return []
        return [Problem(Rule.OPTION, _("This account books every sending on a cost centre. Choose one."))]
    if centre.account_id != campaign.account_id or not centre.is_active:
        sentence = _("The cost centre %(name)s is not in use any more. Choose another.") % {"name": centre}
        return [Problem(Rule.OPTION, sentence)]
    return []


def month_of(campaign: Campaign, at: datetime) -> date:
    """Return the first day of the month that a moment lies in for the account."""
    return at.astimezone(campaign.account.zone).date().replace(day=1)


def left(campaign: Campaign) -> int | None:
    """Return how many points the cost centre of a campaign may still cost this month; None without a limit."""
    centre = campaign.cost_centre
    if centre is None or centre.monthly_budget is None:
        return None
    month = month_of(campaign, campaign.confirmed_at or clock.now())
    used = CostCentreMonth.objects.filter(centre=centre, month=month).values_list("points", flat=True).first()
    return max(0, centre.monthly_budget - (used or 0))


def book(campaign: Campaign, points: int) -> None:
    """Book held points on the month of the confirmation, by one conditional update; raises CampaignRefused.

    It runs in the transaction of the hold, so a sending is booked exactly if its points are held.
    """
    centre = campaign.cost_centre
    if centre is None:
        return
    month = month_of(campaign, campaign.confirmed_at or clock.now())
    row, _created = CostCentreMonth.objects.get_or_create(centre=centre, month=month)
    fits = Q() if centre.monthly_budget is None else Q(points__lte=centre.monthly_budget - points)
    if not CostCentreMonth.objects.filter(fits, pk=row.pk).update(points=F("points") + points):
        sentence = _("The cost centre %(name)s has %(left)s points left this month; this sending takes %(points)s.")
        raise CampaignRefused(sentence % {"name": centre, "left": left(campaign), "points": points}, rule=Rule.OPTION)


def give_back(campaign: Campaign, points: int) -> None:
    """Take points that came back off the month on which they were booked."""
    if campaign.cost_centre_id is None or campaign.confirmed_at is None or not points:
        return
    month = month_of(campaign, campaign.confirmed_at)
    CostCentreMonth.objects.filter(centre=campaign.cost_centre_id, month=month).update(points=F("points") - points)


def recounted() -> Iterator[tuple[CostCentreMonth, int]]:
    """Yield every month of a cost centre with what the ledger says that its sendings cost."""
    rows = CostCentreMonth.objects.select_related("centre__account")
    for row in rows.order_by("pk"):
        since, until = _edges(row)
        campaigns = Campaign.objects.filter(cost_centre=row.centre, confirmed_at__gte=since, confirmed_at__lt=until)
        held = campaigns.aggregate(points=Sum("hold__amount"))["points"] or 0
        subjects = [one.subject for one in campaigns.only("pk", "single", "ref").iterator()]
        yield row, held - _returned(subjects)


def _edges(row: CostCentreMonth) -> tuple[datetime, datetime]:
    zone = row.centre.account.zone
    following = (row.month + timedelta(days=32)).replace(day=1)
    return datetime.combine(row.month, time(), zone), datetime.combine(following, time(), zone)


def _returned(subjects: Sequence[str]) -> int:
    back = 0
    for start in range(0, len(subjects), 500):
        kinds = (Transfer.Kind.VOID, Transfer.Kind.REFUND)
        found = Transfer.objects.filter(subject__in=subjects[start : start + 500], kind__in=kinds)
        back += found.aggregate(points=Sum("amount"))["points"] or 0
    return back
