"""Every HTTP call is told to the client's recorder, as it may be stored."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from smspanel.providers import errors
from smspanel.providers.base import CallOutcome, CallRecord
from smspanel.providers.http import call
from smspanel.providers.serwersms.client import SerwerSmsClient
from tests.providers.scripted import CUT_BODY, DROP_AFTER_READING, Reply, Scripted, answer

TOKEN = "s3cret/K€y+"


def recorded(url: str, path: str = "messages/index.json") -> CallRecord:
    """Make one call, whatever comes of it, and return what was recorded."""
    client = SerwerSmsClient(base_url=url, credentials={"token": TOKEN})
    heard: list[CallRecord] = []
    client.recorder = heard.append
    with suppress(errors.ProviderError):
        call(client, "POST", path, json={})
    (record,) = heard
    return record


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_an_answer_of_any_status_is_recorded(server: Scripted, status: int) -> None:
    server.script(answer(status, "ąę"))
    record = recorded(server.url)
    expected = CallRecord("POST", "messages/index.json", CallOutcome.ANSWERED, status, 0, 4, "ąę")
    assert replace(record, seconds=0) == expected
    assert 0 < record.seconds < 5


@pytest.mark.parametrize("reply", [DROP_AFTER_READING, CUT_BODY])
def test_an_answer_that_was_lost_is_recorded_as_none(server: Scripted, reply: Reply) -> None:
    server.script(reply)
    record = recorded(server.url)
    assert (record.outcome, record.status, record.size) == (CallOutcome.NO_ANSWER, None, 0)
    assert record.excerpt


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://10.0.0.1", "http://[::1", "ftp://example.com"])
def test_a_call_that_never_left_is_recorded_as_such(url: str) -> None:
    assert recorded(url).outcome == CallOutcome.NEVER_LEFT


@pytest.mark.parametrize(
    "path, shown",
    [
        ("report/48500100200/today", "report/#/today"),
        ("report?phone=48500100200&key=x", "report"),
        ("token/s3cret%2FK%E2%82%ACy%2B/x", "token/***/x"),
        ("v1/bulk/1234", "v1/bulk/1234"),
    ],
)
def test_the_path_holds_no_number_no_query_and_no_secret(server: Scripted, path: str, shown: str) -> None:
    server.script(answer(200, "{}"))
    assert recorded(server.url, path).path == shown


@pytest.mark.parametrize(
    "body, shown",
    [
        (f'{{"sent": "{TOKEN}"}}', '{"sent": "***"}'),
        ('{"access_token": "fresh-one"}', '{"access_token": "***"}'),
        (
            '{"data":{"authorization_code":"abc","expires_at":1}}',
            '{"data":{"authorization_code":"***","expires_at":1}}',
        ),
        ('{"AppKey": "a\\"b", "id": 7}', '{"AppKey": "***", "id": 7}'),
        ('{"token": "never closed', '{"token": "***"'),
        ('{"tokens": 3, "key": "value"}', '{"tokens": 3, "key": "value"}'),
    ],
)
def test_the_excerpt_holds_no_secret_that_is_sent_or_given(server: Scripted, body: str, shown: str) -> None:
    server.script(answer(200, body))
    assert recorded(server.url).excerpt == shown


def test_a_secret_at_the_cut_is_not_shown_by_half(server: Scripted) -> None:
    server.script(answer(200, "x" * 3_995 + TOKEN))
    assert recorded(server.url).excerpt == "x" * 3_995 + "***"


def test_without_a_recorder_a_call_is_made_all_the_same(server: Scripted) -> None:
    server.script(answer(200, "{}"))
    client = SerwerSmsClient(base_url=server.url, credentials={"token": TOKEN})
    assert call(client, "POST", "x", json={}).status == 200
