"""The virtual phone: what it shows, and that nothing can be smuggled into it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
import requests

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller


def get(sim: Simulator, path: str) -> requests.Response:
    return requests.get(sim.phone_url + path, timeout=60)


def test_the_newest_sms_come_first_and_can_be_found_by_number(caller: Caller, sim: Simulator) -> None:
    caller.send("+48500100200", "first")
    caller.send("+48500100302", "<script>second</script>")
    sim.deliver_now()
    messages = get(sim, "phone.json").json()["messages"]
    assert [message["text"] for message in messages] == ["<script>second</script>", "first"]
    assert (messages[0]["state"], messages[0]["reason"]) == ("undelivered", "wrong_number")
    found = get(sim, "phone.json?number=500 100 200").json()["messages"]
    assert [message["text"] for message in found] == ["first"]


def test_scheduled_and_refused_sms_are_not_on_the_phone(caller: Caller, sim: Simulator) -> None:
    caller.send(["+48500100208", "45616"])
    caller.send("+48500100200", date="2099-01-01 12:00:00")
    assert get(sim, "phone.json").json()["messages"] == []


@pytest.mark.parametrize("path", ["", "phone.js", "phone.css", "phone.json"])
def test_every_file_has_a_strict_policy(sim: Simulator, path: str) -> None:
    headers = get(sim, path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


class Finder(HTMLParser):
    """Collect what a strict policy would block, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        self.inline += [tag] * (tag == "style" or (tag == "script" and "src" not in values))
        self.addresses |= {values[name] for name in ("src", "href") if name in values}


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(sim: Simulator) -> None:
    finder = Finder()
    finder.feed(get(sim, "").text)
    assert finder.inline == []
    assert finder.addresses == {"/phone.css", "/phone.js", "data:,"}


def test_the_page_says_what_is_documented_and_what_is_assumed(sim: Simulator) -> None:
    page = get(sim, "").text
    assert "Documented by the provider" in page
    assert "Our assumption" in page
    assert "SerwerSMS.pl HTTPS API v2" in page


@pytest.mark.parametrize("method, path", [("GET", "nothing"), ("POST", ""), ("GET", "../core.py")])
def test_other_addresses_are_not_found(sim: Simulator, method: str, path: str) -> None:
    assert requests.request(method, sim.phone_url + path, timeout=60).status_code == 404
