"""messages/send_personalized in its two encodings."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import BEARER, Caller


def sent(sim: Simulator) -> list[tuple[str, str]]:
    return [(sms["number"], sms["text"]) for sms in sim.air()]


def personalize(caller: Caller, messages: Any, **fields: Any) -> Any:
    return caller.call("messages/send_personalized", messages=messages, details=True, **fields)


def test_the_array_form_sends_each_its_own_text(caller: Caller, sim: Simulator) -> None:
    rows = [{"phone": "500100200", "text": "First"}, {"phone": "+48500100300", "text": "Second"}]
    reply = personalize(caller, rows, unique_id=["aaa1", "aaa2"])
    assert [item["text"] for item in reply["items"]] == ["First", "Second"]
    assert sent(sim) == [("48500100200", "First"), ("48500100300", "Second")]
    assert [sms["unique_id"] for sms in sim.air()] == ["aaa1", "aaa2"]


@pytest.mark.parametrize(
    "messages, texts",
    [
        ("500100200:First message]|[500100300:Second messag", ["First message", "Second messag"]),
        ("500100200:First]|[500100300:Second]|[", ["First", "Second"]),
        ("500100200:At 12:30", ["At 12:30"]),
    ],
)
def test_the_string_form_is_read_letter_by_letter_ss_25(
    caller: Caller, sim: Simulator, messages: str, texts: list[str]
) -> None:
    personalize(caller, messages)
    assert [sms["text"] for sms in sim.air()] == texts


def test_a_border_inside_a_text_breaks_the_string_form(caller: Caller, sim: Simulator) -> None:
    reply = personalize(caller, "500100200:one ]|[ two")
    assert (reply["queued"], reply["unsent"]) == (1, 1)
    assert sent(sim) == [("48500100200", "one ")]


def test_a_form_with_nested_php_arrays_is_read(caller: Caller, sim: Simulator) -> None:
    fields = {"messages[0][phone]": "500100200", "messages[0][text]": "a", "messages[1][phone]": "500100300"}
    caller.post("messages/send_personalized", data=fields | {"messages[1][text]": "b"}, headers=BEARER)
    assert sent(sim) == [("48500100200", "a"), ("48500100300", "b")]


@pytest.mark.parametrize(
    "messages, code",
    [
        (None, 3104),
        ([], 3104),
        ("", 3104),
        ([{"phone": "500100200", "text": ""}], 3101),
        (["500100200"], 1006),
        ([{"phone": "500100200", "text": "x"}] * 10_001, 1006),
    ],
)
def test_a_wrong_list_is_refused_as_a_whole(caller: Caller, messages: Any, code: int) -> None:
    assert personalize(caller, messages)["error"]["code"] == code
