"""The rest of a JO Mobile account, in every shape that it may be told in."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from smspanel.providers import errors
from smspanel.providers.jomobile.client import JoMobileClient
from smspanel.providers.jomobile.listings import (
    Birthday,
    Country,
    Group,
    GroupMember,
    NewCustomer,
    Preview,
    Price,
    PriceList,
)
from tests.providers.jomobile import done, fixed, refused
from tests.providers.scripted import Scripted

NUMBER = "48500501501"
OTHER = "48500501502"


@pytest.fixture
def client(server: Scripted) -> JoMobileClient:
    return fixed(server)


@pytest.mark.parametrize(
    "data, items",
    [
        ({"balance": "12.50", "currency": "EUR"}, {"EUR": Decimal("12.50")}),
        ({"balance": 12.5, "credit": "100,00"}, {"balance": Decimal("12.5"), "credit": Decimal("100.00")}),
        ({"user": {"name": "Firma", "balance": -3, "currency": "PLN"}}, {"PLN": Decimal(-3)}),
        ([{"balance": "1 000"}], {"balance": Decimal(1000)}),
        ({"balance": "plenty", "name": "Firma"}, {}),
        ({"balance": True}, {}),
        (None, {}),
    ],
)
def test_of_the_account_what_is_recognised_is_shown(
    server: Scripted, client: JoMobileClient, data: object, items: dict[str, Decimal]
) -> None:
    server.script(done(data))
    assert client.balance().items == items
    assert (server.requests[0].method, server.requests[0].target) == ("GET", "/v1/me")
    assert server.requests[0].body == b""


def test_the_account_is_described(server: Scripted, client: JoMobileClient) -> None:
    server.script(done({"name": "Firma"}), done([]))
    assert client.me() == {"name": "Firma"}
    with pytest.raises(errors.Ambiguous):
        client.me()


@pytest.mark.parametrize(
    "data, listed",
    [
        ([48500501501], True),
        (["48500501501", "5"], True),
        ({"numbers": [{"number": "48500501501"}]}, True),
        ({"48500501501": True}, True),
        ([{"phone": "+48 500501501", "found": True}], True),
        ({"blacklistDetails": {"found": ["48500501501"]}}, True),
        ([], False),
        ({}, False),
        (None, False),
        ({"48500501501": False}, False),
        ([{"number": "48500501501", "found": False}], False),
        ([48500501502], False),
        ({"blacklistDetails": {"countBefore": 1, "countAfter": 1}}, False),
    ],
)
def test_the_blacklist_is_asked(server: Scripted, client: JoMobileClient, data: object, listed: bool) -> None:
    server.script(done(data))
    assert client.blacklist_has(NUMBER) is listed
    assert server.requests[0].json() == {"numbers": [48500501501]}


def test_the_blacklist_is_changed(server: Scripted, client: JoMobileClient) -> None:
    server.script(done({"blacklistDetails": {"countBefore": 0, "countAfter": 1}}))
    client.blacklist_add(NUMBER)
    client.blacklist_remove(NUMBER)
    assert [request.target for request in server.requests] == ["/v1/black-list-add", "/v1/black-list-delete"]
    server.script(refused({"numbers": ["numbers cannot be blank."]}))
    with pytest.raises(errors.RequestRefused, match="cannot be blank"):
        client.blacklist_add(NUMBER)


@pytest.mark.parametrize(
    "data",
    [
        [{"id_group": 13, "name_group": "Customers"}],
        {"groups": [{"id": "13", "name": "Customers"}], "total": 1},
        {"13": {"id_group": 13, "name_group": "Customers"}},
    ],
)
def test_groups_are_listed_by_page(server: Scripted, client: JoMobileClient, data: object) -> None:
    server.script(done(data))
    assert client.groups(page=2, limit=10) == [Group(13, "Customers")]
    assert server.requests[0].json() == {"id_group": 0, "offset": 2, "limit": 10}


def test_a_group_is_made_with_or_without_a_birthday_greeting(server: Scripted, client: JoMobileClient) -> None:
    server.script(done({"id_group": 13, "name_group": "Customers"}))
    assert client.create_group("Customers") == [Group(13, "Customers")]
    client.create_group("Customers", Birthday(time(23, 22), "INFO", "Hello #first_name#!"))
    plain, greeting = (request.json() for request in server.requests)
    assert (plain["on_birth"], plain["time_birth"]) == (False, False)
    assert greeting == {
        "name_group": "Customers",
        "time_birth": "23:22",
        "originator_birth": "INFO",
        "text_birth": "Hello #first_name#!",
        "on_birth": True,
    }


def test_numbers_go_into_a_group_with_what_is_known_of_them(server: Scripted, client: JoMobileClient) -> None:
    server.script(done({}))
    member = GroupMember(NUMBER, "Ola", "Nowak", born=date(1992, 12, 31), sex="f", notes=("one", "", "three"))
    client.add_to_group(13, [member, GroupMember(OTHER)])
    person = {"number": 48500501501, "name": "Ola", "surname": "Nowak", "date_birth": "1992-12-31", "male": "f"}
    numbers = [person | {"note_1": "one", "note_3": "three"}, {"number": 48500501502}]
    assert server.requests[0].json() == {"id_group": 13, "numbers": numbers}


def test_a_group_is_searched_emptied_and_deleted(server: Scripted, client: JoMobileClient) -> None:
    server.script(done([{"number": 48500501502, "name": "Ola"}]))
    assert client.find_in_group(13, [NUMBER, OTHER]) == {OTHER}
    client.remove_from_group(13, [OTHER])
    client.delete_groups([13, 14])
    bodies = [request.json() for request in server.requests]
    assert bodies[1:] == [{"id_group": 13, "numbers": [48500501502]}, {"id_group": [13, 14]}]


@pytest.mark.parametrize(
    "data",
    [
        [{"number": [NUMBER, OTHER], "senderID": "INFO", "text": "Hi"}],
        [{"number": NUMBER, "sender": "INFO", "text": "Hi"}, {"phone": OTHER, "originator": "INFO", "text": "Hi"}],
        {"replacement": [{"number": [NUMBER, OTHER], "senderID": "INFO", "text": "Hi"}]},
    ],
)
def test_a_message_is_previewed(server: Scripted, client: JoMobileClient, data: object) -> None:
    server.script(done(data))
    shown = client.preview([NUMBER, OTHER], sender="Info", text="Hi")
    assert shown == [Preview(NUMBER, "INFO", "Hi"), Preview(OTHER, "INFO", "Hi")]
    assert server.requests[0].json() == [{"number": [NUMBER, OTHER], "senderID": "Info", "text": "Hi"}]


@pytest.mark.parametrize("price_list", PriceList)
def test_price_lists_are_read_by_country_and_network(
    server: Scripted, client: JoMobileClient, price_list: PriceList
) -> None:
    rows = [{"ISO": "US", "MCC": 310, "MNC": 1, "price": "0.05", "currency": "EUR"}, {"ISO": "US", "price": None}]
    server.script(done({"prices": rows}))
    assert client.prices(price_list, country="US", mcc="310") == [Price("US", "310", "1", Decimal("0.05"), "EUR")]
    assert (server.requests[0].target, server.requests[0].json()) == (f"/v1/{price_list}", {"ISO": "US", "MCC": 310})


POLAND = {"country": "Poland", "ISO": "PL"}


@pytest.mark.parametrize(
    "data, countries",
    [
        ({"Europe": [POLAND]}, [Country("Poland", "PL", "Europe")]),
        ([{"continent": "Europe", "countries": [POLAND]}], [Country("Poland", "PL", "Europe")]),
        ([{"name": "Europe", "countries": [POLAND]}], [Country("Poland", "PL", "Europe")]),
        ([POLAND | {"continent": "Europe"}], [Country("Poland", "PL", "Europe")]),
        ({"Europe": ["Poland"]}, [Country("Poland", "", "Europe")]),
        (None, []),
    ],
)
def test_countries_are_listed_with_their_continent(
    server: Scripted, client: JoMobileClient, data: object, countries: list[Country]
) -> None:
    server.script(done(data))
    assert client.countries() == countries


def test_a_customer_is_registered(server: Scripted, client: JoMobileClient) -> None:
    server.script(done({}), refused({"login": ["This login has already been taken."]}))
    customer = NewCustomer("firma", "s3cret-word", "Jan", "48500501501", "jan@example.com", company_name="Firma")
    client.register(customer)
    assert server.requests[0].json()["company_name"] == "Firma"
    assert "skype" not in server.requests[0].json()
    with pytest.raises(errors.RequestRefused, match="already been taken"):
        client.register(customer)
