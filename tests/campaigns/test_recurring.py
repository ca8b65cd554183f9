"""A campaign that is sent again and again: through the same verbs, once a day, and with every refusal told."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import points
from accounts.models import Account
from campaigns import composing, jobs, recurring
from campaigns.errors import CampaignRefused, NotPossibleNow
from campaigns.models import Campaign, ForbiddenWord, Message, Repetition, RepetitionRun
from smspanel import doorbell
from tests.campaigns.repeating import due, repeat
from tests.campaigns.sending import PRICE, Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]


@pytest.fixture
def repetition(sending: Sending) -> Repetition:
    """A draft to ten people that is sent every day."""
    return repeat(sending, sending.draft([sending.group(TEN)], name="News"))


def test_each_time_a_copy_is_planned_confirmed_and_sent(sending: Sending, repetition: Repetition) -> None:
    for times in (1, 2, 3):
        with due(repetition):
            doorbell.run_all_due()
        assert sending.air() == dict.fromkeys(TEN, times)
    made = Campaign.objects.exclude(pk=repetition.campaign_id)
    assert {campaign.state for campaign in made} == {Campaign.State.FINISHED}
    assert {campaign.confirmed_by for campaign in made} == {sending.persona.user}
    assert repetition.campaign.name == "News"
    assert sorted(campaign.name for campaign in made) == sorted(
        f"News {run.slot:%Y-%m-%d}" for run in repetition.runs.all()
    )
    assert_all_hold()


def test_what_is_rung_for_again_is_sent_once(sending: Sending, repetition: Repetition) -> None:
    with due(repetition):
        for _ in range(3):
            jobs.repeat(repetition.pk)
        run = RepetitionRun.objects.get()
        doorbell.run_all_due()
        jobs.send_repeated(run.pk)
        doorbell.run_all_due()
    assert (sending.air(), RepetitionRun.objects.count()) == (dict.fromkeys(TEN, 1), 1)


def test_before_its_time_nothing_happens(repetition: Repetition) -> None:
    with due(repetition, minutes=-1):
        assert recurring.due() == []
        jobs.repeat(repetition.pk)
    assert not RepetitionRun.objects.exists()


def test_missed_times_are_not_made_up_for(sending: Sending, repetition: Repetition) -> None:
    with due(repetition, minutes=3 * 24 * 60 + 300):
        doorbell.run_all_due()
    run = RepetitionRun.objects.get()
    assert (run.problem, run.campaign) == ("The panel was not running at that time.", None)
    with due(repetition):
        doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_what_was_switched_off_is_not_sent(sending: Sending, repetition: Repetition) -> None:
    repetition.is_active = False
    recurring.save(repetition=repetition, actor=None)
    with due(repetition):
        doorbell.run_all_due()
    assert not RepetitionRun.objects.exists()


def test_it_ends_after_as_many_times_as_wanted(sending: Sending) -> None:
    repetition = repeat(sending, sending.draft([sending.group(TEN)]), most=2)
    for _ in range(2):
        with due(repetition):
            doorbell.run_all_due()
    repetition.refresh_from_db()
    assert (repetition.next_at, sending.air()) == (None, dict.fromkeys(TEN, 2))


def without_points(sending: Sending) -> None:
    """Leave points for one message."""
    left = sending.persona.available
    points.hold(account=sending.account, points=left - PRICE, key="all but one", subject="campaign:0")


def with_a_forbidden_text(_sending: Sending) -> None:
    """Forbid what it says."""
    ForbiddenWord.objects.create(word="Hello")


def with_no_message_a_day_left(sending: Sending) -> None:
    """Let the account send nothing."""
    Account.objects.filter(pk=sending.account.pk).update(daily_cap=0)


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (without_points, "points"),
        (with_a_forbidden_text, "words that may not"),
        (with_no_message_a_day_left, "0 messages a day"),
    ],
)
def test_a_refusal_is_written_down_and_nothing_is_held(
    sending: Sending, repetition: Repetition, meanwhile: object, sentence: str
) -> None:
    assert callable(meanwhile)
    meanwhile(sending)
    held = points.balance(sending.account).held
    with due(repetition):
        doorbell.run_all_due()
    assert sentence in RepetitionRun.objects.get().problem
    assert (points.balance(sending.account).held, Message.objects.count()) == (held, 0)
    assert_all_hold()


def test_a_dear_one_waits_for_approval_as_any_other(sending: Sending, repetition: Repetition) -> None:
    Account.objects.filter(pk=sending.account.pk).update(approval_above=5)
    with due(repetition):
        doorbell.run_all_due()
    run = RepetitionRun.objects.get()
    assert run.campaign is not None
    assert (run.campaign.state, run.problem) == (Campaign.State.TO_PAY, "")


def test_a_copy_that_somebody_rewrites_is_not_confirmed_behind_their_back(
    sending: Sending, repetition: Repetition
) -> None:
    with due(repetition):
        jobs.repeat(repetition.pk)
        run = RepetitionRun.objects.get()
        assert run.campaign is not None
        fields: dict[str, Any] = {"numbers": "", "groups": [], "excluded_groups": [], "text": "Not this"}
        composing.save(campaign=run.campaign, account=sending.account, actor=None, **fields)
        doorbell.run_all_due()
    run.refresh_from_db()
    assert "Somebody changed it" in run.problem
    assert sending.air() == {}


def test_a_day_on_which_it_was_sent_is_not_taken_again_when_its_hour_is_changed(
    sending: Sending, repetition: Repetition
) -> None:
    with due(repetition):
        doorbell.run_all_due()
        repetition.refresh_from_db()
        repetition.at = repetition.at.replace(hour=23, minute=59)
        recurring.save(repetition=repetition, actor=None)
        assert repetition.next_at is not None
        assert repetition.next_at.astimezone(sending.account.zone).date() > RepetitionRun.objects.get().slot


def test_a_draft_that_is_repeated_is_not_deleted(repetition: Repetition) -> None:
    with pytest.raises(NotPossibleNow, match="again and again"):
        composing.discard(campaign=repetition.campaign)


def test_what_would_never_be_sent_is_refused(sending: Sending) -> None:
    with pytest.raises(CampaignRefused, match="never be sent"):
        repeat(sending, sending.draft([sending.group(TEN)]), rhythm="WEEKLY", weekdays="")
