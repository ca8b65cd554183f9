"""The rest of a HostedSMS account: counter, senders and replies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.hostedsms.client import HostedSmsClient
from smspanel.providers.values import Inbound, SenderName, SenderStatus
from smspanel.simulator import Simulator
from tests.providers.hostedsms import NOW, client
from tests.providers.scripted import Scripted, answer_json

SINCE = datetime(2026, 6, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize("counter", [1250, "1250"])
def test_the_counter_is_the_balance(server: Scripted, counter: object) -> None:
    server.script(answer_json({"CustomerValidTo": "2027-01-01T00:00:00", "SmsCounter": counter, "CurrentTime": NOW}))
    assert client(server).balance().items == {"SMS": 1250}
    assert server.requests[0].target == "/FullApi/CustomerInfo"
    server.script(answer_json({}))
    with pytest.raises(errors.Ambiguous):
        client(server).balance()


def test_every_valid_sender_is_approved(server: Scripted) -> None:
    server.script(answer_json({"Senders": ["INFO", "", None, "MOJAFIRMA"], "CurrentTime": NOW}))
    approved = SenderStatus.APPROVED
    assert client(server).senders() == [SenderName("INFO", approved), SenderName("MOJAFIRMA", approved)]
    server.script(answer_json({"Senders": None}))
    with pytest.raises(errors.Ambiguous):
        client(server).senders()


def test_a_reply_is_read(server: Scripted) -> None:
    item = {
        "MessageId": "5B1E8A0E-2F5E-4F7E-9F0A-1F2E3D4C5B6A",
        "Phone": "48500501501",
        "Recipient": "48661000123",
        "Message": "TAK",
        "ReceivedTime": "2026-06-30T11:58:00",
    }
    server.script(answer_json({"InputSmses": [item, {"Message": "nobody"}], "CurrentTime": NOW}))
    at = datetime(2026, 6, 30, 9, 58, tzinfo=UTC)
    expected = Inbound("5b1e8a0e-2f5e-4f7e-9f0a-1f2e3d4c5b6a", "48500501501", "48661000123", "TAK", at)
    assert client(server).inbound(SINCE) == (expected,)
    query: dict[str, Any] = dict(parse_qsl(urlsplit(server.requests[0].target).query))
    assert (query["Limit"], query["From"], query["MarkAsRead"]) == ("50", "2026-06-30T11:00:00", "false")


def test_more_replies_than_fit_into_an_answer_are_all_found(simulator: Simulator) -> None:
    started = clock.now()
    for index in range(120):
        simulator.reply("hostedsms", "48500100200", f"TAK {index}", to="48661000123")
        simulator.advance(7)
    asking = HostedSmsClient(
        base_url=simulator.url("hostedsms"), credentials={"user": "sim@example.com", "password": "sim-password"}
    )
    with clock.travel(seconds=900):
        replies = asking.inbound(started)
    assert [reply.text for reply in replies] == [f"TAK {index}" for index in range(120)]


def test_a_provider_that_ignores_the_span_is_given_up(server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    items = [{"MessageId": f"m{n}", "Phone": "48500501501", "Message": "TAK"} for n in range(50)]
    server.script(answer_json({"InputSmses": items, "CurrentTime": NOW}))
    assert len(client(server).inbound(SINCE)) == 50
    assert len(server.requests) == 60
    assert "more replies" in caplog.text
