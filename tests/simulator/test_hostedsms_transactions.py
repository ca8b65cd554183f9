"""The simulated HostedSMS: a TransactionId that comes twice, on either host."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from smspanel.simulator import Simulator
from tests.simulator.hostedsms import SMS, Hosted, hosted

__all__ = ["hosted"]


def test_mode_a_answers_the_same_and_sends_nothing(hosted: Hosted, sim: Simulator) -> None:
    first = hosted.send("48500100200", "48500100201")
    assert hosted.send("48500100200", "48500100201")["MessageIds"] == first["MessageIds"]
    assert len(sim.air()) == 2


def test_mode_b_refuses_and_sends_nothing(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", transactions="refuse")
    hosted.send()
    assert hosted.send() == {"ErrorMessage": "TransactionId already used"}
    assert len(sim.air()) == 1


def test_mode_c_sends_again(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", transactions="send_again")
    assert hosted.send()["MessageIds"] != hosted.send()["MessageIds"]
    assert len(sim.air()) == 2


@pytest.mark.parametrize("mode", ["same_ids", "refuse"])
def test_another_message_under_the_same_id_is_refused(hosted: Hosted, sim: Simulator, mode: str) -> None:
    sim.settings("hostedsms", transactions=mode)
    hosted.send()
    assert "another message" in hosted.send(Message="Other")["ErrorMessage"]


def test_both_hosts_share_one_store(hosted: Hosted, sim: Simulator) -> None:
    first = hosted.send()
    second = hosted.call("POST", "api2/FullApi/Smses", json=SMS).json()
    assert first["MessageIds"] == second["MessageIds"]
    assert len(sim.air()) == 1


def test_twenty_at_once_send_one(hosted: Hosted, sim: Simulator) -> None:
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: hosted.call("POST", "FullApi/Smses", json=SMS).json(), range(20)))
    assert len({reply["MessageIds"][0] for reply in replies}) == 1
    assert len(sim.air()) == 1


def test_what_was_taken_before_the_answer_was_lost_is_known(hosted: Hosted, sim: Simulator) -> None:
    sim.fault("take_then_drop", "/FullApi/Smses")
    with pytest.raises(requests.ConnectionError):
        hosted.send()
    assert "MessageIds" in hosted.send()
    assert len(sim.air()) == 1


def test_ids_may_come_as_one_text(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", ids_as_string=True)
    assert hosted.send("48500100200", "48500100201")["MessageIds"].count(",") == 1


@pytest.mark.parametrize("drop, ids", [(False, 5), (True, 2)])
def test_what_cannot_be_sent_has_no_id_where_the_switch_says_so(
    hosted: Hosted, sim: Simulator, drop: bool, ids: int
) -> None:
    sim.settings("hostedsms", drop_unsendable=drop)
    numbers = ["48500100200", "48500100200", "48500100204", "48500100208", "48500100201"]
    assert len(hosted.send(*numbers)["MessageIds"]) == ids
    if drop:
        assert hosted.send("48500100208", TransactionId="b") == {"ErrorMessage": "No valid phone is left"}
