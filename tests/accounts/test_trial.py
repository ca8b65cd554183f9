"""Trying a connection out says in words what works, whatever the provider does, and is audited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest
from django.db import connection as database

from accounts import connections, trial
from accounts.models import AuditEntry, Connection
from accounts.trial import Level
from smspanel import failpoints
from smspanel.simulator import Simulator
from tests.accounts.providers import TOKEN, connect
from tests.personas import Persona
from tests.providers.contract import GARBAGE, LOST
from tests.providers.scripted import Reply, Scripted, answer

LIMITS = '{"items":[{"type":"eco","chars_limit":160,"value":120}]}'
NAMES = '{"items":[{"name":"FIRMA","status":"authorized"},{"name":"NOWA","status":"pending_authorization"}]}'


def told(made: Connection) -> list[tuple[Level, str]]:
    """Try the connection out and return what is said."""
    return [(finding.level, finding.sentence) for finding in trial.run(connection=made, actor=None)]


@pytest.fixture
def _disarmed() -> Iterator[None]:
    """Leave no failpoint armed."""
    yield
    failpoints.disarm()


def test_a_connection_that_works_tells_balance_names_and_clock(db: None, simulator: Simulator) -> None:
    simulator.settings("serwersms", full_limit=1500)
    findings = told(connect(simulator.url("serwersms"), token="sim-token"))
    assert [level for level, _sentence in findings] == [Level.SUCCESS] * 3
    balance, names, clocks = (sentence for _level, sentence in findings)
    assert "ECO: unlimited; FULL: 1,500 left" in balance
    assert "INFORMACJA" in names
    assert "agree" in clocks


@pytest.mark.parametrize("ahead, words", [(45, "seconds ahead"), (-45, "seconds behind")])
def test_a_clock_that_is_off_by_more_than_half_a_minute_is_a_warning(
    db: None, server: Scripted, ahead: int, words: str
) -> None:
    date = format_datetime((datetime.now(UTC) + timedelta(seconds=ahead)), usegmt=True)
    server.script(answer(200, LIMITS, Date=date), answer(200, NAMES, Date=date))
    *_rest, (level, sentence) = told(connect(server.url))
    assert level == Level.WARNING
    assert words in sentence


def test_a_provider_that_tells_no_time_is_no_trouble(db: None, server: Scripted) -> None:
    server.script(answer(200, LIMITS), answer(200, NAMES))
    findings = told(connect(server.url))
    assert findings[1][1] == "Sender names: FIRMA, NOWA (waits for approval)."
    assert findings[2] == (Level.INFO, "The provider does not tell the time.")


@pytest.mark.parametrize("reply", [*LOST, *(answer(200, body) for body in GARBAGE), answer(500), answer(429)])
def test_whatever_the_provider_does_is_said_in_words(
    db: None, server: Scripted, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smspanel.providers.base.ProviderClient.deadline_seconds", 0.5)
    server.script(reply)
    made = connect(server.url)
    findings = told(made)
    made.refresh_from_db()
    assert findings
    assert all(sentence and TOKEN not in sentence for _level, sentence in findings)
    assert TOKEN not in made.last_error


@pytest.mark.parametrize("kind", ["serwersms", "jomobile", "justsend", "hostedsms"])
def test_every_provider_can_be_tried_out_and_refuses_wrong_credentials_in_words(
    staff: Persona, simulator: Simulator, kind: str
) -> None:
    path = {"justsend": "/api/rest/v2"}.get(kind, "")
    made = connect(simulator.url(kind) + path, kind=kind)
    wrong = {"token": "x"} if kind in {"serwersms", "jomobile"} else {"app_key": "x", "user": "x", "password": "x"}
    connections.set_credentials(connection=made, credentials=wrong, actor=None)
    (finding,) = trial.run(connection=made, actor=staff.user)
    made.refresh_from_db()
    assert (finding.level, made.last_error) == (Level.ERROR, finding.sentence)
    entry = AuditEntry.objects.get(action="connection.test")
    assert (entry.actor, entry.details) == (staff.user, {"worked": False})


def test_credentials_that_no_key_opens_are_said_in_words(db: None) -> None:
    made = connect("")
    made.sealed_credentials = "nonsense"
    ((level, sentence),) = told(made)
    assert level == Level.ERROR
    assert sentence


def test_the_balance_that_was_told_is_kept(db: None, server: Scripted) -> None:
    server.script(answer(200, LIMITS), answer(200, NAMES))
    made = connect(server.url)
    told(made)
    assert [(row.name, row.value) for row in made.balances.all()] == [("ECO", Decimal(120))]


@pytest.mark.usefixtures("_disarmed")
@pytest.mark.django_db(transaction=True)
def test_the_provider_is_called_outside_any_transaction(simulator: Simulator) -> None:
    made = connect(simulator.url("serwersms"), token="sim-token")
    inside: list[bool] = []
    failpoints.arm("http.answered", lambda: inside.append(database.in_atomic_block))
    trial.run(connection=made, actor=None)
    assert inside == [False, False]
