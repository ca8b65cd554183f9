"""What arrives on the phone: flash, WAP push, business cards, calls; what nobody can carry is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from campaigns import offers
from campaigns.models import Campaign, Kind, Plan, Price, Route, Variant
from campaigns.text import CharacterPolicy
from smspanel.simulator import Simulator
from tests.campaigns.sending import Sending, number, open_route
from tests.invariants import assert_all_hold
from tests.personas import Persona

ONE = number(1)
CARD = "BEGIN:VCARD\nVERSION:2.1\nN:Nowak;Jan\nTEL:+48500100200\nEND:VCARD"


def problems(sending: Sending, **fields: Any) -> list[str]:
    """Return why a campaign with these fields cannot be sent."""
    plan = Plan.objects.get(campaign=sending.draft([], numbers=ONE, **fields))
    assert (plan.status == Plan.Status.REFUSED) == bool(plan.problems)
    return list(plan.problems)


def body(sending: Sending) -> dict[str, Any]:
    """Return what the last call to the provider said."""
    (entry,) = sending.simulator.journal(path="/messages/send_")
    found: dict[str, Any] = json.loads(entry["body"])
    return found


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"kind": Kind.FLASH}, {"flash": True}),
        ({"kind": Kind.WAP_PUSH, "link": "https://example.com/a"}, {"wap_push": "https://example.com/a"}),
        ({"kind": Kind.VCARD, "text": CARD}, {"vcard": True, "text": CARD}),
    ],
    ids=["flash", "WAP push", "business card"],
)
def test_a_kind_reaches_the_provider_as_its_flag_ss_05_ss_08_ss_11(
    sending: Sending, fields: dict[str, Any], said: dict[str, Any]
) -> None:
    campaign = sending.send([], numbers=ONE, **fields)
    assert campaign.state == Campaign.State.FINISHED
    sent = body(sending)
    assert {name: sent[name] for name in said} == said
    assert sending.air() == {ONE: 1}
    assert_all_hold()


def test_a_wap_push_is_charged_with_its_address(sending: Sending) -> None:
    link = "https://example.com/" + "a" * 100
    campaign = sending.draft([], numbers=ONE, kind=Kind.WAP_PUSH, link=link, text="b" * 100)
    assert campaign.plan.parts == 2


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"kind": Kind.WAP_PUSH}, "needs the address"),
        ({"kind": Kind.VCARD}, "BEGIN:VCARD"),
        ({"kind": Kind.VCARD, "text": "BEGIN:VCARD\nVERSION:2.1\nTEL:1\nEND:VCARD"}, "has no name"),
        ({"kind": Kind.WAP_PUSH, "link": "https://example.com", "text": "Hi #first_name#"}, "Everybody gets the same"),
        ({"kind": Kind.VOICE}, "variant Voice"),
    ],
)
def test_what_a_kind_lacks_is_told_in_the_plan(sending: Sending, fields: dict[str, Any], words: str) -> None:
    assert words in " ".join(problems(sending, **fields))


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"validity": 60}, "SerwerSMS cannot carry a limit of how long messages wait"),
        ({"kind": Kind.HLR, "text": ""}, "SerwerSMS cannot carry number checks"),
    ],
)
def test_what_the_provider_cannot_carry_is_refused_by_name(
    sending: Sending, fields: dict[str, Any], words: str
) -> None:
    Price.objects.create(variant=Variant.ECO, kind=Kind.HLR, points=1)
    assert words in " ".join(problems(sending, **fields))


def test_every_provider_that_could_not_carry_it_is_named(sending: Sending, simulator: Simulator) -> None:
    open_route(simulator.url("hostedsms"), name="Second", kind="hostedsms")
    told = " ".join(problems(sending, kind=Kind.VCARD, text=CARD, validity=60))
    assert "SerwerSMS cannot carry a limit" in told
    assert "HostedSMS cannot carry business cards" in told


def test_of_two_routes_the_one_is_taken_that_carries_it(sending: Sending, simulator: Simulator) -> None:
    jo = open_route(simulator.url("jomobile"), name="JO", kind="jomobile", options={"sender": "INFO"})
    Route.objects.filter(connection=jo).update(rank=2)
    campaign = sending.confirm([], numbers=ONE, validity=60)
    assert campaign.connection == jo


def test_special_characters_are_still_their_own_complaint(sending: Sending) -> None:
    told = problems(sending, policy=CharacterPolicy.UNICODE, text="ą")
    assert "cannot carry special characters" in " ".join(told)


def voice(sending: Sending, **fields: Any) -> list[str]:
    """Return why a call with these fields cannot be made over SerwerSMS."""
    Route.objects.create(variant=Variant.VOICE, connection=sending.connection)
    Price.objects.create(variant=Variant.VOICE, points=7)
    return problems(sending, variant=Variant.VOICE, kind=Kind.VOICE, **fields)


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"language": "GERMAN"}, "calls in this language"),
        ({"voice": {"max_count": 2}}, "calls that are repeated"),
        ({"voice": {"audio_url": "https://example.com/a.wav"}}, "calls that play a recording"),
    ],
)
def test_js_40_what_a_call_asks_for_is_not_lost(sending: Sending, fields: dict[str, Any], words: str) -> None:
    assert words in " ".join(voice(sending, **fields))


def test_js_40_a_polish_call_is_made_by_whoever_reads_polish(sending: Sending) -> None:
    assert voice(sending, language="POLISH") == []


def test_a_call_reaches_a_landline_and_a_text_does_not(sending: Sending, slave: Persona) -> None:
    Route.objects.create(variant=Variant.VOICE, connection=sending.connection)
    Price.objects.create(variant=Variant.VOICE, points=7)
    call = sending.draft([], numbers="221234567", variant=Variant.VOICE, kind=Kind.VOICE)
    assert call.plan.recipients == 1
    assert sending.draft([], numbers="221234567").plan.recipients == 0


def test_priority_costs_its_surcharge_and_is_called_speed(sending: Sending) -> None:
    Price.objects.update(surcharge=2)
    assert sending.draft([], numbers=ONE, priority=1).plan.points == 5
    assert sending.draft([], numbers=ONE).plan.points == 3


def test_a_new_surcharge_needs_a_new_plan_only_of_urgent_campaigns(sending: Sending) -> None:
    urgent, usual = (sending.draft([], numbers=ONE, priority=priority) for priority in (1, 0))
    Price.objects.update(surcharge=2)
    assert [_digest(one) == one.plan.offer_digest for one in (urgent, usual)] == [False, True]


def _digest(campaign: Campaign) -> str:
    return offers.of(campaign).digest


def test_nobody_is_asked_for_reports_that_are_not_wanted(sending: Sending) -> None:
    campaign = sending.send([], numbers=ONE, wants_reports=False)
    assert list(campaign.batches.values_list("next_pull_at", flat=True)) == [None]
