"""Two members of staff, or one and the owner, decide at once: one decision holds, and points move once."""

from __future__ import annotations

from functools import partial

import pytest

from accounts import audit, notices
from accounts.models import Notice, Transfer, User
from campaigns import approvals, jobs, lifecycle
from campaigns.models import Campaign
from smspanel import mail
from tests.campaigns.approving import colleague, waiting
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.personas import People
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


def decide_twice(people: People, other: User, campaign: Campaign) -> list[str]:
    """Approve and refuse at once."""
    return kinds(
        together(
            partial(approvals.approve, campaign=campaign, actor=people.staff.user),
            partial(approvals.refuse, campaign=campaign, actor=other, reason="No"),
        )
    )


def test_a_campaign_is_approved_or_refused(people: People, sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, other = waiting(sending), colleague()
    meet_before(monkeypatch, audit, "record")
    assert decide_twice(people, other, campaign) == ["Campaign", "NotPossibleNow"]
    campaign.refresh_from_db()
    given_back = Transfer.objects.filter(kind=Transfer.Kind.VOID).exists()
    assert (campaign.state == Campaign.State.CANCELED) == given_back
    assert_all_hold()


def test_without_the_lock_it_would_be_both(people: People, sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, other = waiting(sending), colleague()
    lost = meet_without_locks(monkeypatch, audit, "record")
    assert (decide_twice(people, other, campaign) == ["Campaign", "Campaign"]) == lost


def test_an_approval_and_a_cancellation_agree(people: People, sending: Sending) -> None:
    campaign = waiting(sending)
    together(
        partial(approvals.approve, campaign=campaign, actor=people.staff.user),
        partial(lifecycle.cancel, campaign=campaign, actor=people.slave.user),
    )
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CANCELING
    jobs.finish(campaign.pk)
    assert sending.persona.available == 1_000
    assert_all_hold()


def test_two_workers_send_an_e_mail_once(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(sending)
    sent: list[str] = []

    def remember(*, to: str, subject: str, body: str) -> None:
        sent.append(to)

    monkeypatch.setattr(mail, "send", remember)
    together(*[partial(notices.send, Notice.objects.get().pk)] * 2)
    assert sent == ["staff@example.com"]
