"""Delivery reports that a provider pushes, beside one INSERT of each raw push; by themselves, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.db import connection, transaction

from accounts.models import Connection
from campaigns import inbox, lifecycle
from campaigns.models import Campaign, Message
from smspanel import clock, crypto
from tests.bench import dispatching, filling
from tests.bench.measure import ROUNDS, WHOLE, Figure, Row, compare, settle
from tests.bench.sender import send
from tests.bench.serving import CLIENTS, compare_servers, serving
from tests.campaigns.sending import open_route
from tests.crash import provider
from tests.invariants import assert_all_hold
from tests.personas import make_people

REPORTS: Final = 40_000 if WHOLE else 2_000
BEGIN: Final = datetime(2026, 1, 1)
"""When the first report is about; one that comes later is another one."""


def rows() -> Iterator[Row | Figure]:
    """Measure how fast pushes are stored, one transaction each, and applied, and how fast they are taken from a web."""
    owner = make_people().slave
    filling.rich(owner.account)
    group = filling.contacts(owner.account, REPORTS)
    with TemporaryDirectory() as folder, provider.running(Path(folder)) as simulator:
        route = open_route(simulator.address)
        sent = [dispatching.expanded(owner, group) for _round in range(ROUNDS)]
        for campaign in sent:
            lifecycle.resume(campaign=campaign, actor=None)
            send(campaign.pk)
        settle()
        ready = iter(sent)
        yield compare(
            f"{REPORTS:,} delivery reports stored and applied / each raw push inserted and committed",
            "reports",
            REPORTS,
            bare=lambda: _bare(route),
            ours=lambda: report(route, next(ready)),
            target=0.3,
        )
        yield from _over_http(route, sent[0])
    assert_all_hold()


def _bare(route: Connection) -> None:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    columns = "connection_id, digest, kind, query, body, state, problem, attempts, received_at, next_attempt_at"
    sql = f"INSERT INTO campaigns_inboxitem ({columns}) VALUES (%s, %s, 'PUSH', %s, '', 'APPLIED', '', 0, %s, NULL)"
    for index in range(REPORTS):
        with transaction.atomic(), connection.cursor() as cursor:
            # Without a next attempt, nobody applies it.
            query = f'{{"id": "bare{index}", "st": "Doręczono"}}'
            cursor.execute(sql, [route.pk, crypto.digest(f"{now}{index}"), query, now])


def _over_http(route: Connection, campaign: Campaign) -> Iterator[Row | Figure]:
    """Push reports at a web server: what is answered has been stored."""
    ids = list(campaign.messages.values_list("provider_id", flat=True))
    path = urlsplit(route.push_address).path

    def push(number: int) -> tuple[str, str, str]:
        query = {"id": ids[number % len(ids)], "st": "Doręczono", "dt": str(BEGIN + timedelta(seconds=number))}
        return "GET", f"{path}?{urlencode(query)}", ""

    with (
        serving("tests.bench.bare:application", "tests.bench.bare_settings") as spare,
        serving("smspanel.wsgi:application", "smspanel.settings") as own,
    ):
        bare, ours = compare_servers(spare, own, push, {})
    work = f"delivery reports pushed over HTTP, {CLIENTS} clients / a connection looked up and one INSERT"
    yield Row(work, "reports", bare.rate, ours.rate)
    yield Figure(f"a delivery report pushed over HTTP, {CLIENTS} clients, 99th percentile", "ms", ours.p99, 250)
    while inbox.due():
        inbox.apply(route.pk)


def report(route: Connection, campaign: Campaign, most: int = REPORTS) -> None:
    """Push a report about each message, and apply them all."""
    ids = list(campaign.messages.filter(state=Message.State.SENT).values_list("provider_id", flat=True)[:most])
    for one in ids:
        inbox.receive(connection=route, query={"id": one, "st": "Doręczono", "dt": ""}, body="")
    while inbox.due():
        inbox.apply(route.pk)
    delivered = campaign.messages.filter(state=Message.State.DELIVERED).count()
    if delivered != len(ids):
        raise RuntimeError(f"{delivered} of {len(ids)} messages are delivered.")
