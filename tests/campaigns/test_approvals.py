"""A dear campaign waits for a second person, who lets it go or refuses it, and everybody concerned is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from accounts import notices, points
from accounts.models import AuditEntry, Notice, User
from campaigns import approvals, lifecycle, orders
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, PostbackEndpoint, PostbackEvent, Variant
from smspanel import clock, doorbell
from smspanel import mail as post
from tests.campaigns.approving import colleague, waiting
from tests.campaigns.listening import listen
from tests.campaigns.sending import PRICE, Sending
from tests.invariants import assert_all_hold
from tests.personas import People


def told() -> list[tuple[str, str]]:
    """Return to whom which e-mail went."""
    return sorted((one.to[0], str(one.subject)) for one in mail.outbox)


def test_an_approved_campaign_starts_at_the_price_it_was_confirmed_at(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    approvals.approve(campaign=campaign, actor=people.staff.user)
    doorbell.run_all_due()
    assert Campaign.objects.get().state == Campaign.State.FINISHED
    assert sum(sending.air().values()) == 10
    assert_all_hold()


def test_who_confirmed_a_campaign_does_not_approve_it(people: People, sending: Sending) -> None:
    campaign = waiting(sending, confirmed_by=people.staff.user)
    with pytest.raises(NotPossibleNow, match="second person"):
        approvals.approve(campaign=campaign, actor=people.staff.user)
    approvals.approve(campaign=campaign, actor=colleague())
    assert Campaign.objects.get().state == Campaign.State.TO_SEND


def test_only_staff_with_the_right_decide(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    for actor in (people.slave.user, people.master.user, colleague(approves=False)):
        with pytest.raises(NotPossibleNow, match="may not decide"):
            approvals.approve(campaign=campaign, actor=actor)
        with pytest.raises(NotPossibleNow, match="may not decide"):
            approvals.refuse(campaign=campaign, actor=actor, reason="No")
    assert Campaign.objects.get().state == Campaign.State.TO_PAY


def test_a_refused_campaign_ends_at_once_with_its_points_back_and_the_reason(people: People, sending: Sending) -> None:
    listen(sending.account, "https://example.com", PostbackEndpoint.Kind.CAMPAIGNS)
    campaign = waiting(sending)
    approvals.refuse(campaign=campaign, actor=people.staff.user, reason="Smells of\nphishing")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.problem) == ("CANCELED", "Refused by the operator: Smells of phishing")
    assert points.balance(sending.account) == points.Balance(posted=1_000, held=0)
    assert [event.payload["bulkStatus"] for event in PostbackEvent.objects.order_by("pk")] == ["TO_PAY", "CANCELED"]
    assert AuditEntry.objects.filter(action="campaign.refuse", actor=people.staff.user).count() == 1
    assert_all_hold()


def test_a_refusal_without_a_reason_changes_nothing(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    with pytest.raises(NotPossibleNow, match="Write why"):
        approvals.refuse(campaign=campaign, actor=people.staff.user, reason=" \n")
    assert Campaign.objects.get().state == Campaign.State.TO_PAY


def test_what_is_decided_is_not_decided_again(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    approvals.refuse(campaign=campaign, actor=people.staff.user, reason="No")
    with pytest.raises(NotPossibleNow, match="does not wait"):
        approvals.approve(campaign=campaign, actor=people.staff.user)


def test_a_campaign_whose_time_has_passed_is_not_approved_into_being_missed(people: People, sending: Sending) -> None:
    campaign = waiting(sending, start_at=clock.now() + timedelta(hours=1))
    with clock.travel(hours=4), pytest.raises(NotPossibleNow, match="time has passed"):
        approvals.approve(campaign=campaign, actor=people.staff.user)
    assert points.balance(sending.account).held == 10 * PRICE


def test_approvers_are_told_once_and_whoever_may_not_approve_is_not(people: People, sending: Sending) -> None:
    colleague("off@example.com", enabled=False)
    colleague("elsewhere@example.com", approves=False)
    waiting(sending)
    doorbell.run_all_due()
    for notice in Notice.objects.all():
        notices.send(notice.pk)
    assert told() == [("staff@example.com", "A campaign waits for approval: Sale")]
    assert "48500" not in mail.outbox[0].body
    assert "/decide/" in mail.outbox[0].body


@pytest.mark.parametrize(
    "approved, subject", [(True, "Your campaign is approved"), (False, "Your campaign is refused")]
)
def test_the_owner_is_told_what_was_decided(people: People, sending: Sending, approved: bool, subject: str) -> None:
    campaign = waiting(sending)
    if approved:
        approvals.approve(campaign=campaign, actor=people.staff.user)
    else:
        approvals.refuse(campaign=campaign, actor=people.staff.user, reason="Phishing")
    doorbell.run_all_due()
    assert told() == [("slave@example.com", f"{subject}: Sale")]
    assert ("Phishing" in mail.outbox[0].body) is not approved


def test_a_person_reads_it_in_their_language(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.update(language="pl")
    waiting(sending)
    monkeypatch.setattr(notices, "written", lambda _notice: (translation.get_language(), ""))
    doorbell.run_all_due()
    assert told() == [("staff@example.com", "pl")]


def test_an_e_mail_that_the_server_refuses_is_tried_again_and_given_up_in_the_end(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_mail: str) -> None:
        raise post.NotSent("away")

    waiting(sending)
    monkeypatch.setattr(post, "send", refuse)
    for attempt in range(notices.ATTEMPTS):
        with clock.travel(days=attempt):
            doorbell.run_due("inbox")
    found = Notice.objects.get()
    assert (found.attempts, found.next_attempt_at, found.sent_at) == (notices.ATTEMPTS, None, None)
    assert found.problem == "away"


def test_an_e_mail_that_is_news_no_more_is_not_sent(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    lifecycle.cancel(campaign=campaign, actor=people.slave.user)
    doorbell.run_all_due()
    assert told() == []


def test_many_single_messages_that_wait_are_one_e_mail(sending: Sending) -> None:
    sending.account.approval_above = 1
    sending.account.save()
    for index in range(3):
        order = orders.Order(name="API", text=f"Hello {index}", variant=Variant.ECO)
        orders.single(account=sending.account, to="500000100", order=order, key=None)
    assert Campaign.objects.filter(state=Campaign.State.TO_PAY).count() == 3
    assert Notice.objects.count() == 1
