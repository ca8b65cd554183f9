"""JO Mobile's groups, black list, previews, prices, countries and customers."""

from __future__ import annotations

import pytest

from smspanel.simulator import Simulator
from tests.simulator.jomobile import JoCaller, element

GOOD, OTHER, THIRD = "48500100200", "48500100300", "48500100400"


@pytest.fixture
def jo(sim: Simulator) -> JoCaller:
    return JoCaller(sim)


def make_group(jo: JoCaller, name: str, *phones: str) -> int:
    group = int(jo.call("group-create", {"name_group": name})["id_group"])
    jo.call("group-number-add", {"id_group": group, "numbers": [{"number": int(one), "name": "Ola"} for one in phones]})
    return group


def test_groups_are_listed_in_pages(jo: JoCaller) -> None:
    ids = [make_group(jo, f"Group {number}") for number in range(3)]
    names = [group["name_group"] for group in jo.call("group", {"limit": 2, "offset": 1})]
    assert names == ["Group 2"]
    (second,) = jo.call("group", {"id_group": ids[1]})
    assert (second["name_group"], second["on_birth"], second["count"]) == ("Group 1", False, 0)


def test_numbers_are_added_found_and_removed(jo: JoCaller) -> None:
    group = make_group(jo, "Customers", GOOD, OTHER)
    asked = {"id_group": group, "numbers": [int(GOOD), int(THIRD)]}
    assert [row["number"] for row in jo.call("group-number-search", asked)] == [int(GOOD)]
    assert jo.call("group-number-delete", asked) == {"deleteCount": 1}
    assert jo.call("group-number-search", asked) == []


def test_a_deleted_group_is_gone(jo: JoCaller) -> None:
    group = make_group(jo, "Customers", GOOD)
    deleted = jo.call("group-delete", {"id_group": [group, 999]})
    assert deleted == {"groupDetails": {"command": "delete", "deleteCount": 1}}
    assert jo.refused("group-number-search", {"id_group": group, "numbers": []})[0] == 400


def test_a_group_needs_a_name(jo: JoCaller) -> None:
    assert jo.refused("group-create", {"name_group": " "}) == (400, {"name_group": ["name_group cannot be blank."]})


def test_a_text_goes_to_groups_except_whoever_is_excluded(jo: JoCaller, sim: Simulator) -> None:
    chosen, excluded = make_group(jo, "All", GOOD, OTHER), make_group(jo, "Not", OTHER)
    body = {"senderID": "INFO", "text": "Hi #first_name#, #number#!", "id_group": [chosen], "phone": [THIRD]}
    jo.call("send-bulk", body | {"id_group_excluded": [excluded]})
    assert {sms["number"]: sms["text"] for sms in sim.air()} == {GOOD: f"Hi Ola, {GOOD}!", THIRD: f"Hi , {THIRD}!"}


def test_the_black_list_is_changed_and_searched(jo: JoCaller, sim: Simulator) -> None:
    numbers = {"numbers": [int(GOOD), int(OTHER)]}
    assert jo.call("black-list-add", numbers) == {"blacklistDetails": {"countBefore": 0, "countAfter": 2}}
    assert jo.call("black-list-search", {"numbers": [int(GOOD), int(THIRD)]}) == [int(GOOD)]
    jo.call("black-list-delete", {"numbers": [int(GOOD)]})
    assert jo.call("black-list-search", numbers) == [int(OTHER)]
    assert jo.refused("black-list-add", {"numbers": []})[0] == 400
    assert sim.lint() == []


def test_a_preview_sends_nothing(jo: JoCaller, sim: Simulator) -> None:
    (shown,) = jo.call("replacement", [element("500100200")])
    assert shown == {"number": GOOD, "senderID": "INFO", "text": "Hello"}
    assert jo.refused("replacement", {}) == (400, "Data must be an array of objects")
    assert sim.air() == []


@pytest.mark.parametrize(
    "body, countries",
    [
        ({"ISO": "full"}, {"PL", "DE", "US"}),
        ({"ISO": "US"}, {"US"}),
        ({"MCC": 260}, {"PL"}),
        ({"ISO": "XX"}, set()),
    ],
)
@pytest.mark.parametrize("path", ["product-price", "account-price", "country-price"])
def test_prices_are_listed(jo: JoCaller, path: str, body: dict[str, object], countries: set[str]) -> None:
    assert {row["ISO"] for row in jo.call(path, body)} == countries


def test_prices_by_product_know_the_network(jo: JoCaller) -> None:
    (row,) = jo.call("product-price", {"ISO": "US", "MCC": 310, "MNC": 4})
    assert (row["MNC"], row["price"]) == (4, "0.0500")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_countries_are_listed_by_continent(jo: JoCaller, method: str) -> None:
    data = jo.request(method, "country-by-continent").json()["data"]
    assert [country["ISO"] for country in data["Europe"]] == ["PL", "DE"]


def test_a_login_is_registered_once(jo: JoCaller) -> None:
    customer = {"login": "firma", "password": "p", "name": "Jan", "phone": "1", "email": "jan@example.com"}
    jo.call("register", customer)
    assert jo.refused("register", customer) == (400, {"login": ["This login has already been taken."]})
    assert jo.refused("register", {"login": "other"})[0] == 400
