"""The simulated account: groups, the black list, commands, accounts below it, and their points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.justsend import FIRST, NOON, SECOND, JustSendCaller

NEW = {"points": 100, "email": "slave@example.com", "firstname": "Jan", "surname": "Nowak", "password": "pw"}


@pytest.fixture
def caller(sim: Simulator) -> Iterator[JustSendCaller]:
    sim.set_clock(NOON)
    caller = JustSendCaller(sim)
    yield caller
    caller.session.close()


@pytest.fixture
def slave(caller: JustSendCaller) -> JustSendCaller:
    """The same simulator, called with the key of a new account below the MASTER."""
    return JustSendCaller(caller.simulator, made(caller)["appKey"])


def made(caller: JustSendCaller) -> dict[str, Any]:
    """Open an account below the MASTER."""
    found: dict[str, Any] = caller.call("POST", "accounts/create/subaccount", NEW)
    return found


def test_js_21_thousands_of_a_group_s_id_are_parted_in_turn(caller: JustSendCaller) -> None:
    told = [caller.call("POST", "group/add", {"name": f"G{n}"}) for n in range(3)]
    assert {sentence.removeprefix("Created group id: 67")[0] for sentence in told} == {" ", "\u00a0", "7"}
    assert len(caller.get("group/list")) == 3


def test_members_come_and_go_and_are_paged(caller: JustSendCaller, sim: Simulator) -> None:
    caller.call("POST", "group/add", {"name": "VIP", "members": ["500100201", "123"]})
    group = caller.get("group/list")[0]["id"]
    more = [f"48600{n:06d}" for n in range(1000)]
    assert caller.call("PUT", "group/add/numbers", {"groupId": group, "members": more}) == "Added: 1000 numbers"
    assert (caller.get(f"group/getGroupPageNumber/{group}"), caller.get(f"group/getCountGroupMembers/{group}")) == (
        2,
        1001,
    )
    assert caller.get(f"group/getMembersOnPage/{group}/2") == more[-1:]
    caller.call("PUT", "group/remove/numbers", {"groupId": group, "members": more})
    sim.settings("justsend", member_objects=True)
    assert caller.get(f"group/{group}")["members"] == [{"id": 1, "msisdn": FIRST, "validation": "OK"}]
    caller.call("DELETE", f"group/remove/{group}")
    assert caller.error("GET", f"group/{group}") == 103


def test_js_22_the_black_list_takes_a_bare_array_of_numbers(caller: JustSendCaller, sim: Simulator) -> None:
    assert caller.call("PUT", "blacklist/add/numbers", [int(FIRST), 123]) == "Added: 1 numbers"
    assert (caller.get("blacklist"), sim.lint()) == ([FIRST], [])
    assert caller.call("PUT", "blacklist/add/numbers", [SECOND]) == "Added: 1 numbers"
    assert [note["code"] for note in sim.lint()] == ["wrong_type"]
    assert caller.error("PUT", "blacklist/add/numbers", {"numbers": [1]}) == 311


@pytest.mark.parametrize(("switch", "works"), [("both", (200, 200)), ("removed", (200, 404)), ("remove", (404, 200))])
def test_js_23_a_number_leaves_the_black_list_by_one_of_two_addresses(
    caller: JustSendCaller, sim: Simulator, switch: str, works: tuple[int, int]
) -> None:
    sim.settings("justsend", blacklist_removal=switch)
    paths = ("blacklist/removed/numbers", "blacklist/remove/numbers")
    assert tuple(caller.exchange("PUT", path, [int(FIRST)]).status_code for path in paths) == works


def test_a_command_is_reserved_for_72_hours_at_most_by_one_account(
    caller: JustSendCaller, slave: JustSendCaller
) -> None:
    body = {"id": 330, "name": "PROMO", "dateTo": "2026-07-04T11:59:00"}
    assert caller.error("POST", "group/reservationPrefix", body | {"dateTo": "2026-07-04T12:01:00"}) == 321
    assert caller.call("POST", "group/reservationPrefix", body)["dateTo"] == "2026-07-04T11:59:00"
    assert slave.error("POST", "group/reservationPrefix", body) == 321
    assert [one["reservation"] for one in slave.get("group/getGroupPrefix")] == [False, True, False]
    caller.simulator.advance(72 * 3600)
    assert slave.get("group/getGroupPrefix")[1]["reservation"] is False


def test_an_account_object_carries_a_hash_and_a_key(caller: JustSendCaller) -> None:
    account = made(caller)
    assert (account["password"][:4], len(account["appKey"])) == ("$2a$", 16)
    assert caller.get("accounts/account")["appKey"] == "sim-app-key"
    assert [one["subid"] for one in caller.get("accounts/subaccounts/list")] == [account["subid"]]


def test_points_move_between_a_master_and_its_slave_and_never_below_zero(
    caller: JustSendCaller, slave: JustSendCaller
) -> None:
    slave_id = slave.get("accounts/subaccount")["subid"]
    caller.call("POST", f"payment/subaccount/{slave_id}/5")
    assert slave.get("payment/points/subaccount") == {"balanceInPoints": 105, "freePoints": 105}
    caller.call("POST", f"payment/subaccount/{slave_id}/-105")
    assert (slave.get("payment/points"), caller.get("payment/points")) == (0, 1_000_000)
    assert caller.error("POST", f"payment/subaccount/{slave_id}/-1") == 106
    assert caller.error("POST", f"payment/subaccount/{slave_id}/1000001") == 106
    assert caller.error("POST", "payment/subaccount/1/5") == 105


def test_a_slave_sends_from_its_own_points_and_sees_only_its_own(caller: JustSendCaller, slave: JustSendCaller) -> None:
    bulk = slave.bulk()["id"]
    assert slave.get("payment/points") == 97
    assert (caller.error("GET", f"bulk/{bulk}"), slave.error("GET", "accounts/account")) == (103, 102)
    slave_id = slave.get("accounts/subaccount")["subid"]
    assert [row["bulkId"] for row in caller.call("POST", f"report/subaccount/{slave_id}")] == [bulk]


def test_a_slave_is_edited_gets_another_key_and_is_closed(caller: JustSendCaller, slave: JustSendCaller) -> None:
    slave_id = slave.get("accounts/subaccount")["subid"]
    edited = caller.call("POST", f"accounts/edit/subaccount/{slave_id}", {"surname": "Kowalski"})
    assert (edited["contactFirstname"], edited["contactSurname"]) == ("Jan", "Kowalski")
    assert caller.call("POST", f"accounts/reset/{slave_id}") == f"Slave appKey with id {slave_id} has been reset"
    assert slave.error("GET", "payment/points") == 101
    slave.key = caller.get("accounts/subaccounts/list")[0]["appKey"]
    assert slave.get("accounts/deactivate") == f"Slave with id : {slave_id} was deactivated"
    assert (slave.error("GET", "payment/points"), caller.get("payment/points")) == (101, 1_000_000 - 100)


def test_a_master_takes_its_slaves_along(caller: JustSendCaller, slave: JustSendCaller) -> None:
    caller.get("accounts/deactivate")
    assert (caller.error("GET", "payment/points"), slave.error("GET", "payment/points")) == (101, 101)


@pytest.mark.parametrize("change", [{"email": "nobody"}, {"points": -1}, {"password": ""}])
def test_a_wrong_account_is_refused(caller: JustSendCaller, change: dict[str, object]) -> None:
    assert caller.error("POST", "accounts/create/subaccount", NEW | change) == 315
    assert caller.error("POST", "accounts/create/subaccount", NEW | {"points": 1_000_001}) == 106
