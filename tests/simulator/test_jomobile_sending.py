"""POST /v1/send: what is taken, what is refused, and what really goes to the air."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.jomobile import JoCaller, element

GOOD, OTHER = "48500100200", "48500100300"


@pytest.fixture
def jo(sim: Simulator) -> JoCaller:
    return JoCaller(sim)


def test_the_reply_is_keyed_by_number_with_an_id_for_each_part_jo_17(jo: JoCaller, sim: Simulator) -> None:
    data = jo.call("send", [element(GOOD), element(OTHER, text="ą" * 71)])
    assert [len(data[number]) for number in (GOOD, OTHER)] == [1, 2]
    ids = [part["id_state"] for parts in data.values() for part in parts]
    assert len(set(ids)) == 3
    assert all(len(one) == 36 for one in ids)
    assert sim.counts()["numbers"] == {GOOD: 1, OTHER: 1}


def test_ids_are_integers_where_the_switch_says_so(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", ids="integer")
    assert isinstance(jo.send(GOOD)[GOOD][0]["id_state"], int)


@pytest.mark.parametrize(
    "switches, data",
    [
        ({"omitted": 1}, {OTHER}),
        ({"reply": "empty"}, set()),
        ({"reply": "plus"}, {f"+{GOOD}", f"+{OTHER}"}),
        ({"reply": "details"}, {"sending"}),
    ],
)
def test_the_reply_has_other_shapes_jo_18_jo_19(
    jo: JoCaller, sim: Simulator, switches: dict[str, Any], data: set[str]
) -> None:
    sim.settings("jomobile", **switches)
    assert set(jo.send(GOOD, OTHER)) == data
    assert sim.counts()["total"] == 2


def test_a_package_of_100_numbers_is_taken_and_one_of_101_is_not_jo_10_jo_11(jo: JoCaller, sim: Simulator) -> None:
    phones = [str(48_501_000_100 + 10 * number) for number in range(101)]
    package = [element(*phones[:60], text="One"), element(*phones[60:], text="Two")]
    assert jo.refused("send", package)[0] == 400
    assert sim.air() == []
    package[1]["number"].pop()
    assert len(jo.call("send", package)) == 100


def test_the_same_package_twice_is_sent_twice(jo: JoCaller, sim: Simulator) -> None:
    jo.send(GOOD)
    jo.send(GOOD)
    assert sim.counts() == {"total": 2, "repeated": 1, "numbers": {GOOD: 2}}


def test_twenty_equal_packages_at_once_are_twenty_decisions(sim: Simulator) -> None:
    together = threading.Barrier(20)

    def send(_: int) -> int:
        mine = JoCaller(sim)
        together.wait()
        return len(mine.send(GOOD, OTHER))

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(send, range(20))) == [2] * 20
    assert sim.counts()["numbers"] == {GOOD: 20, OTHER: 20}
    assert len({sms["provider_id"] for sms in sim.air()}) == 40


def test_numbers_that_cannot_be_reached_are_missing_and_nobody_left_is_an_error(jo: JoCaller, sim: Simulator) -> None:
    jo.call("black-list-add", {"numbers": [int(OTHER)]})
    bad = [OTHER, "123", "48500100204", "48500100208"]
    assert set(jo.send(GOOD, *bad)) == {GOOD}
    assert jo.refused("send", [element(*bad)]) == (400, {"number": ["number is invalid."]})
    assert sim.counts()["numbers"] == {GOOD: 1}


@pytest.mark.parametrize(
    "fields, errors",
    [
        ({"senderID": ""}, "invalid_sender"),
        ({"senderID": "TwelveLetter"}, "invalid_sender"),
        ({"senderID": "12"}, "invalid_sender"),
        ({"senderID": "Zażółć"}, "invalid_sender"),
        ({"senderID": "STRANGER"}, "not_registr_originator"),
        ({"number": ["79161234567"]}, "no_client_price"),
        ({"number": []}, {"number": ["number cannot be blank."]}),
        ({"text": " "}, {"text": ["text cannot be blank."]}),
        ({"type": "voice"}, {"type": ["type is invalid."]}),
        ({"lifetime": "long"}, {"lifetime": ["lifetime must be an integer."]}),
        ({"beginDate": "01.07.2026"}, {"beginDate": ["The format of beginDate or beginTime is invalid."]}),
        ({"beginTime": "25:00:00"}, {"beginDate": ["The format of beginDate or beginTime is invalid."]}),
    ],
)
def test_one_wrong_object_refuses_the_package(
    jo: JoCaller, sim: Simulator, fields: dict[str, Any], errors: object
) -> None:
    package = [element(GOOD), element(OTHER) | fields]
    assert jo.refused("send", package) == (400, errors)
    sim.settings("jomobile", errors_with_200=True)
    assert jo.refused("send", package) == (200, errors)
    assert sim.air() == []


def test_errors_come_in_other_shapes(jo: JoCaller, sim: Simulator) -> None:
    for shape, reply in (("list", {"errors": ["invalid_sender"]}), ("error", {"error": "invalid_sender"})):
        sim.settings("jomobile", errors_as=shape)
        answer = jo.request("POST", "send", [element(GOOD, senderID="")]).json()
        assert answer == {"status": False, "error_code": 400, **reply}


@pytest.mark.parametrize("body", [{}, [], "x", [1], [element(GOOD), None]])
def test_only_an_array_of_objects_is_a_package_jo_08(jo: JoCaller, body: object) -> None:
    assert jo.refused("send", body) == (400, "Data must be an array of objects")


def test_a_bare_object_is_taken_where_the_switch_says_so(jo: JoCaller, sim: Simulator) -> None:
    assert jo.refused("send", element(GOOD))[0] == 400
    sim.settings("jomobile", lenient_object=True)
    assert set(jo.call("send", element(GOOD))) == {GOOD}


def test_any_registered_sender_will_do_without_approval(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", sender_approval=False)
    assert jo.send(GOOD, senderID="STRANGER")
    sim.settings("jomobile", sender_approval=True)
    sim.sender("jomobile", "STRANGER", "registered")
    assert jo.send(GOOD, senderID="STRANGER")


def test_an_account_that_is_used_up_refuses_the_package(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", balance=0.14)
    jo.send(GOOD, text="a" * 161)
    assert jo.refused("send", [element(GOOD)]) == (400, "no_money")
    assert jo.request("GET", "me").json()["data"]["balance"] == "0.04"


@pytest.mark.parametrize("body", [b'"Za\\u017c\\u00f3\\u0142\\u0107 \\ud83d\\ude00"', '"Zażółć 😀"'.encode()])
def test_escaped_and_plain_letters_are_the_same_text_jo_15(jo: JoCaller, sim: Simulator, body: bytes) -> None:
    package = b'[{"number":["48500100200"],"senderID":"INFO","text":' + body + b"}]"
    headers = {"X-Access-Token": "sim-token", "Content-Type": "application/json; charset=utf-8"}
    jo.session.post(f"{sim.url('jomobile')}/v1/send", data=package, headers=headers, timeout=60)
    assert [sms["text"] for sms in sim.air()] == ["Zażółć 😀"]
    assert sim.lint() == []


@pytest.mark.parametrize(
    "day, hour, air_at",
    [
        ("2026-06-30", "22:30:00", "2026-06-30T22:30:00"),
        ("2026-07-01", "09:15", "2026-07-01T09:15:00"),
        (None, "23:00:00", "2026-06-30T23:00:00"),
    ],
)
def test_a_schedule_is_in_utc_jo_13_jo_14(
    jo: JoCaller, sim: Simulator, day: str | None, hour: str, air_at: str
) -> None:
    sim.set_clock("2026-06-30T10:00:00+00:00")
    jo.send(GOOD, beginDate=day, beginTime=hour)
    assert (sim.air(), jo.states()) == ([], ["SCHEDULED"])
    sim.set_clock(f"{air_at}+00:00")
    sim.advance(1)
    assert [sms["air_at"][:19] for sms in sim.air()] == [air_at]


@pytest.mark.parametrize("kind, parts", [("HLR", 1), ("mnp", 1), ("wappush", 2), ("FlashSMS", 2)])
def test_the_type_is_read_in_any_case(jo: JoCaller, sim: Simulator, kind: str, parts: int) -> None:
    jo.send(GOOD, text="a" * 161, type=kind)
    assert [(sms["kind"], sms["parts"]) for sms in sim.air()] == [(kind.lower(), parts)]


def test_unknown_fields_and_wrong_types_are_noted_and_change_nothing(jo: JoCaller, sim: Simulator) -> None:
    jo.send(GOOD, colour="red", lifetime="86400")
    jo.call("send", [element(GOOD) | {"number": GOOD}])
    assert [(line["code"], line["detail"]) for line in sim.lint()] == [
        ("unknown_field", "send: colour"),
        ("wrong_type", "send: lifetime is not number"),
        ("wrong_type", "send: number is not texts"),
    ]
    assert sim.counts()["total"] == 2


def test_a_message_whose_answer_is_dropped_was_sent_jo_25(jo: JoCaller, sim: Simulator) -> None:
    sim.fault("take_then_drop", "/v1/send")
    with pytest.raises(OSError, match="aborted"):
        jo.send(GOOD)
    assert jo.states(phone=[GOOD]) == ["ENROUTE"]
