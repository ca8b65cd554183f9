"""Secrets, texts and numbers that went through everything (G15) stand in no log, no queue and no title."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from redis import Redis

from accounts import connections, keys
from campaigns import postback_settings
from smspanel import clock, doorbell
from smspanel.redaction import pattern_of
from smspanel.simulator import Simulator
from tests import proof
from tests.api.calling import BASE, Software
from tests.campaigns.listening import CAMPAIGNS, DELIVERIES, listen
from tests.campaigns.sending import Sending, open_route
from tests.jobs.conftest import Machine, machine, valkey, wait_until  # noqa: F401  # fixtures of tests that ring bells
from tests.personas import Persona
from tests.providers.scripted import Scripted, answer

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
TOKEN, PASSWORD = "canary-token-of-a-provider", "canary password of a person"
TEXT, NUMBERS = "Canary text to somebody", ["48500731900", "48500731901", "48500731999"]
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def sending(tmp_path: Path, slave: Persona) -> Iterator[Sending]:
    """The slave with a connection to the simulator whose token is a canary."""
    with Simulator(data=tmp_path, delivery_delay=0) as simulator:
        connection = open_route(simulator.url("serwersms"))
        yield Sending(simulator, slave, connection)


def sign_in(persona: Persona) -> str:
    """Sign in, after some wrong passwords, and return the session's id."""
    persona.user.set_password(PASSWORD)
    persona.user.save()
    client = Client(REMOTE_ADDR="127.0.0.9")
    for password in (f"{PASSWORD}!", PASSWORD):
        client.post("/login/", {"username": persona.user.email, "password": password})
    client.get("/contacts/contact/?q=" + NUMBERS[0])
    return str(client.cookies["smspanel_session"].value)


def call(software: Software) -> None:
    """Call the REST API rightly and wrongly."""
    order = {"to": NUMBERS[0], "message": TEXT, "bulkVariant": "ECO", "sendDate": None}
    software.call("POST", "message/send", order)
    wrong = Client(headers={"App-Key": software.headers["App-Key"] + "x"})
    wrong.get(f"{BASE}/payment/points?key={software.headers['App-Key']}")
    right = Client(headers=software.headers)
    right.post(f"{BASE}/message/send", TEXT, content_type="application/json")
    right.get(f"{BASE}/message/send/{NUMBERS[0]}/{TEXT}")


def send(sending: Sending, sink: Scripted) -> list[str]:
    """Send, have it told to a good and a dead address, and fail at a provider; return the secrets of both."""
    account = sending.account
    endpoints = [listen(account, sink.url, DELIVERIES), listen(account, f"{DEAD}/{NUMBERS[1]}", CAMPAIGNS)]
    sending.send([sending.group(NUMBERS)], text=TEXT)
    with clock.travel(minutes=2):
        doorbell.run_all_due()
    connections.set_credentials(connection=sending.connection, credentials={"token": TOKEN}, actor=None)
    type(sending.connection).objects.filter(pk=sending.connection.pk).update(base_url=DEAD)
    sending.send([sending.group(NUMBERS)], text=TEXT)
    with clock.travel(minutes=5):
        doorbell.run_all_due()
    return [postback_settings.reveal_secret(endpoint=endpoint, actor=None) for endpoint in endpoints]


def queue(machine: Machine) -> str:  # noqa: F811
    """Return everything that lies in the queue server, unpacked."""
    redis: Any = Redis(unix_socket_path=str(machine.socket))
    found: list[Any] = []
    for key in redis.scan_iter():
        read = {b"hash": redis.hgetall, b"list": lambda one: redis.lrange(one, 0, -1), b"set": redis.smembers}
        read |= {b"zset": lambda one: redis.zrange(one, 0, -1), b"string": redis.get, b"stream": redis.xrange}
        value = read[redis.type(key)](key)
        found += [key, value, *(value.values() if isinstance(value, dict) else ())]
    for one in [one for one in found if isinstance(one, bytes)]:
        with suppress(zlib.error):
            found.append(zlib.decompress(one))
    return repr(found)


def titles(machine: Machine) -> str:  # noqa: F811
    """Return how the processes and their children are called, and what they were started with."""
    told = []
    for process in machine.processes:
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            told += [process.pid, *(task / "children").read_text().split()]
    return repr([Path(f"/proc/{pid}/{name}").read_bytes() for pid in told for name in ("cmdline", "comm")])


def dump() -> str:
    """Return every row of every table."""
    models = [model for model in apps.get_models() if model._meta.managed]
    rows = serializers.serialize("json", (row for model in models for row in model._base_manager.all()))
    return json.dumps(json.loads(rows), ensure_ascii=False)


def hits(text: str, canaries: list[str]) -> list[str]:
    """Return which canaries stand in a text, however they are spelt."""
    return [canary for canary in canaries if (pattern := pattern_of([canary])) and pattern.search(text)]


def test_canaries_are_found_nowhere(
    sending: Sending,
    valkey: Machine,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with Scripted(answer(200, "{}")) as sink:
        software = Software(sending.account)
        call(software)
        secrets = [software.headers["App-Key"], sign_in(sending.persona), TOKEN, PASSWORD, *send(sending, sink)]
    sending.confirm([sending.group(NUMBERS)], text=TEXT)
    waiting = queue(valkey)
    assert "campaigns.jobs" in waiting
    valkey.worker("dispatch")
    wait_until(lambda: Redis(unix_socket_path=str(valkey.socket)).smembers("rq:workers"))
    private = [TEXT, *(number[2:] for number in NUMBERS)]
    found = {
        "database": hits(dump(), secrets),
        "queue": hits(waiting + queue(valkey), secrets + private),
        "titles": hits(titles(valkey), secrets + private),
        "logs": hits(caplog.text, secrets + private),
    }
    assert found == {"database": [], "queue": [], "titles": [], "logs": []}
    assert hits(dump(), private) == private
    proof.record(
        "G15",
        "secrets, texts and numbers through sign-ins, calls, sendings, post backs and failures",
        canaries=len(secrets + private),
        lines_of_logs=len(caplog.records),
        found_in_database_queue_titles_and_logs=0,
    )


def test_a_key_in_a_row_would_be_found(slave: Persona) -> None:
    _key, value = keys.issue(account=slave.account, actor=None)
    type(slave.account).objects.filter(pk=slave.account.pk).update(name=value)
    assert hits(dump(), [value]) == [value]
