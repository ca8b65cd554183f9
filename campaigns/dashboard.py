"""The first page: what this person should see first, whatever their role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.signed_in import person
from campaigns import counting, dashboard_owner, dashboard_staff, health, progress, summaries
from campaigns.models import Campaign, Canary, MessageCount
from smspanel import access

DAYS: Final = 14
SHOWN: Final = 5
_OPEN: Final = (Campaign.State.TO_SEND, Campaign.State.TO_PAY, *Campaign.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign that is under way, and how far it is."""

    campaign: Campaign
    bars: list[progress.Bar]
    done: int
    total: int


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what this person should see first."""
    user = person(request)
    ended = _campaigns(user).filter(state__in=Campaign.TERMINAL).order_by("-finished_at")[:SHOWN]
    context |= _open(user) | {"recent": ended, "chart": json.dumps(_by_day(user)), "days": DAYS}
    return context | (dashboard_staff.of() if user.account is None else dashboard_owner.of(user, user.account))


@require_GET
def running(request: HttpRequest) -> HttpResponse:
    """Show what is under way again, while the first page is open."""
    return render(request, "panel/_running.html", _open(person(request)))


@require_GET
def oldest(request: HttpRequest) -> HttpResponse:
    """Tell staff for how long work that is due has stood still; it takes more questions than a page should ask."""
    if not person(request).is_staff:
        raise Http404("There is no such page.")
    seconds = max(health.measure()["oldest_due_seconds"].values())
    return HttpResponse(_("%(n)s s") % {"n": seconds})


def _campaigns(user: User) -> Any:
    rows = Campaign.objects.filter(single=False).select_related("account", "canary")
    return access.visible(rows, user)


def _open(user: User) -> dict[str, Any]:
    """Return what is under way, what is scheduled next, and what waits because its first messages failed."""
    found = list(_campaigns(user).filter(Q(state__in=_OPEN)).order_by("-started_at", "start_at")[:200])
    under_way = [one for one in found if one.state in Campaign.UNDER_WAY][:SHOWN]
    scheduled = [one for one in found if one.state == Campaign.State.TO_SEND and one.start_at]
    failed = [one for one in found if one.state == Campaign.State.HOLD and _failed_first(one)]
    states = counting.states_of(under_way) if under_way else {}
    return {
        "running": [_running(one, states[one.pk]) for one in under_way],
        "scheduled": sorted(scheduled, key=lambda one: one.start_at)[:SHOWN],
        "failed_first": failed,
    }


def _failed_first(campaign: Campaign) -> bool:
    canary = getattr(campaign, "canary", None)
    return canary is not None and canary.status == Canary.Status.FAILED


def _running(campaign: Campaign, states: dict[str, int]) -> Running:
    left = sum(states.get(state, 0) for state in ("QUEUED", "SUBMITTING", "UNKNOWN"))
    total = sum(states.values())
    return Running(campaign, progress.bars_of(campaign, states), total - left, total)


def _by_day(user: User) -> dict[str, Any]:
    """Return what became of the messages of the last days, as a chart."""
    since = localdate() - timedelta(days=DAYS - 1)
    rows = access.visible(MessageCount.objects.filter(counted__day__gte=since), user, path="counted__account")
    return summaries.chart(summaries.lines(rows, summaries.By.DAY), summaries.By.DAY)
