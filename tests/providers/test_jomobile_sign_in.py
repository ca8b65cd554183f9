"""How a client gets its token, keeps it, and gets another one (protocols 2.2)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.base import MemoryTokens
from smspanel.providers.jomobile.client import JoMobileClient
from tests.providers.contract import LOST
from tests.providers.jomobile import (
    FIRST,
    LATE,
    UNAUTHORIZED,
    done,
    logging_in,
    package,
    refused,
    sign_in,
    taken,
    targets,
)
from tests.providers.scripted import Reply, Scripted, answer, answer_json

ONE = package(FIRST)
SIGN_IN_AND_SEND = ["/v1/authorize", "/v1/accesstoken", "/v1/send"]


def test_jo_01_a_slash_at_the_end_of_the_address_is_not_doubled(server: Scripted) -> None:
    server.script(*sign_in(), taken(FIRST))
    credentials = {"username": "u", "password": "p"}
    JoMobileClient(base_url=f"{server.url}/", credentials=credentials).submit(ONE)
    assert targets(server) == SIGN_IN_AND_SEND


def test_jo_02_the_password_travels_in_the_first_step_only(server: Scripted) -> None:
    server.script(*sign_in(token="tok"), taken(FIRST))
    logging_in(server).submit(ONE)
    authorize, exchange, send = server.requests
    assert authorize.json() == {"username": "u", "password": "p"}
    assert exchange.json() == {"authorization_code": "b2cdedb1"}
    assert send.headers["x-access-token"] == "tok"
    assert "x-access-token" not in authorize.headers


def test_jo_03_a_wrong_password_is_told_in_the_provider_s_words(server: Scripted) -> None:
    server.script(refused({"password": ["Incorrect username or password."]}))
    with pytest.raises(errors.AuthRefused) as caught:
        logging_in(server).submit(ONE)
    assert caught.value.detail == "Incorrect username or password."


@pytest.mark.parametrize("status", [200, 400])
def test_a_code_that_is_refused_is_a_matter_of_the_credentials(server: Scripted, status: int) -> None:
    server.script(sign_in()[0], refused("Authorization code is not valid", status))
    with pytest.raises(errors.AuthRefused, match="code is not valid"):
        logging_in(server).submit(ONE)


def test_jo_06_a_dead_token_is_replaced_and_the_package_sent_once_more(server: Scripted) -> None:
    tokens = MemoryTokens()
    server.script(*sign_in("old"), taken(FIRST), UNAUTHORIZED, *sign_in("new"), taken(FIRST))
    for _ in range(2):
        logging_in(server, tokens).submit(ONE)
    assert targets(server) == [*SIGN_IN_AND_SEND, "/v1/send", *SIGN_IN_AND_SEND]
    refused_send, repeated = server.requests[3], server.requests[-1]
    assert refused_send.body == repeated.body
    assert [request.headers["x-access-token"] for request in (refused_send, repeated)] == ["old", "new"]


@pytest.mark.parametrize("no", [UNAUTHORIZED, answer(403), answer_json({"status": False, "error_code": 401})])
def test_jo_06_a_second_refusal_is_the_end(server: Scripted, no: Reply) -> None:
    server.script(*sign_in("old"), no, *sign_in("new"), no)
    with pytest.raises(errors.AuthRefused):
        logging_in(server).submit(ONE)
    assert targets(server) == SIGN_IN_AND_SEND * 2


def test_a_fixed_token_that_is_refused_is_not_tried_again(server: Scripted) -> None:
    server.script(UNAUTHORIZED)
    with pytest.raises(errors.AuthRefused):
        JoMobileClient(base_url=server.url, credentials={"token": "tok"}).submit(ONE)
    assert targets(server) == ["/v1/send"]


def test_jo_07_ten_workers_with_a_dead_token_sign_in_once(server: Scripted) -> None:
    tokens = MemoryTokens()
    server.script(*sign_in("old", expires_at=1_000_000_000), taken(FIRST))
    logging_in(server, tokens).submit(ONE)
    server.requests.clear()
    server.script(*sign_in("new"), taken(FIRST))
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: logging_in(server, tokens).submit(ONE), range(10)))
    assert sorted(targets(server)) == ["/v1/accesstoken", "/v1/authorize", *["/v1/send"] * 10]


@pytest.mark.parametrize("expires_at", [LATE, str(LATE), float(LATE), None, "soon"])
def test_a_token_is_used_until_shortly_before_its_end(server: Scripted, expires_at: object) -> None:
    tokens = MemoryTokens()
    server.script(*sign_in(expires_at=expires_at), taken(FIRST))
    for _ in range(2):
        logging_in(server, tokens).submit(ONE)
    assert targets(server) == [*SIGN_IN_AND_SEND, "/v1/send"]


def test_a_token_is_not_used_in_its_last_minutes(server: Scripted) -> None:
    tokens, ends = MemoryTokens(), int(clock.now().timestamp()) + 200
    server.script(*sign_in(expires_at=ends), taken(FIRST), *sign_in(), taken(FIRST))
    for _ in range(2):
        logging_in(server, tokens).submit(ONE)
    assert targets(server) == SIGN_IN_AND_SEND * 2


def test_the_token_of_an_earlier_password_is_not_used(server: Scripted) -> None:
    tokens = MemoryTokens()
    server.script(*sign_in(), taken(FIRST), *sign_in(), taken(FIRST))
    logging_in(server, tokens).submit(ONE)
    logging_in(server, tokens, password="changed").submit(ONE)
    assert targets(server) == SIGN_IN_AND_SEND * 2


@pytest.mark.parametrize("stored", ["", "tok", "[]", "{}", '{"token": 5}'])
def test_a_store_that_holds_something_else_means_a_sign_in(server: Scripted, stored: str) -> None:
    tokens = MemoryTokens()
    tokens.write(stored)
    server.script(*sign_in(), taken(FIRST))
    logging_in(server, tokens).submit(ONE)
    assert targets(server) == SIGN_IN_AND_SEND


@pytest.mark.parametrize("lost", [*LOST, answer(502), answer(200, "<html>"), done({}), done(None)], ids=lambda _: "")
@pytest.mark.parametrize("step", [0, 1])
def test_a_sign_in_without_a_token_has_sent_nothing(server: Scripted, lost: Reply, step: int) -> None:
    server.script(*sign_in()[:step], lost)
    client = logging_in(server)
    client.deadline_seconds = 0.4
    with pytest.raises(errors.Unreachable):
        client.submit(ONE)
    assert "/v1/send" not in targets(server)


def test_a_busy_sign_in_waits_as_long_as_asked(server: Scripted) -> None:
    server.script(answer(429, Retry_After="9"))
    with pytest.raises(errors.Throttled) as caught:
        logging_in(server).submit(ONE)
    assert caught.value.retry_after == 9


def test_the_token_is_a_secret(server: Scripted) -> None:
    server.script(*sign_in("gbBX8dB7kDvBeo0H"), answer_json({"status": True, "data": ["gbBX8dB7kDvBeo0H"]}))
    with pytest.raises(errors.Ambiguous) as caught:
        logging_in(server).submit(ONE)
    assert json.loads(caught.value.raw) == {"status": True, "data": ["***"]}


def test_logging_out_destroys_the_token(server: Scripted) -> None:
    server.script(*sign_in(), done({}))
    client = logging_in(server)
    client.logout()
    assert [(request.method, request.target) for request in server.requests][2] == ("GET", "/v1/logout")
    assert client.tokens.read() == ""


class Watched(MemoryTokens):
    """Counts how often somebody wanted to be the only one to sign in."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = 0

    def refreshing(self) -> AbstractContextManager[None]:
        self.waits += 1
        return super().refreshing()


def test_nobody_waits_while_the_token_is_good(server: Scripted) -> None:
    watched = Watched()
    server.script(*sign_in(), taken(FIRST))
    for _ in range(3):
        logging_in(server, watched).submit(ONE)
    assert watched.waits == 1


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "u"},
        {"password": "p"},
        {"token": "t", "username": "u", "password": "p"},
        {"token": " "},
    ],
)
def test_anything_but_one_way_to_sign_in_is_misconfigured(credentials: dict[str, str]) -> None:
    with pytest.raises(errors.Misconfigured):
        JoMobileClient(base_url="http://127.0.0.1:9", credentials=credentials)


def test_a_connection_without_an_address_is_misconfigured() -> None:
    with pytest.raises(errors.Misconfigured, match="address"):
        JoMobileClient(credentials={"token": "t"})
