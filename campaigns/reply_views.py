"""When prefixes are taken, and when replies came."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone, localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.signed_in import person
from campaigns.models import Prefix, PrefixReservation, Reply
from smspanel import access
from smspanel.panel import page

WEEK: Final = 7
MOST_DAYS: Final = 92
MOST_PREFIXES: Final = 200
LONGEST_ID: Final = 12
"""Digits; no row has a longer id."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of a day in which a prefix is taken; by whom only its holder, their master and staff read."""

    start: datetime
    end: datetime
    holder: str


def _day(given: str, default: date) -> date:
    """Return the day that an address names, or the default where it names none."""
    try:
        return parse_date(given) or default
    except ValueError:
        return default


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a week of every prefix that this person may see: free, taken, or their own."""
    user, first = person(request), _day(request.GET.get("from", ""), localdate())
    first = min(max(first, date(2000, 1, 1)), date(2100, 1, 1))
    days = [first + timedelta(days=n) for n in range(WEEK)]
    prefixes = list(admin.site._registry[Prefix].get_queryset(request)[:MOST_PREFIXES])
    taken = _taken(user, prefixes, days)
    rows = [(prefix, [taken.get((prefix.pk, day), []) for day in days]) for prefix in prefixes]
    week = timedelta(days=WEEK)
    context = page(request, _("Calendar of prefixes"), days=days, rows=rows, before=first - week, after=first + week)
    return render(request, "campaigns/calendar.html", context)


def _taken(user: User, prefixes: list[Any], days: list[date]) -> dict[tuple[int, date], list[Taken]]:
    """Return what is taken on which day, by prefix."""
    start, end = (_midnight(day) for day in (days[0], days[-1] + timedelta(days=1)))
    held = PrefixReservation.objects.filter(prefix__in=prefixes, date_from__lt=end, date_to__gt=start)
    known = set(access.visible(held, user).values_list("pk", flat=True))
    found: dict[tuple[int, date], list[Taken]] = defaultdict(list)
    for one in held.select_related("account").order_by("date_from"):
        holder = one.account.name if one.pk in known else ""
        for day in days:
            begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
            if one.date_from < one.date_to and one.date_from < ends and one.date_to > begins:
                edges = localtime(max(one.date_from, begins)), localtime(min(one.date_to, ends))
                found[one.prefix_id, day].append(Taken(*edges, holder))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_current_timezone())


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """Show how many replies came on each day and in each hour of the day."""
    user, today = person(request), localdate()
    since = _day(request.GET.get("since", ""), today - timedelta(days=29))
    until = min(_day(request.GET.get("until", ""), today), today)
    since = min(max(since, until - timedelta(days=MOST_DAYS - 1)), until)
    rows = access.visible(Reply.objects.all(), user)
    rows = rows.filter(received_at__gte=_midnight(since), received_at__lt=_midnight(until + timedelta(days=1)))
    if (prefix := request.GET.get("prefix", "")).isdecimal() and len(prefix) < LONGEST_ID:
        rows = rows.filter(prefix=int(prefix))
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    context = page(request, _("Replies by day and hour"), since=since, until=until, prefix=prefix)
    context["by_day"] = _bars([date_format(day, "j.m") for day in days], days, _count(rows, TruncDate("received_at")))
    context["by_hour"] = _bars([f"{n}:00" for n in range(24)], range(24), _count(rows, ExtractHour("received_at")))
    context["total"] = rows.count()
    context["prefixes"] = admin.site._registry[Prefix].get_queryset(request)[:MOST_PREFIXES]
    return render(request, "campaigns/reply_chart.html", context)


def _count(rows: QuerySet[Reply], part: Any) -> dict[Any, int]:
    return dict(rows.order_by().annotate(part=part).values_list("part").annotate(n=Count("pk")))


def _bars(labels: list[str], places: Any, counts: dict[Any, int]) -> str:
    """Return a chart with one bar for each place."""
    data = [counts.get(place, 0) for place in places]
    bars = {"label": _("Replies"), "data": data, "backgroundColor": "var(--color-primary-500)"}
    return json.dumps({"labels": labels, "datasets": [bars]})
