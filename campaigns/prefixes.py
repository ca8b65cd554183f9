"""Prefixes: which are free, and taking one for a while (JS-50, JS-51, JS-52)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from campaigns.models import Prefix, PrefixReservation
from campaigns.models.replies import LONGEST
from smspanel import clock

HOURS: Final = int(LONGEST.total_seconds() // 3600)


class Reason(StrEnum):
    """Why a prefix could not be reserved."""

    NO_RIGHT = "NO_RIGHT"
    UNKNOWN = "UNKNOWN"
    TAKEN = "TAKEN"
    BAD_DATES = "BAD_DATES"


class PrefixRefused(Exception):
    """A prefix was not reserved; `reason` says why to software, the message to a person."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def offered(*, account: Account) -> QuerySet[Prefix]:
    """Return the prefixes that this account may reserve: those for everybody, its own, and its master's."""
    owners = [pk for pk in (account.pk, account.master_id) if pk is not None]
    return Prefix.objects.filter(Q(access=Prefix.Access.GLOBAL) | Q(account__in=owners), is_active=True)


def free(*, account: Account, at: datetime | None = None) -> QuerySet[Prefix]:
    """Return the prefixes that this account may reserve and that nobody holds at that moment, which is now."""
    held = PrefixReservation.objects.filter(_holds(at or clock.now()), prefix=OuterRef("pk"))
    return offered(account=account).filter(~Exists(held))


@transaction.atomic
def reserve(
    *, prefix: Prefix, account: Account, until: datetime, actor: User | None, start: datetime | None = None
) -> PrefixReservation:
    """Give the prefix to the account from `start`, or now, until a moment at most LONGEST later.

    Raises PrefixRefused. The prefix is locked, so that of two accounts that ask at once one reads that it is taken.
    """
    if not account.may_use_prefixes:
        raise PrefixRefused(Reason.NO_RIGHT, _("This account may not reserve prefixes. Ask the operator to allow it."))
    locked = offered(account=account).select_for_update(no_key=True, of=("self",)).filter(pk=prefix.pk).first()
    if locked is None:
        raise PrefixRefused(Reason.UNKNOWN, _("There is no such prefix. Choose one from the list."))
    now = clock.now()
    start = start or now
    _check_dates(start=start, until=until, now=now)
    _check_free(prefix=locked, start=start, until=until, zone=account.zone)
    reservation = PrefixReservation.objects.create(
        prefix=locked, account=account, date_from=start, date_to=until, created_by=actor
    )
    audit.record(actor=actor, action="prefix.reserve", subject=reservation, account=account, prefix=locked.pk)
    return reservation


def _check_dates(*, start: datetime, until: datetime, now: datetime) -> None:
    """Refuse a time that is over, turned round or too long."""
    if until <= now or start < now:
        raise PrefixRefused(Reason.BAD_DATES, _("This time is over. Choose a moment that is still to come."))
    if until <= start:
        raise PrefixRefused(Reason.BAD_DATES, _("The reservation would end before it begins."))
    if until - start > LONGEST:
        sentence = _("A prefix can be reserved for at most %(hours)s hours. Choose an earlier end.")
        raise PrefixRefused(Reason.BAD_DATES, sentence % {"hours": HOURS})


def _check_free(*, prefix: Prefix, start: datetime, until: datetime, zone: ZoneInfo) -> None:
    """Refuse a time of which somebody has a part, without a word about who."""
    overlapping = prefix.reservations.filter(date_from__lt=until, date_to__gt=start).exclude(date_to=F("date_from"))
    taken = overlapping.order_by("date_from").first()
    if taken is None:
        return
    ends = [date_format(localtime(end, zone), "SHORT_DATETIME_FORMAT") for end in (taken.date_from, taken.date_to)]
    raise PrefixRefused(
        Reason.TAKEN,
        _("%(prefix)s is reserved from %(start)s until %(end)s. Choose another prefix, or another time.")
        % {"prefix": prefix.name, "start": ends[0], "end": ends[1]},
    )


@transaction.atomic
def release(*, reservation: PrefixReservation, actor: User | None) -> PrefixReservation:
    """End a reservation now; one that is over stays as it is."""
    held = PrefixReservation.objects.select_for_update(no_key=True, of=("self",)).get(pk=reservation.pk)
    if held.is_over:
        return held
    held.date_to = max(held.date_from, clock.now())
    held.save(update_fields=["date_to"])
    audit.record(actor=actor, action="prefix.release", subject=held, account=held.account, prefix=held.prefix_id)
    return held


def reserved_now(*, account: Account, name: str, at: datetime | None = None) -> PrefixReservation | None:
    """Return the reservation by which this account holds the prefix at that moment, which is now."""
    own = PrefixReservation.objects.filter(_holds(at or clock.now()), account=account, prefix__is_active=True)
    return own.select_related("prefix", "account").filter(prefix__name=name.strip().upper()).first()


def holder(*, prefix: Prefix, at: datetime) -> PrefixReservation | None:
    """Return the reservation of whoever holds the prefix at that moment; never to be shown to anybody else."""
    return prefix.reservations.filter(_holds(at)).select_related("account").first()


def _holds(at: datetime) -> Q:
    return Q(date_from__lte=at, date_to__gt=at)
