"""Single messages over the REST API, beside an endpoint that only looks a key up and inserts one row."""

from __future__ import annotations

import json
from collections.abc import Iterator

from accounts import keys, points
from tests.bench import filling
from tests.bench.measure import ROUNDS, Figure, Row
from tests.bench.serving import CALLS, CLIENTS, compare_servers, serving
from tests.campaigns.sending import PRICE, open_route
from tests.invariants import assert_all_hold
from tests.personas import make_people


def rows() -> Iterator[Row | Figure]:
    """Measure both ways in turn, each with its own server, on one database."""
    account = make_people().slave.account
    open_route("http://127.0.0.1:9/")
    filling.rich(account)
    headers = {"App-Key": keys.issue(account=account, actor=None)[1], "Content-Type": "application/json"}
    with (
        serving("tests.bench.bare:application", "tests.bench.bare_settings") as spare,
        serving("smspanel.wsgi:application", "smspanel.settings") as own,
    ):
        bare, ours = compare_servers(spare, own, _single, headers)
    work = f"single messages over REST, {CLIENTS} clients / a key looked up and one INSERT"
    yield Row(work, "requests", bare.rate, ours.rate, 0.35)
    yield Figure(f"a single message over REST, {CLIENTS} clients, 99th percentile", "ms", ours.p99, 250)
    if points.balance(account).held != (ROUNDS + 1) * CLIENTS * CALLS * PRICE:
        raise RuntimeError("Not every message was taken, and its points held.")
    assert_all_hold()


def _single(number: int) -> tuple[str, str, str]:
    given = {"to": f"48{500_000_000 + number}", "message": "Your code is 4711", "bulkVariant": "ECO"}
    return "POST", "/api/rest/v2/message/send", json.dumps(given)
