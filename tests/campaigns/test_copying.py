"""A campaign is copied, or written again to those whom it did not reach."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns import confirming, copying
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, Message, Recipient
from contacts.models import Group
from smspanel import clock, doorbell
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.campaigns.sending import Sending, number
from tests.panel.composing import compose, page_of, texts
from tests.personas import People

State = Message.State
NOT_REACHED = {State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED}
PERHAPS = {State.UNKNOWN, State.ASSUMED_SENT, State.NO_REPORT}


def with_every_state(sending: Sending, **fields: str) -> Campaign:
    """Return a campaign that has ended, with a message in every state, each to a number of its own."""
    page_of(sending.persona, compose(sending.persona, **{"numbers": "500000100"} | fields))
    campaign = confirming.confirm(campaign=Campaign.objects.get(), actor=sending.persona.user)
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.FINISHED)
    for index, state in enumerate(State.values):
        Message.objects.create(campaign=campaign, msisdn=number(index), parts=1, points=3, state=state)
    return Campaign.objects.get(pk=campaign.pk)


def numbers_of(states: set[State]) -> set[str]:
    return {number(index) for index, state in enumerate(State.values) if state in states}


def written_to(campaign: Campaign) -> set[str]:
    return set(campaign.recipients.values_list("msisdn", flat=True))


def test_a_copy_has_the_settings_and_the_recipients(sending: Sending) -> None:
    ours, others = sending.group([number(1)], "Ours"), sending.group([number(2)], "Others")
    given: dict[str, Any] = {"groups": [ours.pk], "excluded_groups": [others.pk], "numbers": "500100200, 12"}
    page_of(sending.persona, compose(sending.persona, text="Dear #first_name#", **given))
    source = Campaign.objects.get()
    new = copying.copy(campaign=source, actor=sending.persona.user)
    assert (new.state, new.name, new.text) == (Campaign.State.DRAFT, "Copy of Autumn", "Dear #first_name#")
    assert list(new.groups.all()) == [Group.objects.get(name="Ours")]
    assert list(new.excluded_groups.all()) == [Group.objects.get(name="Others")]
    assert list(new.recipients.values_list("raw", flat=True)) == ["500100200", "12"]
    assert (new.ref != source.ref, new.hold, new.confirmed_at) == (True, None, None)


def test_a_copy_of_a_campaign_from_a_file_sends_the_same_texts(sending: Sending) -> None:
    rows = "500000100;Hello Ann\n500000200;Hello Bob"
    page_of(sending.persona, compose(sending.persona, rows=rows, content="TEXTS", text=""))
    new = copying.copy(campaign=Campaign.objects.get(), actor=sending.persona.user)
    page_of(sending.persona, sending.persona.client.post(f"/campaigns/{new.pk}/plan/ask/"))
    confirming.confirm(campaign=new, actor=sending.persona.user)
    doorbell.run_all_due()
    assert texts(new) == {"48500000100": "Hello Ann", "48500000200": "Hello Bob"}


def test_only_those_are_written_to_again_who_surely_did_not_get_it(sending: Sending) -> None:
    new = copying.resend(campaign=with_every_state(sending), actor=sending.persona.user)
    assert written_to(new) == numbers_of(NOT_REACHED)
    assert new.state == Campaign.State.DRAFT


def test_those_of_whom_nobody_knows_it_are_added_only_when_that_is_accepted(sending: Sending) -> None:
    new = copying.resend(campaign=with_every_state(sending), actor=sending.persona.user, accepting_repeats=True)
    assert written_to(new) == numbers_of(NOT_REACHED | PERHAPS)


def test_the_page_tells_both_figures_and_needs_a_tick(sending: Sending) -> None:
    address = f"/campaigns/{with_every_state(sending).pk}/again/"
    page = sending.persona.client.get(address).content.decode()
    assert "4 people surely did not get it" in page
    assert "Of 3 more people nobody knows it" in page
    for given, expected in (({}, 4), ({"repeats": "on"}, 7)):
        sending.persona.client.post(address, given)
        assert Campaign.objects.latest("pk").recipients.count() == expected


def test_texts_of_a_file_are_written_again(sending: Sending) -> None:
    rows = f"{number(0)};Hello Ann\n{number(1)};Hello Bob"
    page_of(sending.persona, compose(sending.persona, rows=rows, content="TEXTS", text=""))
    campaign = confirming.confirm(campaign=Campaign.objects.get(), actor=sending.persona.user)
    doorbell.run_all_due()
    campaign.messages.filter(msisdn=number(1)).update(state=State.UNDELIVERED)
    again = copying.resend(campaign=Campaign.objects.get(), actor=sending.persona.user)
    assert list(again.recipients.values_list("msisdn", "text")) == [(number(1), "Hello Bob")]


def test_a_campaign_that_has_not_ended_is_not_sent_again(sending: Sending) -> None:
    campaign = with_every_state(sending)
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.SENDING)
    with pytest.raises(NotPossibleNow):
        copying.resend(campaign=Campaign.objects.get(), actor=sending.persona.user)


@pytest.mark.parametrize("forgotten", [Campaign.TEXTS, Campaign.NUMBERS])
def test_what_is_forgotten_is_not_sent_again(sending: Sending, forgotten: int) -> None:
    campaign = with_every_state(sending)
    Campaign.objects.filter(pk=campaign.pk).update(forgotten=forgotten)
    with pytest.raises(NotPossibleNow):
        copying.resend(campaign=Campaign.objects.get(), actor=sending.persona.user)


def test_who_was_erased_since_is_not_written_to_again(sending: Sending) -> None:
    campaign = with_every_state(sending)
    message = campaign.messages.get(state=State.FAILED)
    campaign.messages.filter(pk=message.pk).update(msisdn=message.forgotten_number)
    assert copying.unreached(campaign) == (3, 3)
    new = copying.resend(campaign=campaign, actor=sending.persona.user)
    assert written_to(new) == numbers_of(NOT_REACHED - {State.FAILED})


def test_when_everybody_got_it_there_is_nothing_to_send(sending: Sending) -> None:
    campaign = with_every_state(sending)
    campaign.messages.update(state=State.DELIVERED)
    before = Recipient.objects.count()
    answer = sending.persona.client.post(f"/campaigns/{campaign.pk}/again/", follow=True)
    assert "There is nobody to send it to again." in answer.content.decode()
    assert (Campaign.objects.count(), Recipient.objects.count()) == (1, before)


def test_a_prefix_is_copied_only_while_it_is_reserved(sending: Sending) -> None:
    allow(sending.account)
    reservation = reserve(make_prefix("WORD"), sending.account, hours=24)
    campaign = with_every_state(sending)
    Campaign.objects.filter(pk=campaign.pk).update(reservation=reservation)
    campaign.refresh_from_db()
    assert copying.copy(campaign=campaign, actor=sending.persona.user).reservation == reservation
    with clock.travel(hours=25):
        assert copying.copy(campaign=campaign, actor=sending.persona.user).reservation is None


def test_only_its_owner_copies_a_campaign(people: People, sending: Sending) -> None:
    campaign = with_every_state(sending)
    people.slave.user.role = "VIEWER"
    people.slave.user.save()
    for persona in (people.master, people.stranger, people.staff, people.slave):
        for address in ("copy", "again"):
            assert persona.client.post(f"/campaigns/{campaign.pk}/{address}/").status_code == 404
    assert Campaign.objects.count() == 1
