"""G7: sixty-four identical requests at once are one, whether software or people send them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

import pytest
import requests
from django.conf import settings
from django.db import connections
from pytest_django.live_server_helper import LiveServer

from accounts import keys, points
from accounts.models import Transfer
from campaigns.models import Campaign
from smspanel import clock
from tests import proof
from tests.api.calling import bulk
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.personas import People, Persona

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.goal]

AT_ONCE: Final = 64
ORDERS: Final = 200 if proof.LONG else 4
COST: Final = 6
"""Points of an order, which is for two people."""


@pytest.fixture(autouse=True)
def _room_for_all(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all of them wait at the door of Django's server for tests, which has a new thread for each and keeps none."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    live_server.thread.httpd.socket.listen(2 * AT_ONCE)


def storm(send: Callable[[int], requests.Response]) -> list[requests.Response]:
    """Send the request so often at the same moment, and return the answers."""
    start = Barrier(AT_ONCE)

    def one(which: int) -> requests.Response:
        start.wait(60)
        return send(which)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.fixture
def order(live_server: LiveServer, sending: Sending) -> Callable[..., requests.Response]:
    """A call of software that orders a bulk under a key of its own choice."""
    points.grant(account=sending.account, points=ORDERS * COST, key="enough", memo="for all of them")
    _key, value = keys.issue(account=sending.account, actor=None, label="storm")

    def call(key: str, **changes: object) -> requests.Response:
        headers = {"App-Key": value, "Idempotency-Key": key}
        url = f"{live_server.url}/api/rest/v2/bulk/send"
        return requests.post(url, json=bulk(**changes), headers=headers, timeout=120)

    return call


def answers_to(order: Callable[..., requests.Response], key: str) -> set[str]:
    """Send one order so often; return what is answered, and keep no response, as each keeps its connection."""
    return {answer.text for answer in storm(lambda _which: order(key))}


def test_one_order_of_software_that_arrives_often_at_once_is_one_campaign(
    order: Callable[..., requests.Response], sending: Sending
) -> None:
    before = points.balance(sending.account)
    with clock.stop():  # nobody works here, so that many orders would be overdue before the last one came
        said = [answers_to(order, f"order {n}") for n in range(ORDERS)]
        assert_all_hold()
    assert [len(same) for same in said] == [1] * ORDERS
    assert {json.loads(one)["errorId"] for same in said for one in same} == {0}
    held = points.balance(sending.account).held - before.held
    assert (Campaign.objects.count(), held) == (ORDERS, ORDERS * COST)
    proof.record("G7", "orders by API, each sent 64 times at once", orders=ORDERS, campaigns=Campaign.objects.count())


def test_a_key_that_arrives_with_other_words_at_once_is_carried_out_for_one_of_them(
    order: Callable[..., requests.Response],
) -> None:
    answers = storm(lambda which: order("the same", message=f"Words {which % 2}"))
    told = [one.json()["errorId"] for one in answers]
    assert (set(told), told.count(422)) == ({0, 422}, AT_ONCE // 2)
    assert Campaign.objects.count() == 1


def browser(live_server: LiveServer, persona: Persona) -> Callable[..., requests.Response]:
    """Return what posts a form as the person's browser does."""
    session = persona.client.session
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key or "", settings.CSRF_COOKIE_NAME: "c" * 32}

    def post(path: str, **fields: object) -> requests.Response:
        body = fields | {"csrfmiddlewaretoken": "c" * 32}
        return requests.post(live_server.url + path, body, cookies=cookies, timeout=120, allow_redirects=False)

    return post


def test_a_confirmation_that_is_clicked_often_at_once_is_one(
    live_server: LiveServer, sending: Sending, planned: Campaign
) -> None:
    post = browser(live_server, sending.persona)
    answers = storm(lambda _which: post(f"/campaigns/{planned.pk}/do/confirm/"))
    assert {one.status_code for one in answers} == {302}
    assert Transfer.objects.filter(kind=Transfer.Kind.HOLD).count() == 1
    assert_all_hold()


def test_points_that_are_given_often_at_once_by_one_form_are_given_once(
    live_server: LiveServer, people: People
) -> None:
    post = browser(live_server, people.master)
    fields = {
        "key": uuid.uuid4(),
        "direction": "give",
        "subaccount": people.slave.account.pk,
        "points": 100,
        "memo": "",
    }
    answers = storm(lambda _which: post("/points/move/", **fields))
    assert {one.status_code for one in answers} == {302}
    assert (people.master.available, people.slave.available) == (9_900, 1_100)
