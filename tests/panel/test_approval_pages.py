"""Staff see what waits for approval with its plan, decide about it, and the owner sees what was decided."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from campaigns.models import Campaign
from tests.campaigns.approving import colleague, waiting
from tests.campaigns.conftest import sending, simulator
from tests.campaigns.sending import Sending
from tests.personas import People, signed_in

__all__ = ["sending", "simulator"]


def test_the_list_and_the_decision_are_for_staff(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    for address in (reverse("campaigns-waiting"), reverse("campaign-decide", args=[campaign.pk])):
        assert [getattr(people, who).client.get(address).status_code for who in ("slave", "master", "stranger")] == [
            404,
            404,
            404,
        ]
        assert "Sale" in people.staff.client.get(address).content.decode()


def test_the_approver_sees_the_stored_plan(people: People, sending: Sending) -> None:
    campaign = waiting(sending, numbers="500000000, 12", text="Come today")
    page = people.staff.client.get(reverse("campaign-decide", args=[campaign.pk])).content.decode()
    assert all(words in page for words in ("Come today", "Not a mobile number", "Named more than once"))


def test_the_reason_of_a_refusal_is_on_the_owner_s_page(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    address = reverse("campaign-decide", args=[campaign.pk])
    people.slave.client.post(address, {"decision": "refuse", "reason": "x"})
    assert Campaign.objects.get().state == Campaign.State.TO_PAY
    people.staff.client.post(address, {"decision": "refuse", "reason": "Ask us first"})
    page = people.slave.client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert "Refused by the operator: Ask us first" in page


def test_somebody_without_the_right_is_told_so(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    other = signed_in(colleague(approves=False), None)
    address = reverse("campaign-decide", args=[campaign.pk])
    assert "Somebody else has to approve" in other.client.get(address).content.decode()
    answer = other.client.post(address, {"decision": "approve"}, follow=True).content.decode()
    assert "You may not decide about campaigns" in answer
    assert Campaign.objects.get().state == Campaign.State.TO_PAY


def test_an_administrator_gives_and_takes_the_right(people: People) -> None:
    user = colleague()
    address = reverse("admin:accounts_user_change", args=[user.pk])
    fields = {"email": user.email, "name": "", "role": "SUPPORT", "account": "", "enabled": "on", "language": "en"}
    people.staff.client.post(address, fields)
    assert not User.objects.get(pk=user.pk).approves
    people.staff.client.post(address, fields | {"approves": "on"})
    assert User.objects.get(pk=user.pk).approves
