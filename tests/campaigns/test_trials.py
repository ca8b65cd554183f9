"""A test of a campaign to one's own number is one charged single message, whose cost is told first."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign, Message
from smspanel import doorbell
from tests.campaigns.sending import Sending, make_group
from tests.panel.composing import compose, page_of
from tests.personas import People

OWN = {"to": "500 000 100", "who": "Ann"}


@pytest.fixture
def address(sending: Sending) -> str:
    """The page of the test of a planned campaign to Ann."""
    group = make_group(sending.account, ["48500100200"], first_name="Ann")
    page_of(sending.persona, compose(sending.persona, text="Dear #first_name#, żółw", groups=[group.pk]))
    return f"/campaigns/{Campaign.objects.get().pk}/test/"


def test_the_cost_is_told_and_nothing_is_sent_yet(sending: Sending, address: str) -> None:
    page = sending.persona.client.get(address, OWN).content.decode()
    assert "Dear Ann, zolw" in page
    assert "Send it for 3 points" in page
    assert (Message.objects.count(), sending.persona.available) == (0, 1_000)


def test_the_test_arrives_and_is_charged_and_the_draft_stays(sending: Sending, address: str) -> None:
    sending.persona.client.post(address, OWN | {"points": "3"})
    doorbell.run_all_due()
    assert sending.air() == {"48500000100": 1}
    test = Message.objects.get().campaign
    assert (test.text, test.single, test.created_by) == ("Dear Ann, zolw", True, sending.persona.user)
    assert sending.persona.available == 997
    assert Campaign.objects.get(single=False).state == Campaign.State.PLANNING


def test_without_a_choice_it_has_the_values_of_some_recipient(sending: Sending, address: str) -> None:
    assert "Dear Ann, zolw" in sending.persona.client.get(address, {"to": "500000100"}).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"to": "12"}, "number"),
        ({"who": "Nobody"}, "Nobody who would get this campaign"),
        ({"points": "2"}, "The price has changed"),
        ({"to": "+49 1512 3456789"}, "reaches Polish numbers only"),
    ],
)
def test_what_is_refused_costs_nothing(sending: Sending, address: str, given: dict[str, str], sentence: str) -> None:
    answer = sending.persona.client.post(address, OWN | {"points": "3"} | given, follow=True)
    assert sentence in answer.content.decode()
    assert (Message.objects.count(), sending.persona.available) == (0, 1_000)


def test_a_post_without_a_price_sends_nothing(sending: Sending, address: str) -> None:
    assert b"Send it for 3 points" in sending.persona.client.post(address, OWN).content
    assert not Message.objects.exists()


def test_nobody_else_sends_a_test(people: People, sending: Sending, address: str) -> None:
    viewer = people.slave
    viewer.user.role = "VIEWER"
    viewer.user.save()
    for persona in (people.master, people.stranger, people.staff, viewer):
        assert persona.client.post(address, OWN | {"points": "3"}).status_code == 404
    assert not Message.objects.exists()
