"""Voice messages and times of sending over SerwerSMS."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smspanel.providers import errors
from smspanel.providers.serwersms import wire
from smspanel.providers.serwersms.client import SerwerSmsClient
from smspanel.providers.values import MessageKind, Outgoing, Submission, VoiceOptions
from smspanel.simulator import Simulator

TWO = (Outgoing("ref1", "48500100200", "Zażółć"), Outgoing("ref2", "48500100201", "Zażółć"))


@pytest.fixture
def client(simulator: Simulator) -> SerwerSmsClient:
    simulator.settings("serwersms", voice_allowed=True)
    return SerwerSmsClient(base_url=simulator.url("serwersms"), credentials={"token": "sim-token"})


@pytest.mark.parametrize("given", [{"kind": MessageKind.VOICE}, {"variant": "VOICE"}], ids=str)
def test_a_voice_campaign_can_be_looked_up_by_its_references(
    client: SerwerSmsClient, simulator: Simulator, given: dict[str, str]
) -> None:
    submission = Submission("b", TWO, sender="INFORMACJA", **given)  # type: ignore[arg-type]
    assert all(receipt.accepted for receipt in client.submit(submission).receipts)
    assert client.look_up(submission).keys() == {"ref1", "ref2"}
    spoken = {(one["kind"], one["text"], one["sender"], one["parts"]) for one in simulator.air()}
    assert spoken == {("voice", "Zażółć", "", 1)}
    assert simulator.lint() == []


def test_one_text_or_one_file_is_called_out(client: SerwerSmsClient, simulator: Simulator) -> None:
    assert [receipt.accepted for receipt in client.send_voice(TWO)] == [True, True]
    client.send_voice(TWO, file_id="wav1")
    assert [one["text"] for one in simulator.air()] == ["Zażółć", "Zażółć", "wav1", "wav1"]
    assert {entry["path"] for entry in simulator.journal()} == {"/messages/send_voice.json"}
    with pytest.raises(errors.RequestRefused):
        client.send_voice((TWO[0], Outgoing("ref3", "48500100203", "Other")))


@pytest.mark.parametrize(
    "switches, kind", [({"voice_allowed": False}, errors.AuthRefused), ({"voice_limit": 1}, errors.FundsRefused)]
)
def test_an_account_without_voice_stops_the_campaign(
    client: SerwerSmsClient, simulator: Simulator, switches: dict[str, int], kind: type[errors.ProviderError]
) -> None:
    simulator.settings("serwersms", **switches)
    with pytest.raises(kind):
        client.send_voice(TWO)
    assert simulator.air() == []


def date_of(at: datetime) -> object:
    """Return the time that a submission for this moment names."""
    return wire.submission(Submission("b", TWO, start_at=at))[1]["date"]


def test_ss_20_a_time_of_sending_is_polish_local_time() -> None:
    assert date_of(datetime(2026, 7, 1, 10, tzinfo=UTC)) == "2026-07-01 12:00:00"
    assert date_of(datetime(2026, 1, 1, 10, tzinfo=UTC)) == "2026-01-01 11:00:00"
    assert "date" not in wire.submission(Submission("b", TWO))[1]


@pytest.mark.parametrize("hour", [0, 1])
def test_ss_19_the_hour_that_october_repeats_is_refused(hour: int) -> None:
    with pytest.raises(errors.RequestRefused):
        date_of(datetime(2026, 10, 25, hour, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "moment, wire_date",
    [
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "2026-10-25 01:59:00"),
        (datetime(2026, 10, 25, 2, tzinfo=UTC), "2026-10-25 03:00:00"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "2026-03-29 01:30:00"),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "2026-03-29 03:00:00"),
    ],
)
def test_ss_19_the_hours_around_the_change_name_one_moment(moment: datetime, wire_date: str) -> None:
    assert date_of(moment) == wire_date


def test_what_a_call_has_no_field_for_is_not_sent() -> None:
    plain = wire.submission(Submission("b", TWO, variant="VOICE"))
    asked = VoiceOptions(repeat_dtmf=True, max_count=4, pause=3, audio_url="https://example.com/hello.wav")
    assert wire.submission(Submission("b", TWO, variant="VOICE", language="POLISH", voice=asked)) == plain
