"""JO Mobile's codes and tokens (protocols 2.2), and who may call what."""

from __future__ import annotations

import pytest

from smspanel.simulator import Simulator
from tests.simulator.jomobile import LOGIN, JoCaller, element

UNAUTHORIZED = {"status": False, "error_code": 401, "errors": "Unauthorized"}


@pytest.fixture
def jo(sim: Simulator) -> JoCaller:
    return JoCaller(sim)


def test_a_login_brings_a_code_and_the_code_a_token(jo: JoCaller) -> None:
    jo.token = jo.sign_in()
    assert jo.request("GET", "me").json()["data"]["login"] == "sim"


@pytest.mark.parametrize("login", [LOGIN | {"password": "wrong"}, LOGIN | {"username": "wrong"}, {}])
def test_a_wrong_login_is_refused_by_field_jo_03(jo: JoCaller, login: dict[str, str]) -> None:
    assert jo.refused("authorize", login) == (400, {"password": ["Incorrect username or password."]})


def test_a_code_that_is_unknown_old_or_used_is_refused_with_a_sentence(jo: JoCaller, sim: Simulator) -> None:
    no = (400, "Authorization code is not valid")
    assert jo.refused("accesstoken", {"authorization_code": "x"}) == no
    code = {"authorization_code": jo.call("authorize", LOGIN)["authorization_code"]}
    jo.call("accesstoken", code)
    assert jo.refused("accesstoken", code) == no
    code = {"authorization_code": jo.call("authorize", LOGIN)["authorization_code"]}
    sim.advance(601)
    assert jo.refused("accesstoken", code) == no


def test_a_code_may_be_used_again_where_the_switch_says_so(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", single_use_codes=False)
    code = {"authorization_code": jo.call("authorize", LOGIN)["authorization_code"]}
    assert jo.call("accesstoken", code) != jo.call("accesstoken", code)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_token_nothing_works(jo: JoCaller, sim: Simulator, token: str) -> None:
    jo.token = token
    response = jo.request("POST", "send", [element("48500100200")], Authorization="Bearer sim-token")
    assert (response.status_code, response.json()) == (401, UNAUTHORIZED)
    assert sim.air() == []


def test_a_token_ends_after_its_time(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", token_seconds=3600)
    jo.token = jo.sign_in()
    sim.advance(3599)
    assert jo.request("GET", "me").status_code == 200
    sim.advance(2)
    assert jo.request("GET", "me").status_code == 401


@pytest.mark.parametrize("signs_in", [True, False])
def test_a_token_that_logged_out_is_dead_and_a_new_one_works(jo: JoCaller, signs_in: bool) -> None:
    jo.token = jo.sign_in() if signs_in else jo.token
    assert jo.request("GET", "logout").json() == {"status": True, "data": {}}
    assert jo.request("GET", "me").status_code == 401
    jo.token = jo.sign_in()
    assert jo.request("GET", "me").status_code == 200


def test_an_inactive_account_is_unauthorized(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", inactive=True)
    assert jo.request("GET", "me").json() == UNAUTHORIZED


def test_two_slashes_are_as_good_as_one(jo: JoCaller, sim: Simulator) -> None:
    url = sim.url("jomobile") + "//v1/me"
    assert jo.session.get(url, headers={"x-access-token": "sim-token"}, timeout=60).status_code == 200


@pytest.mark.parametrize(
    "method, path, status", [("GET", "send", 405), ("POST", "logout", 405), ("POST", "x", 404), ("GET", "", 404)]
)
def test_other_methods_and_paths_are_none(jo: JoCaller, method: str, path: str, status: int) -> None:
    assert jo.request(method, path).status_code == status
