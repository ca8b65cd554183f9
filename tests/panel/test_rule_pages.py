"""Forbidden words, reserved sender names, approvals, and the list of single messages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Transfer
from campaigns import confirming
from campaigns.models import Campaign, ForbiddenWord, Message, ReservedName, Sender
from tests.api.calling import Software, message
from tests.api.conftest import sending, simulator, software
from tests.campaigns.sending import Sending
from tests.personas import People, Persona

__all__ = ["sending", "simulator", "software"]


def test_staff_write_down_what_may_not_be_sent_and_others_cannot(people: People) -> None:
    word, name = reverse("admin:campaigns_forbiddenword_add"), reverse("admin:campaigns_reservedname_add")
    for persona, allowed in ((people.slave, False), (people.master, False), (people.staff, True)):
        persona.client.post(word, {"word": "casino", "note": ""})
        persona.client.post(name, {"name": "Bank", "note": ""})
        assert (ForbiddenWord.objects.exists(), ReservedName.objects.exists()) == (allowed, allowed)


def test_a_word_without_a_letter_is_refused(staff: Persona) -> None:
    staff.client.post(reverse("admin:campaigns_forbiddenword_add"), {"word": "!!", "note": ""})
    assert not ForbiddenWord.objects.exists()


def test_only_staff_may_give_a_reserved_name(people: People) -> None:
    ReservedName.objects.create(name="BANK")
    address = reverse("admin:campaigns_sender_add")
    answer = people.slave.client.post(address, {"name": "Bank"})
    assert "is reserved" in answer.content.decode()
    people.staff.client.post(address, {"name": "Bank", "account": people.slave.account.pk})
    assert Sender.objects.get().status == Sender.Status.APPROVED


def test_single_messages_have_a_list_of_their_own(people: People, software: Software, sending: Sending) -> None:
    software.post("message/send", message(message="Your code is 4711"))
    singles = reverse("admin:campaigns_message_changelist")
    assert "4711" in people.slave.client.get(singles).content.decode()
    assert "4711" not in people.stranger.client.get(singles).content.decode()
    campaigns = people.slave.client.get(reverse("admin:campaigns_campaign_changelist")).content.decode()
    assert reverse("campaign", args=[Campaign.objects.get().pk]) not in campaigns


@pytest.mark.parametrize("action, state", [("approve", "TO_SEND"), ("cancel", "CANCELING")])
def test_staff_decide_about_a_campaign_that_waits(people: People, sending: Sending, action: str, state: str) -> None:
    sending.account.approval_above = 5
    sending.account.save()
    campaign = confirming.confirm(campaign=sending.draft([sending.group(["48500000100", "48500000200"])]), actor=None)
    assert campaign.state == Campaign.State.TO_PAY
    address = reverse("campaign-act", args=[campaign.pk, action])
    if action == "approve":
        people.slave.client.post(address)
        assert Campaign.objects.get().state == Campaign.State.TO_PAY
    people.staff.client.post(address)
    assert Campaign.objects.get().state == state
    assert Transfer.objects.filter(kind=Transfer.Kind.HOLD).count() == 1
    assert not Message.objects.exists()
