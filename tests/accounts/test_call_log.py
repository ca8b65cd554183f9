"""The log of calls to providers: complete, without secrets, short-lived, and never in the way of a call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import calls, connections
from accounts.models import ConnectionCall
from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.base import CallOutcome, CallRecord
from smspanel.simulator import Simulator
from tests.accounts.providers import TOKEN, connect
from tests.providers.scripted import Scripted, answer, answer_json

CALL = CallRecord("POST", "messages/send_sms.json", CallOutcome.ANSWERED, 200, 0.25, 17, '{"success":true}')


def refuse_to_write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Let the database refuse every row of the log."""
    if "INSERT" in sql and "accounts_connectioncall" in sql:
        raise DatabaseError("The disk is full.")
    return execute(sql, params, many, context)


def test_a_call_is_logged_with_its_answer(db: None, simulator: Simulator) -> None:
    made = connect(simulator.url("serwersms"), token="sim-token")
    connections.client_for(made).balance()
    (call,) = made.calls.all()
    assert (call.method, call.path, call.outcome, call.status) == ("POST", "account/limits.json", "ANSWERED", 200)
    assert call.size == len(call.excerpt.encode())
    assert "items" in call.excerpt


def test_a_call_without_an_answer_is_logged_with_the_reason(db: None) -> None:
    made = connect("http://127.0.0.1:9")
    with pytest.raises(errors.Unreachable):
        connections.client_for(made).balance()
    (call,) = made.calls.all()
    assert (call.outcome, call.status, call.size) == ("NEVER_LEFT", None, 0)
    assert "no connection" in call.excerpt


def test_the_log_holds_no_credential_and_at_most_4000_characters(db: None, server: Scripted) -> None:
    server.script(answer(400, f'{{"you sent": "Bearer {TOKEN}"}}' + "x" * 9_000))
    made = connect(server.url)
    with pytest.raises(errors.ProviderError):
        connections.client_for(made).balance()
    (call,) = made.calls.all()
    assert TOKEN not in call.excerpt
    assert "***" in call.excerpt
    assert 3_900 < len(call.excerpt) <= 4_000


def test_what_a_sign_in_brings_is_not_logged(db: None, simulator: Simulator) -> None:
    made = connect(simulator.url("jomobile"), kind="jomobile")
    login = {"username": "sim", "password": "sim-password"}
    connections.set_credentials(connection=made, credentials=login, actor=None)
    client = connections.client_for(made)
    client.balance()
    logged = "".join(made.calls.values_list("excerpt", flat=True))
    assert made.calls.count() == 3
    for secret in client.secrets:
        assert secret not in logged
    assert '"authorization_code":"***"' in logged.replace(" ", "")


def test_a_log_that_cannot_be_written_fails_no_call(
    db: None, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    made = connect(simulator.url("serwersms"), token="sim-token")
    with connection.execute_wrapper(refuse_to_write), caplog.at_level(logging.WARNING):
        assert connections.client_for(made).balance().items
    assert not ConnectionCall.objects.exists()
    assert "was not logged" in caplog.text


def test_a_log_that_cannot_be_written_spoils_no_transaction_around_it(db: None) -> None:
    made = connect("")
    with transaction.atomic():
        with connection.execute_wrapper(refuse_to_write):
            calls.recorder(made)(CALL)
        made.name = "Still written"
        made.save()
    made.refresh_from_db()
    assert made.name == "Still written"


def test_a_recorded_call_may_be_longer_than_its_columns(db: None) -> None:
    made = connect("")
    calls.recorder(made)(CallRecord("PROPFIND12", "p" * 900, CallOutcome.NO_ANSWER, None, 20.0, 0, ""))
    call = made.calls.get()
    assert (call.method, len(call.path), call.milliseconds) == ("PROPFIND", 200, 20_000)


def test_calls_are_forgotten_after_a_month(db: None) -> None:
    made = connect("")
    for days in (31, 29):
        ConnectionCall.objects.create(
            connection=made, at=clock.now() - timedelta(days=days), method="GET", path=str(days), milliseconds=1, size=0
        )
    calls.forget_old()
    assert list(made.calls.values_list("path", flat=True)) == ["29"]


def test_only_the_newest_calls_of_each_connection_are_kept(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "KEPT_PER_CONNECTION", 2)
    first, second = connect(""), connect("", name="Second")
    for one, times in ((first, 4), (second, 2)):
        for _ in range(times):
            calls.recorder(one)(CALL)
    newest = list(first.calls.order_by("-pk").values_list("pk", flat=True)[:2])
    calls.forget_old()
    assert list(first.calls.order_by("-pk").values_list("pk", flat=True)) == newest
    assert second.calls.count() == 2


def test_a_provider_s_answer_is_logged_as_it_came(db: None, server: Scripted) -> None:
    server.script(answer_json({"error": {"code": 9999, "message": "Nie"}}))
    made = connect(server.url)
    with pytest.raises(errors.ProviderError):
        connections.client_for(made).balance()
    assert made.calls.get().excerpt == '{"error": {"code": 9999, "message": "Nie"}}'
