"""The rest of a JustSend account: cancelling, points, senders, blacklist, groups, commands, accounts below it."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

import pytest

from smspanel.providers import errors
from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.justsend.records import Group, Prefix, Subaccount
from smspanel.providers.values import Inbound, SenderName, SenderStatus
from tests.providers.justsend import bulk, client_of, ok, refused, targets
from tests.providers.scripted import Reply, Scripted, answer, answer_json

NUMBERS = ["48504212111", "48504212222"]
BOTH = [f"12583/{number}" for number in NUMBERS]
SLAVE = {
    "subid": 3369,
    "email": "user@example.com",
    "password": "$2a$10$hash",
    "appKey": "subkey",
    "description": None,
    "contactFirstname": "Jan",
    "contactSurname": "Nowak",
    "userStatus": "ACTIVE",
}
ACCOUNT = Subaccount(3369, "user@example.com", "Jan", "Nowak", "", is_active=True)
NOT_FOUND = answer(404, "<h1>404</h1>")


@pytest.fixture
def client(server: Scripted) -> JustSendClient:
    return client_of(server)


def test_a_bulk_is_cancelled_as_a_whole(server: Scripted, client: JustSendClient) -> None:
    server.script(ok(bulk()), ok(bulk("CANCELED")))
    assert client.cancel(BOTH) == set(BOTH)
    assert targets(server) == ["GET bulk/12583", "PUT bulk/cancel/12583"]


@pytest.mark.parametrize("size", [3, None])
def test_a_bulk_with_others_in_it_is_left_alone(server: Scripted, client: JustSendClient, size: int | None) -> None:
    server.script(ok(bulk(size=size)))
    assert client.cancel(BOTH) == set()
    assert targets(server) == ["GET bulk/12583"]


@pytest.mark.parametrize("code", [107, 103])
def test_js_10_a_bulk_that_has_gone_out_is_too_late_to_cancel(
    server: Scripted, client: JustSendClient, code: int
) -> None:
    server.script(ok(bulk()), refused(code, "INVALID_BULK_STATE", "Bulk is accepted"))
    assert client.cancel(BOTH) == set()
    with pytest.raises(errors.RequestRefused, match="too late to cancel"):
        client.cancel_bulk(12583)


def test_an_unclear_cancellation_is_none(server: Scripted, client: JustSendClient) -> None:
    server.script(ok(bulk("TO_SEND")))
    with pytest.raises(errors.Ambiguous):
        client.cancel_bulk(12583)


def test_points_are_a_bare_number(server: Scripted, client: JustSendClient) -> None:
    server.script(ok(1000))
    assert client.balance().items == {"POINTS": 1000}
    server.script(ok(None))
    with pytest.raises(errors.Ambiguous):
        client.balance()


def test_senders_of_the_list_are_approved(server: Scripted, client: JustSendClient) -> None:
    server.script(ok([{"id": 2, "name": "INFO"}, {"id": 3}, "SMS"]))
    assert client.senders() == [SenderName("INFO", SenderStatus.APPROVED)]


def test_js_22_the_black_list_takes_a_bare_array_of_numbers(server: Scripted, client: JustSendClient) -> None:
    server.script(ok("Added: 1 numbers"))
    for number in NUMBERS:
        client.blacklist_add(number)
    assert [request.body for request in server.requests] == [b"[48504212111]", b"[48504212222]"]
    assert set(targets(server)) == {"PUT blacklist/add/numbers"}


def test_js_23_the_removal_that_works_is_remembered(server: Scripted, client: JustSendClient) -> None:
    server.script(NOT_FOUND, ok("Removed: 1 numbers"), ok("Removed: 1 numbers"))
    for number in NUMBERS:
        client.blacklist_remove(number)
    first, second = "PUT blacklist/removed/numbers", "PUT blacklist/remove/numbers"
    assert targets(server) == [first, second, second]


def test_a_removal_that_nowhere_works_says_so(server: Scripted, client: JustSendClient) -> None:
    server.script(NOT_FOUND)
    with pytest.raises(errors.Misconfigured):
        client.blacklist_remove(NUMBERS[0])
    assert len(server.requests) == 2


@pytest.mark.parametrize(("reply", "listed"), [(ok(["504212111"]), True), (ok([]), False), (refused(103), False)])
def test_the_black_list_is_read_as_a_whole(
    server: Scripted, client: JustSendClient, reply: Reply, listed: bool
) -> None:
    server.script(reply)
    assert client.blacklist_has(NUMBERS[0]) is listed


@pytest.mark.parametrize("shown", ["67 768", "67,768", "67\u00a0768", "67768"])
def test_js_21_the_id_of_a_group_is_read_whatever_parts_its_thousands(
    server: Scripted, client: JustSendClient, shown: str
) -> None:
    server.script(ok(f"Created group id: {shown}"))
    assert client.create_group("Customers", NUMBERS) == 67768
    assert server.requests[0].json() == {"name": "Customers", "members": NUMBERS}


def test_groups_are_listed_changed_and_removed(server: Scripted, client: JustSendClient) -> None:
    server.script(ok([{"id": 595, "name": "VIP"}, {}]), ok("Added: 2 numbers"), ok("Removed: 1 numbers"), ok("Removed"))
    assert client.groups() == [Group(595, "VIP")]
    assert (client.add_to_group(595, NUMBERS), client.remove_from_group(595, NUMBERS[:1])) == (2, 1)
    client.remove_group(595)
    assert targets(server)[1:] == ["PUT group/add/numbers", "PUT group/remove/numbers", "DELETE group/remove/595"]


def test_members_are_read_page_by_page_in_both_shapes(server: Scripted, client: JustSendClient) -> None:
    server.script(ok(2), ok([NUMBERS[0]]), ok([{"id": 1, "msisdn": "504212222", "validation": "OK"}]))
    assert client.group_members(595) == NUMBERS
    assert [target.rpartition("/")[2] for target in targets(server)] == ["595", "1", "2"]


def test_a_sentence_without_a_number_is_unclear(server: Scripted, client: JustSendClient) -> None:
    server.script(ok("Created"))
    with pytest.raises(errors.Ambiguous):
        client.create_group("Customers")


def test_commands_are_listed_and_reserved_in_local_time(server: Scripted, client: JustSendClient) -> None:
    row = {"id": 329, "name": "TUDORS", "reservation": False, "dateTo": None}
    server.script(ok([row]), ok(row | {"userEmail": "user@example.com", "dateTo": "2026-08-20T13:50:00"}))
    (prefix,) = client.prefixes()
    until = datetime(2026, 8, 20, 11, 50, tzinfo=UTC)
    assert client.reserve_prefix(prefix, until) == Prefix(329, "TUDORS", until)
    body = {"id": 329, "name": "TUDORS", "reservation": True, "dateTo": "2026-08-20T13:50:00"}
    assert server.requests[1].json() == body


def test_replies_are_read_by_command_and_day(server: Scripted, client: JustSendClient) -> None:
    row = {"prefix": "TUDORS", "msisdn": "504212111", "message": "TAK", "createDate": 1000}
    server.script(ok([row]))
    (reply,) = client.replies("TUDORS", date(2026, 8, 1), date(2026, 8, 2))
    at = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert reply == Inbound(f"1000/{NUMBERS[0]}", NUMBERS[0], "TUDORS", "TAK", at)
    assert targets(server) == ["GET report/response/messages/TUDORS/2026-08-01/2026-08-02"]


def test_accounts_are_listed_made_and_changed(server: Scripted, client: JustSendClient) -> None:
    server.script(ok([SLAVE, {}]), ok(SLAVE), ok(SLAVE | {"userStatus": "NOT_ACTIVE"}))
    assert client.subaccounts() == [ACCOUNT]
    made = client.create_subaccount(email="user@example.com", password="pw", first_name="Jan", surname="Nowak")
    assert (made, client.edit_subaccount(3369, surname="Kowalski").is_active) == (ACCOUNT, False)
    assert targets(server)[1:] == ["POST accounts/create/subaccount", "POST accounts/edit/subaccount/3369"]
    assert server.requests[1].json()["firstname"] == "Jan"


def test_points_move_both_ways(server: Scripted, client: JustSendClient) -> None:
    server.script(ok("Balance points for SubAccount with id 3338 and his Master with id 3285 was changed"))
    client.give_points(3338, 5)
    client.give_points(3338, -5)
    assert targets(server) == ["POST payment/subaccount/3338/5", "POST payment/subaccount/3338/-5"]
    server.script(refused(106, "NO_SUFFICIENT_POINTS"))
    with pytest.raises(errors.FundsRefused):
        client.give_points(3338, 5)


def test_a_key_is_reset_and_an_account_closed(server: Scripted, client: JustSendClient) -> None:
    server.script(ok("Slave appKey with id 3276 has been reset"))
    client.reset_subaccount_key(3276)
    client.deactivate()
    assert targets(server) == ["POST accounts/reset/3276", "GET accounts/deactivate"]


@pytest.mark.parametrize(
    "reply",
    [
        answer_json({"responseCode": "NO", "errorId": 100, "message": "No", "data": SLAVE}),
        answer_json(SLAVE),
        answer_json(SLAVE, 500),
        answer(200, '{"errorId": 0, "data": {"password": "$2a$10$hash", "appKey": "subkey"'),
        ok([SLAVE]),
    ],
)
def test_no_hash_and_no_key_of_an_account_is_kept_or_logged(
    server: Scripted, client: JustSendClient, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(reply)
    with pytest.raises(errors.ProviderError) as caught:
        client.edit_subaccount(3369, password="new-secret")
    seen = f"{caught.value} {caught.value.raw} {caught.value!r} {caplog.text}"
    assert not any(secret in seen for secret in ("$2a$10$hash", "subkey", "new-secret"))
