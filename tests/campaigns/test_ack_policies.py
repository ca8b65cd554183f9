"""Providers that cannot be asked: an idempotent one is called again, any other is assumed to have sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns import lifecycle
from campaigns.models import Batch, Campaign
from contacts.models import BlacklistEntry
from smspanel import clock, doorbell
from smspanel.providers import errors, registry
from tests.campaigns.policies import AtMostOnce, Forgetful, Idempotent
from tests.campaigns.sending import PRICE, make_group, number, open_route, states
from tests.campaigns.sending import Sending as Helper
from tests.invariants import assert_all_hold
from tests.personas import Persona

FOUR = [number(index) for index in range(10, 14)]
LOST = errors.Ambiguous("lost")


@pytest.fixture(autouse=True)
def _providers(monkeypatch: pytest.MonkeyPatch) -> None:
    for client in (Idempotent, AtMostOnce):
        path = f"{client.__module__}.{client.__name__}"
        monkeypatch.setitem(registry._CLIENTS, client.kind, path)
    for name, empty in (("lost", []), ("calls", []), ("air", {})):
        monkeypatch.setattr(Forgetful, name, empty)


def send(slave: Persona, kind: str, *lost: errors.ProviderError | None) -> Campaign:
    """Send to FOUR over a provider of that kind which loses these answers."""
    Forgetful.lost.extend(lost)
    connection = open_route("", kind=kind, grace_seconds=None)
    helper = Helper(None, slave, connection)  # type: ignore[arg-type]  # these providers need no simulator
    return helper.send([make_group(slave.account, FOUR)])


def later(seconds: float) -> None:
    """Do what is due after so many seconds."""
    with clock.travel(seconds=seconds):
        doorbell.run_all_due()


def test_an_idempotent_provider_is_called_again_after_the_grace(slave: Persona) -> None:
    campaign = send(slave, "idempotent", LOST)
    assert (states(campaign), len(Forgetful.calls)) == ({"UNKNOWN": 4}, 1)
    later(31)
    first, second = Forgetful.calls
    assert second == replace(first, repeated=True)
    assert (states(campaign), slave.available) == ({"SENT": 4}, 1_000 - 4 * PRICE)
    assert set(Forgetful.air.values()) == {1}
    assert_all_hold()


@pytest.mark.parametrize("second", [errors.Unreachable(), errors.Ambiguous(), errors.RequestRefused()])
def test_a_repetition_that_fails_proves_nothing_about_the_first_call(
    slave: Persona, second: errors.ProviderError
) -> None:
    campaign = send(slave, "idempotent", LOST, second)
    later(31)
    assert states(campaign) == {"UNKNOWN": 4}
    later(50)
    assert (states(campaign), slave.available) == ({"SENT": 4}, 1_000 - 4 * PRICE)
    assert_all_hold()


def test_cancelling_does_not_turn_an_unclear_message_into_one_that_was_not_sent(slave: Persona) -> None:
    campaign = send(slave, "idempotent", LOST)
    lifecycle.cancel(campaign=campaign, actor=None)
    later(31)
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == (Campaign.State.CANCELED, {"SENT": 4})
    assert_all_hold()


def test_a_number_blacklisted_meanwhile_is_still_accounted_for(slave: Persona) -> None:
    campaign = send(slave, "idempotent", LOST)
    BlacklistEntry.objects.create(account=slave.account, msisdn=FOUR[0])
    later(31)
    assert states(campaign) == {"SENT": 4}


def test_a_paused_campaign_repeats_nothing_until_it_goes_on(slave: Persona) -> None:
    campaign = send(slave, "idempotent", LOST)
    lifecycle.pause(campaign=campaign, actor=None)
    later(31)
    assert (states(campaign), len(Forgetful.calls)) == ({"UNKNOWN": 4}, 1)
    lifecycle.resume(campaign=campaign, actor=None)
    later(50)
    assert states(campaign) == {"SENT": 4}


def test_what_can_neither_be_asked_nor_repeated_is_assumed_sent_and_charged(slave: Persona) -> None:
    campaign = send(slave, "at-most-once", LOST)
    later(29)
    assert states(campaign) == {"UNKNOWN": 4}
    later(31)
    campaign.refresh_from_db()
    assert (states(campaign), len(Forgetful.calls)) == ({"ASSUMED_SENT": 4}, 1)
    assert (campaign.state, slave.available) == (Campaign.State.FINISHED, 1_000 - 4 * PRICE)
    assert Batch.objects.get(campaign=campaign).state == Batch.State.ASSUMED_SENT
    assert_all_hold()


def test_proof_that_nothing_left_is_used_whatever_the_policy(slave: Persona) -> None:
    campaign = send(slave, "at-most-once", errors.Unreachable())
    assert states(campaign) == {"QUEUED": 4}
    later(3)
    assert states(campaign) == {"SENT": 4}
    assert set(Forgetful.air.values()) == {1}
