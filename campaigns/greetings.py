"""Sends birthday greetings: one campaign a day and group, and to nobody twice a year."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import acting, audit
from accounts.models import User
from accounts.points import PointsError
from campaigns import orders, windows
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Campaign, Greeted, Greeting, Variant
from contacts.models import Contact
from smspanel import clock

AGAIN: Final = timedelta(minutes=15)
"""What could not be sent is tried again so often, on the same day: points may have come meanwhile."""
FIELDS: Final = ("is_active", "at", "sender", "text")


@transaction.atomic
def save(*, greeting: Greeting, actor: User | None) -> Greeting:
    """Write a greeting as its owner wants it, and when it is due next."""
    acting.forbid_points()
    now = clock.now()
    today = now.astimezone(greeting.group.account.zone).date()
    moment = greeting.moment(today)
    # Of a day that is half over only what is still to come is sent.
    greeting.next_at = moment if moment >= now else greeting.moment(today + timedelta(days=1))
    greeting.problem = ""
    greeting.save()
    audit.record_changes(
        actor=actor,
        action="greeting.save",
        subject=greeting,
        account=greeting.group.account,
        fields=FIELDS,
        shown=("is_active", "sender"),
    )
    return greeting


def due() -> list[tuple[int]]:
    """Return greetings whose time has come."""
    return list(Greeting.objects.filter(is_active=True, next_at__lte=clock.now()).order_by("pk").values_list("pk"))


def send(greeting_id: int) -> None:
    """Make today's campaign of a greeting, or write down why it cannot be; days that were missed stay missed."""
    found = Greeting.objects.select_related("group__account__master", "sender").filter(pk=greeting_id, is_active=True)
    greeting, now = found.first(), clock.now()
    if greeting is None or greeting.next_at is None or greeting.next_at > now:
        return
    today = now.astimezone(greeting.group.account.zone).date()
    if now < greeting.moment(today):
        _settle(greeting, greeting.moment(today), "")
        return
    tomorrow = greeting.moment(today + timedelta(days=1))
    try:
        _greet(greeting, today, now)
    except IntegrityError:
        # Somebody else has just greeted the same people; what was made here is undone.
        return
    except (CampaignRefused, PointsError) as error:
        nobody = isinstance(error, CampaignRefused) and error.rule == Rule.NOBODY
        _settle(greeting, tomorrow if nobody else min(tomorrow, now + AGAIN), "" if nobody else str(error))
    else:
        _settle(greeting, tomorrow, "")


def _settle(greeting: Greeting, next_at: datetime, problem: str) -> None:
    """Write when it is due again, unless its owner has changed it meanwhile."""
    unchanged = Greeting.objects.filter(pk=greeting.pk, next_at=greeting.next_at)
    unchanged.update(next_at=next_at, problem=problem[:300])


@transaction.atomic
def _greet(greeting: Greeting, today: date, now: datetime) -> None:
    """Make the campaign and mark whom it greets, all of it or nothing.

    Raises CampaignRefused, PointsError, and IntegrityError when somebody was greeted already.
    """
    account = greeting.group.account
    people = list(birthdays(greeting, today))
    if not people:
        return
    if not greeting.group.is_usable(today):
        sentence = _("The group is blocked or not valid today.")
        raise CampaignRefused(sentence)
    opening = windows.next_opening(account, now)
    if opening.astimezone(account.zone).date() != today:
        raise CampaignRefused(_("The time of day lies outside the sending hours of your account. Choose another."))
    campaign = orders.place(account=account, order=_order(greeting, today, people, opening), key=None)
    _mark(greeting, people, today.year, campaign)
    Greeting.objects.filter(pk=greeting.pk).update(last_campaign=campaign)


def birthdays(greeting: Greeting, day: date) -> QuerySet[Contact]:
    """Return the members whose birthday it is and who were not greeted that year; 29 February is the 28th in others."""
    on = Q(birth_date__month=day.month, birth_date__day=day.day)
    if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
        on |= Q(birth_date__month=2, birth_date__day=29)
    greeted = Greeted.objects.filter(greeting=greeting, year=day.year).values("contact")
    members = Contact.objects.filter(on, groups=greeting.group_id, account=greeting.group.account_id)
    return members.exclude(pk__in=greeted).order_by("pk")


def _order(greeting: Greeting, today: date, people: list[Contact], opening: datetime) -> orders.Order:
    name = _("Birthdays of %(day)s: %(group)s") % {"day": f"{today:%Y-%m-%d}", "group": greeting.group.name}
    named: dict[str, Any] = {"variant": Variant.ECO}
    if greeting.sender is not None:
        named = {"variant": Variant.FULL, "sender": greeting.sender.name}
    numbers = [f"+{person.msisdn}" for person in people]
    return orders.Order(name=name[: orders.NAME_LENGTH], text=greeting.text, numbers=numbers, start_at=opening, **named)


def _mark(greeting: Greeting, people: list[Contact], year: int, campaign: Campaign) -> None:
    """Write whom the campaign greets; raises IntegrityError for somebody who was greeted that year."""
    rows = [Greeted(greeting=greeting, contact=person, year=year, campaign=campaign) for person in people]
    Greeted.objects.bulk_create(rows, batch_size=1000)
