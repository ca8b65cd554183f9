"""An address that a campaign names is told of its delivery, in place of the account's (SS-16)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.models import PostbackEndpoint
from smspanel import clock, doorbell
from tests.campaigns.listening import DELIVERIES, OVERRIDE, listen, told
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold
from tests.providers.scripted import Scripted, answer

ONE = number(1)


@pytest.fixture
def sink() -> Iterator[Scripted]:
    """An owner's program that accepts everything."""
    with Scripted(answer(200, "{}")) as running:
        yield running


def deliver(sending: Sending, report_url: str = "") -> None:
    """Send one message, and let everything become due that follows."""
    sending.send([], numbers=ONE, report_url=report_url)
    with clock.travel(seconds=10):
        doorbell.run_all_due()


def test_its_own_address_is_told_and_the_usual_one_is_not(sending: Sending, sink: Scripted) -> None:
    usual = listen(sending.account, f"{sink.url}/usual", DELIVERIES)
    deliver(sending, f"{sink.url}/own")
    (request,) = sink.requests
    assert request.target == "/own"
    assert told(sink)[0]["deliveryStatus"] == "MESSAGE_DELIVERED"
    assert not usual.events.exists()
    assert_all_hold()


def test_macros_are_filled_in_and_percent_encoded(sending: Sending, sink: Scripted) -> None:
    deliver(sending, f"{sink.url}/own?id=#SMSID#&state=#STAN#&at=#DATA#&why=#PRZYCZYNA#")
    (request,) = sink.requests
    said = parse_qs(urlsplit(request.target).query)
    assert request.method == "GET"
    assert said["state"] == ["MESSAGE_DELIVERED"]
    assert said["at"][0].endswith("+00:00")


def test_campaigns_that_name_one_address_share_it(sending: Sending, sink: Scripted) -> None:
    deliver(sending, f"{sink.url}/own")
    deliver(sending, f"{sink.url}/own")
    assert PostbackEndpoint.objects.filter(kind=OVERRIDE).count() == 1
    assert len(sink.requests) == 2
    assert_all_hold()


def test_other_campaigns_still_tell_the_usual_address(sending: Sending, sink: Scripted) -> None:
    listen(sending.account, f"{sink.url}/usual", DELIVERIES)
    deliver(sending)
    assert [request.target for request in sink.requests] == ["/usual"]
    assert_all_hold()
