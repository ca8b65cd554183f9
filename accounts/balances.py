"""What is left at the providers: asked for every hour, kept, and looked at for when it runs out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import connections, notices
from accounts.models import Connection, ConnectionBalance, User
from smspanel import clock, crypto
from smspanel.providers import errors
from smspanel.providers.values import Balance

LOOKED_BACK: Final = timedelta(days=7)
LEAST_HISTORY: Final = timedelta(days=1)
"""What was used in less time than this says little about the days to come."""
FURTHEST: Final = timedelta(days=3650)
SOON: Final = timedelta(days=3)
KEPT_FOR: Final = timedelta(days=90)
SELDOM: Final = timedelta(hours=1)
"""SerwerSMS wants to be asked at most once an hour."""
PATIENCE: Final = 5.0
"""Seconds for each call: the heartbeat waits for it."""
LARGEST: Final = Decimal(10) ** 14

Reading = tuple[datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left by one name: when it was asked, how much (None is unlimited), and when it will be used up."""

    connection: Connection
    name: str
    at: datetime
    value: Decimal | None
    used_up_at: datetime | None

    @property
    def is_low(self) -> bool:
        """Whether staff should top it up: below the threshold, or used up soon."""
        if self.value is None:
            return False
        below = self.connection.warn_below is not None and self.value < self.connection.warn_below
        return below or (self.used_up_at is not None and self.used_up_at < clock.now() + SOON)

    def __str__(self) -> str:
        if self.value is None:
            return _("%(name)s: unlimited") % {"name": self.name}
        figures = {"name": self.name, "value": _figure(self.value)}
        if self.used_up_at is None:
            return _("%(name)s: %(value)s left") % figures
        figures["day"] = date_format(localtime(self.used_up_at), "DATE_FORMAT")
        return _("%(name)s: %(value)s left, used up around %(day)s at this pace") % figures

    @property
    def sentence(self) -> str:
        """What is left, and the threshold if it is below."""
        threshold = self.connection.warn_below
        if self.value is None or threshold is None or self.value >= threshold:
            return str(self)
        return _("%(left)s (below %(threshold)s)") % {"left": self, "threshold": _figure(threshold)}


def trimmed(value: Decimal) -> Decimal:
    """Return the figure without the zeros that only the column's scale adds."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _figure(value: Decimal) -> str:
    return number_format(trimmed(value), force_grouping=True)


def forecast(readings: Sequence[Reading]) -> datetime | None:
    """Return when the balance will be used up, by what was used between readings in the order of their times.

    Top-ups are left out. Without a decrease, or with less than LEAST_HISTORY between the first reading and the last,
    nothing is foretold.
    """
    if len(readings) < 3 or readings[-1][0] - readings[0][0] < LEAST_HISTORY:
        return None
    values = [value for _at, value in readings]
    used = sum((max(Decimal(0), before - after) for before, after in pairwise(values)), Decimal(0))
    last_at, last = readings[-1]
    if not used:
        return None
    seconds = Decimal((last_at - readings[0][0]).total_seconds())
    left = max(Decimal(0), last) / used * seconds
    return last_at + timedelta(seconds=float(left)) if left < FURTHEST.total_seconds() else None


@transaction.atomic
def keep(*, connection: Connection, balance: Balance) -> None:
    """Store what the provider said is left; a figure that no column holds is left out."""
    now = clock.now()
    figures = {name: None if value is None else Decimal(value) for name, value in balance.items.items()}
    rows = [
        ConnectionBalance(connection=connection, name=name[:40], value=value, at=now)
        for name, value in figures.items()
        if value is None or (value.is_finite() and abs(value) < LARGEST)
    ]
    ConnectionBalance.objects.bulk_create(rows)
    for one in left([connection]):
        _tell(one)


def _tell(left: Left) -> None:
    """Note for staff that something runs low, once until it does not."""
    key = f"provider:{left.connection.pk}:{left.name}"
    if not left.is_low:
        notices.ends(key)
    elif told := notices.begins(key):
        address = reverse("admin:accounts_connection_change", args=[left.connection.pk])
        staff = User.objects.filter(role__in=User.STAFF_ROLES, enabled=True)
        value = trimmed(left.value or Decimal(0))
        figures = {"what": left.name, "value": int(value) if value == int(value) else str(value)}
        notices.note("LOW_PROVIDER", staff, key=told, address=address, name=left.connection.name, **figures)


def left(of: Iterable[Connection]) -> list[Left]:
    """Return what was left at the providers of these connections when they were asked last."""
    by_pk = {connection.pk: connection for connection in of}
    since = clock.now() - LOOKED_BACK
    rows = ConnectionBalance.objects.filter(connection__in=by_pk, at__gte=since).order_by("at", "pk")
    series: dict[tuple[int, str], list[tuple[datetime, Decimal | None]]] = defaultdict(list)
    for pk, name, at, value in rows.values_list("connection", "name", "at", "value"):
        series[pk, name].append((at, value))
    return [_left(by_pk[pk], name, found) for (pk, name), found in sorted(series.items())]


def _left(connection: Connection, name: str, found: Sequence[tuple[datetime, Decimal | None]]) -> Left:
    at, value = found[-1]
    readings = [(moment, one) for moment, one in found if one is not None]
    return Left(connection, name, at, value, forecast(readings) if value is not None else None)


def ask_all() -> None:
    """Ask about every connection in use that was not asked within the hour, and keep the answers."""
    now = clock.now()
    lately = ConnectionBalance.objects.filter(at__gt=now - SELDOM).values("connection")
    for connection in Connection.objects.filter(is_active=True).exclude(pk__in=lately):
        if connection.trouble(now) is None:
            _ask(connection)


def _ask(connection: Connection) -> None:
    try:
        client = connections.client_for(connection)
        client.deadline_seconds = PATIENCE
        balance = client.balance()
    except errors.Unsupported:
        return
    except (errors.Unreachable, errors.Throttled):
        return  # it is asked again next time, and a submission that meets the same says so
    except (errors.ProviderError, crypto.CannotOpen) as error:
        connections.note_trouble(connection, str(error))
        return
    keep(connection=connection, balance=balance)


def forget_old() -> None:
    """Delete balances that no page shows any more."""
    ConnectionBalance.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()
