"""The heartbeat: one elected process sweeps the database for due work and runs what is periodic."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from smspanel import clock, doorbell, leases
from smspanel.models import ClockStep, Lease, PeriodicRun

logger = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 5.0
LEASE_SECONDS: Final = 20.0
ME: Final = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function that runs once per slot; a missed slot is not caught up."""

    every: timedelta
    function: str


PERIODIC: Final = MappingProxyType(
    {
        # A little over the hour: SerwerSMS wants to be asked at most once an hour.
        "ask-balances": Periodic(timedelta(minutes=61), "accounts.jobs.ask_balances"),
        "watch-points": Periodic(timedelta(minutes=5), "accounts.jobs.watch_points"),
        "compare-links": Periodic(timedelta(minutes=15), "accounts.links.jobs.compare_all_links"),
        "ask-for-replies": Periodic(timedelta(seconds=30), "campaigns.jobs.ask_for_replies"),
        "close-unreported": Periodic(timedelta(hours=1), "campaigns.jobs.close_unreported"),
        "forget-blacklist": Periodic(timedelta(days=1), "contacts.jobs.forget_expired_blacklist"),
        "forget-observations": Periodic(timedelta(hours=6), "accounts.jobs.forget_observations"),
        "prepare-months": Periodic(timedelta(days=1), "campaigns.jobs.prepare_months"),
        "clean": Periodic(timedelta(days=1), "campaigns.jobs.begin_cleaning"),
        "forget-downloads": Periodic(timedelta(hours=6), "accounts.jobs.forget_downloads"),
        "forget-sessions": Periodic(timedelta(days=1), "accounts.jobs.forget_sessions"),
        "forget-slots": Periodic(timedelta(days=1), "smspanel.tick.forget_slots"),
    }
)


def acquire(name: str, *, holder: str = ME, seconds: float = LEASE_SECONDS) -> bool:
    """Take or prolong the lease and say whether it is ours."""
    now = clock.now()
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(name=name).first()
        if lease is None:
            try:
                with transaction.atomic():
                    Lease.objects.create(name=name, holder=holder, expires_at=now + timedelta(seconds=seconds))
            except IntegrityError:
                return False
            return True
        # As in leases.over: one that ends later than any can was taken by a clock that has been put back since.
        if lease.holder != holder and now < lease.expires_at <= now + timedelta(seconds=seconds) + leases.SLACK:
            return False
        Lease.objects.filter(name=name).update(holder=holder, expires_at=now + timedelta(seconds=seconds))
        return True


def release(name: str, *, holder: str = ME) -> None:
    """Give the lease back, so that another process need not wait for its end."""
    Lease.objects.filter(name=name, holder=holder).delete()


def sweep() -> int:
    """Ring for everything that is due by the database and not rung for yet; returns how many bells were rung."""
    try:
        waiting = doorbell.waiting()
    except RedisError:
        waiting = set()
    rung = 0
    for job in doorbell.BELLS:
        for ids in doorbell.due(job):
            if doorbell.name_of(job, ids) in waiting:
                continue
            if not doorbell.ring_now(job, *ids):
                return rung
            rung += 1
    return rung


def run_periodic() -> list[str]:
    """Run every periodic function whose current slot nobody has taken; returns the names that ran."""
    ran = []
    for name, periodic in PERIODIC.items():
        slot = int(clock.now().timestamp() // periodic.every.total_seconds())
        _, taken = PeriodicRun.objects.get_or_create(name=name, slot=slot, defaults={"started_at": clock.now()})
        if taken:
            function: Callable[[], None] = import_string(periodic.function)
            function()
            ran.append(name)
    return ran


def tick() -> bool:
    """Sweep and run what is periodic, if this process holds the lease; says whether it does."""
    if not acquire("tick"):
        return False
    sweep()
    run_periodic()
    return True


def forget_slots() -> None:
    """Delete the rows of slots that are long over, and of steps of clocks long ago."""
    long_ago = clock.now() - timedelta(days=7)
    PeriodicRun.objects.filter(started_at__lt=long_ago).delete()
    ClockStep.objects.filter(noticed_at__lt=long_ago).delete()
