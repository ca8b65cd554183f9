"""The simulated bulk/send and message/send: what they take, refuse, drop and charge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smspanel.simulator import Simulator
from tests.simulator.justsend import FIRST, NOON, SECOND, JustSendCaller

PREFIX = {"id": 329, "name": "TUDORS", "reservation": True, "dateTo": "2026-07-02T12:00:00"}


@pytest.fixture
def caller(sim: Simulator) -> Iterator[JustSendCaller]:
    sim.set_clock(NOON)
    caller = JustSendCaller(sim)
    yield caller
    caller.session.close()


def test_a_bulk_is_taken_charged_and_on_the_air(caller: JustSendCaller, sim: Simulator) -> None:
    bulk = caller.bulk(FIRST, SECOND, message="Zażółć " * 15)
    assert (bulk["shortName"], bulk["name"][:15], bulk["bulkStatus"]) == ("k-42", "k-42_2026-07-01", "TO_SEND")
    assert (bulk["bulkSize"], bulk["costInPoints"]) == (2, 12)
    assert (bulk["sendDate"][-6:], bulk["estimatedEndDate"][-6:]) == ("+02:00", "+02:00")
    assert sim.counts()["numbers"] == {FIRST: 1, SECOND: 1}
    assert (caller.get("payment/points"), sim.lint()) == (1_000_000 - 12, [])


def test_the_same_bulk_twice_is_two_bulks(caller: JustSendCaller, sim: Simulator) -> None:
    assert caller.bulk()["id"] != caller.bulk()["id"]
    assert (sim.counts()["numbers"], caller.get("payment/points")) == ({FIRST: 2}, 1_000_000 - 6)


def test_bad_and_black_listed_numbers_are_dropped_without_a_word(caller: JustSendCaller, sim: Simulator) -> None:
    caller.call("PUT", "blacklist/add/numbers", [int(SECOND)])
    bulk = caller.bulk("500100201", "4850010020", "48505948385123", SECOND, "48500100208")
    assert (bulk["bulkSize"], bulk["costInPoints"], sim.counts()["numbers"]) == (1, 3, {FIRST: 1})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, 312),
        ({"name": "x" * 101}, 312),
        ({"bulkVariant": "BASIC"}, 321),
        ({"bulkVariant": "FULL", "from": "NIEZNANY"}, 315),
        ({"bulkVariant": "FULL"}, 312),
        ({"bulkVariant": "PRO", "from": "A"}, 312),
        ({"bulkVariant": "PRO", "from": "ABCDEFGHIJKL"}, 312),
        ({"bulkVariant": "PRO", "from": "1234"}, 314),
        ({"bulkVariant": "PRO", "from": "48500100200"}, 311),
        ({"bulkVariant": "PRO", "from": "ŻÓŁW"}, 313),
        ({"bulkVariant": "PRO_RESP", "from": "TUDORS"}, 107),
        ({"bulkVariant": "INTER", "from": "FIRMA"}, 321),
        ({"sendDate": "tomorrow"}, 322),
        ({"sendDate": "2026-07-01T12:00:00"}, 322),
        ({"message": " "}, 331),
        ({"message": "a" * 919}, 331),
        ({"message": "a\x01b"}, 332),
        ({"to": ["123"]}, 125),
        ({"to": []}, 125),
        ({"groupId": 5}, 103),
    ],
)
def test_a_wrong_bulk_is_refused_as_a_whole(
    caller: JustSendCaller, sim: Simulator, fields: dict[str, object], code: int
) -> None:
    assert caller.refused(**fields) == code
    assert (sim.air(), caller.get("payment/points")) == ([], 1_000_000)


def test_what_is_wrong_is_told_in_a_fixed_order(caller: JustSendCaller) -> None:
    faults: list[tuple[str, object, int]] = [
        ("name", "", 312),
        ("from", "1234", 314),
        ("sendDate", "tomorrow", 322),
        ("message", "", 331),
        ("to", ["1"] * 18_001, 302),
    ]
    wrong: dict[str, object] = {"bulkVariant": "PRO", "from": "FIRMA"}
    for name, value, code in reversed(faults):
        wrong |= {name: value}
        assert caller.refused(**wrong) == code


@pytest.mark.parametrize(
    ("date", "taken"),
    [
        ("2026-07-01T20:30:00+00:00", False),
        ("2026-07-01T22:00:00+02:00", False),
        ("2026-07-01T21:59:59+02:00", True),
        ("2026-07-02T07:59:59+02:00", False),
        ("2026-07-02T08:00:00+02:00", True),
        ("2026-07-02T00:30:00-06:00", True),
    ],
)
def test_js_02_the_night_is_judged_in_warsaw(caller: JustSendCaller, sim: Simulator, date: str, taken: bool) -> None:
    if not taken:
        assert caller.refused(sendDate=date) == 321
        sim.settings("justsend", night_window=False)
    assert caller.bulk(sendDate=date)["bulkStatus"] == "TO_SEND"


def test_an_impossible_second_and_a_past_date_mean_now(caller: JustSendCaller, sim: Simulator) -> None:
    caller.bulk(sendDate="2018-06-20T16:54:67-00:00")
    caller.bulk(sendDate=None)
    assert sim.counts()["total"] == 2


def test_eco_takes_any_sender_and_none(caller: JustSendCaller, sim: Simulator) -> None:
    body = {"name": "k", "to": [FIRST], "message": "Hi", "bulkVariant": "ECO", "sendDate": NOON, "from": None}
    caller.call("POST", "bulk/send", body)
    caller.bulk(**{"from": "1"})
    assert ({one["sender"] for one in sim.air()}, sim.lint()) == ({"ECO"}, [])


def test_replies_need_a_reserved_command(caller: JustSendCaller, sim: Simulator) -> None:
    caller.call("POST", "group/reservationPrefix", PREFIX)
    for variant in ("PRO_RESP", "ECO_RESP"):
        caller.bulk(**{"from": "TUDORS", "bulkVariant": variant})
    assert [one["sender"] for one in sim.air()] == ["TUDORS", "4777"]
    sim.advance(90_000)
    assert caller.refused(**{"from": "TUDORS", "bulkVariant": "PRO_RESP", "sendDate": None}) == 107


@pytest.mark.parametrize(
    ("text", "twice", "arrives"),
    [
        ("Za%C5%BC", True, "Zaż"),
        ("100% more", True, "100% more"),
        ("a+b", True, "a+b"),
        ("Za%C5%BC", False, "Za%C5%BC"),
    ],
)
def test_a_text_is_decoded_again_only_if_asked_for_and_possible(
    caller: JustSendCaller, sim: Simulator, text: str, twice: bool, arrives: str
) -> None:
    caller.bulk(message=text, doubleEncode=twice)
    assert [one["text"] for one in sim.air()] == [arrives]


def test_a_group_and_a_list_are_one_bulk(caller: JustSendCaller) -> None:
    caller.call("POST", "group/add", {"name": "VIP", "members": [FIRST, SECOND]})
    (group,) = caller.get("group/list")
    assert caller.bulk(FIRST, "48500100221", groupId=group["id"])["bulkSize"] == 3


@pytest.mark.parametrize(
    ("switch", "code"),
    [({"points": 2}, 301), ({"approval": "refuse"}, 126), ({"forbidden_word": "hi"}, 333), ({"inactive": True}, 101)],
)
def test_a_switch_makes_the_account_refuse(
    caller: JustSendCaller, sim: Simulator, switch: dict[str, object], code: int
) -> None:
    sim.settings("justsend", **switch)
    assert (caller.refused(), sim.air()) == (code, [])


@pytest.mark.parametrize(("status", "key"), [(200, "wrong"), (401, "wrong"), (200, "")])
def test_a_wrong_key_is_error_101_with_a_status_of_choice(sim: Simulator, status: int, key: str) -> None:
    sim.settings("justsend", auth_status=status)
    reply = JustSendCaller(sim, key).exchange("GET", "payment/points")
    assert (reply.status_code, reply.json()["errorId"]) == (status, 101)


def test_a_key_in_the_address_is_not_accepted_and_noted(caller: JustSendCaller, sim: Simulator) -> None:
    caller.key = ""
    assert caller.error("GET", "payment/points?App-Key=sim-app-key") == 101
    assert [note["code"] for note in sim.lint()] == ["credentials_in_url"]


def test_a_single_returns_a_bare_number(caller: JustSendCaller, sim: Simulator) -> None:
    body = {"to": "500100201", "from": "FIRMA", "message": "Hi", "bulkVariant": "PRO", "doubleEncode": False}
    message_id = caller.call("POST", "message/send", body)
    assert type(message_id) is int
    assert caller.get(f"report/message/{message_id}")["bulkCostInPoints"] == 7
    assert (sim.counts()["numbers"], caller.get("payment/points")) == ({FIRST: 1}, 1_000_000 - 7)


@pytest.mark.parametrize(("to", "code"), [("123", 311), ("48500100208", 342)])
def test_a_single_to_a_wrong_or_black_listed_number_is_refused(caller: JustSendCaller, to: str, code: int) -> None:
    assert caller.error("POST", "message/send", {"to": to, "message": "Hi", "bulkVariant": "ECO"}) == code


def test_the_same_single_three_times_a_day_is_enough(caller: JustSendCaller, sim: Simulator) -> None:
    body = {"to": FIRST, "message": "Hi", "bulkVariant": "ECO"}
    for _time in range(3):
        caller.call("POST", "message/send", body)
    assert caller.error("POST", "message/send", body) == 341
    caller.call("POST", "message/send", body | {"message": "Other"})
    sim.advance(86_400)
    caller.call("POST", "message/send", body)


@pytest.mark.parametrize(
    ("path", "arrives"),
    [
        (f"{FIRST}/FIRMA/Za%C5%BC+b%2F/PRO?doubleEncode=false", "Zaż+b/"),
        (f"{FIRST}/FIRMA/a+b/PRO", "a b"),
        (f"{FIRST}/Hi", "Hi"),
    ],
)
def test_a_single_may_come_in_the_address(caller: JustSendCaller, sim: Simulator, path: str, arrives: str) -> None:
    caller.get(f"message/send/{path}")
    assert [one["text"] for one in sim.air()] == [arrives]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"groupId": None}, None), ({"groupId": ""}, "wrong_type"), ({"to": [48500100201]}, "wrong_type")],
)
def test_careless_fields_are_noted(
    caller: JustSendCaller, sim: Simulator, fields: dict[str, object], code: str | None
) -> None:
    caller.bulk(**fields)
    caller.bulk(colour="red")
    assert [note["code"] for note in sim.lint()] == [*([code] if code else []), "unknown_field"]


@pytest.mark.parametrize("path", ["bulk/send", "bulk/x", "nonsense", "report/file/list/bulkHistory", "../v2/bulk/send"])
def test_an_address_that_is_not_simulated_is_none(caller: JustSendCaller, path: str) -> None:
    assert caller.exchange("GET", path).status_code == 404


@pytest.mark.parametrize("body", ["{", "[", "\udc80"])
def test_a_body_that_is_no_json_is_an_internal_error(caller: JustSendCaller, body: str) -> None:
    reply = caller.exchange("POST", "bulk/send", None, data=body.encode(errors="surrogateescape"))
    assert reply.json()["errorId"] == 100


@pytest.mark.parametrize("pause", ["0", "10"])
def test_the_pause_before_a_call_is_up_to_ten_seconds(caller: JustSendCaller, pause: str) -> None:
    assert caller.bulk(bulkVariant="VOICE", voiceRepeating={"pause": pause})["bulkSize"] == 1


@pytest.mark.parametrize("pause", ["11", "-1", "long"])
def test_a_longer_pause_before_a_call_is_refused(caller: JustSendCaller, sim: Simulator, pause: str) -> None:
    assert caller.refused(bulkVariant="VOICE", voiceRepeating={"pause": pause}) == 321
    assert sim.air() == []


def test_how_a_call_is_repeated_is_read_as_closely_as_the_rest(caller: JustSendCaller, sim: Simulator) -> None:
    asked = {"repeatDtmf": "true", "minPeriod": "1", "maxPeriod": "10", "maxCount": "2", "pause": "4"}
    caller.bulk(bulkVariant="VOICE", voiceRepeating=asked)
    assert sim.lint() == []
    caller.bulk(bulkVariant="VOICE", voiceRepeating={"maxCount": 2, "times": "2"})
    assert sorted(note["code"] for note in sim.lint()) == ["unknown_field", "wrong_type"]
