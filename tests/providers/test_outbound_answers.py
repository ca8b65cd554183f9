"""What leaves is what was asked for, and a complete answer of any status comes back as it is."""

from __future__ import annotations

import logging
import os
import threading
from functools import partial

import pytest

from smspanel import failpoints, outbound, transport
from tests.providers.scripted import Scripted, answer, answer_json


def test_json_is_sent_and_read(server: Scripted) -> None:
    server.script(answer_json({"żółw": "😀"}))
    got = outbound.send("POST", f"{server.url}/a", json={"text": "Zażółć 😀"}, headers={"App-Key": "k"})
    (request,) = server.requests
    assert (got.status, got.json()) == (200, {"żółw": "😀"})
    assert got.headers["content-type"] == "application/json"
    assert request.json() == {"text": "Zażółć 😀"}
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["app-key"] == "k"
    assert request.headers["user-agent"].startswith("smspanel/")


def test_a_form_is_encoded_once(server: Scripted) -> None:
    server.script(answer())
    outbound.send("POST", server.url, form=[("phone[]", "+48500100200"), ("dlr_url", "http://a/?s=#STAN#")])
    (request,) = server.requests
    assert request.body == b"phone%5B%5D=%2B48500100200&dlr_url=http%3A%2F%2Fa%2F%3Fs%3D%23STAN%23"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_content_is_sent_byte_by_byte_and_basic_auth_is_utf8(server: Scripted) -> None:
    server.script(answer())
    outbound.send("POST", server.url, content=b'{"a": 1}', auth=("user", "zażółć"))
    assert server.requests[0].body == b'{"a": 1}'
    assert server.requests[0].headers["authorization"] == "Basic dXNlcjp6YcW8w7PFgsSH"


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 429, 500, 503])
def test_every_status_is_an_answer(server: Scripted, status: int) -> None:
    server.script(answer(status))
    assert outbound.send("GET", server.url).status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: Scripted, status: int) -> None:
    server.script(answer(status, Location="http://169.254.169.254/latest/meta-data/"))
    assert outbound.send("POST", server.url, json={}).status == status
    assert len(server.requests) == 1


def test_the_environment_cannot_divert_a_call(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted(answer(502)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        server.script(answer(200))
        assert outbound.send("GET", server.url).status == 200
        assert proxy.connections == 0


def test_no_cookie_of_one_account_reaches_the_next_call(server: Scripted) -> None:
    server.script(answer(200, Set_Cookie="session=of-somebody-else; Path=/"))
    for _ in range(2):
        outbound.send("GET", server.url)
    assert "cookie" not in server.requests[1].headers


@pytest.mark.parametrize("keep_alive", [True, False])
def test_no_connection_is_used_twice(server: Scripted, keep_alive: bool) -> None:
    server.script(answer(200, "x", keep_alive=keep_alive))
    for _ in range(3):
        assert outbound.send("POST", server.url).status == 200
    assert (len(server.requests), server.connections) == (3, 3)
    assert server.requests[0].headers["connection"] == "close"


def test_each_thread_and_each_forked_process_has_a_session_of_its_own() -> None:
    mine = transport.session()
    others: list[object] = []
    thread = threading.Thread(target=lambda: others.append(transport.session()))
    thread.start()
    thread.join()
    assert transport.session() is mine is not others[0]
    child = os.fork()
    if child == 0:
        os._exit(0 if transport.session() is not mine else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"\xff\xfe\xfa", b"NaN", b"[" * 100_000])
def test_what_is_not_json_is_named_so(body: bytes) -> None:
    with pytest.raises(outbound.NotJson):
        outbound.Answer(200, {}, body, 0.0).json()


def test_a_byte_order_mark_does_not_hide_json() -> None:
    assert outbound.Answer(200, {}, b'\xef\xbb\xbf{"a":1}', 0.0).json() == {"a": 1}


def test_what_no_database_stores_is_marked_in_texts_and_in_json() -> None:
    odd = outbound.Answer(200, {}, b'{"a\\u0000": ["\\u0000x", {"b": "\\ud83d"}], "n": 1}', 0.0)
    assert odd.json() == {"a\ufffd": ["\ufffdx", {"b": "?"}], "n": 1}
    assert outbound.Answer(200, {}, b"\0garbage\xff", 0.0).text == "\ufffdgarbage\ufffd"


def test_the_places_where_a_crash_matters_are_passed_in_order(server: Scripted) -> None:
    passed: list[tuple[str, int]] = []

    def note(name: str) -> None:
        passed.append((name, len(server.requests)))

    server.script(answer())
    for name in ("http.before", "http.sent", "http.answered"):
        failpoints.arm(name, partial(note, name))
    try:
        outbound.send("POST", server.url, json={})
    finally:
        failpoints.disarm()
    assert [name for name, _ in passed] == ["http.before", "http.sent", "http.answered"]
    assert (passed[0][1], passed[2][1]) == (0, 1)


def test_a_call_leaves_one_line_without_secrets_or_bodies(server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(answer(200, "canary-answer"))
    url = f"{server.url}/key/canary-secret/48500100200?token=canary-secret"
    outbound.send("POST", url, json={"text": "canary-text"}, secrets=["canary-secret"])
    (line,) = [record.getMessage() for record in caplog.records]
    assert "canary" not in line
    assert "48500100200" not in line
    assert line.startswith("POST http://127.0.0.1/key/***/#: 200, 13 bytes")
