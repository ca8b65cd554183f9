"""Two workers send a repeated campaign at once: the unique row of the day lets one of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts import audit
from campaigns import composing, jobs, planning, recurring
from campaigns.models import Campaign, Plan, Repetition, RepetitionRun
from tests.campaigns.repeating import due, repeat
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.races.conftest import TEN
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def repetition(sending: Sending) -> Repetition:
    """A draft that is sent every day."""
    return repeat(sending, sending.draft([sending.group(TEN)]))


def test_two_workers_make_one_campaign(repetition: Repetition, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, recurring, "_take")
    with due(repetition):
        assert together(*[partial(jobs.repeat, repetition.pk)] * 3) == [None] * 3
        assert recurring.due() == []
    assert (RepetitionRun.objects.count(), Campaign.objects.count()) == (1, 2)


def test_without_the_unique_row_they_make_two(repetition: Repetition, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(row: Repetition) -> RepetitionRun:
        assert row.next_at is not None
        return RepetitionRun(pk=0, repetition=row, slot=row.next_at.date())

    monkeypatch.setattr(recurring, "_take", take)
    meet_before(monkeypatch, recurring, "_make", surely=True)
    with due(repetition):
        together(*[partial(jobs.repeat, repetition.pk)] * 2)
    assert Campaign.objects.count() == 3


def planned(repetition: Repetition) -> RepetitionRun:
    """Make the copy and its plan."""
    jobs.repeat(repetition.pk)
    planning.make(Plan.objects.latest("pk").pk)
    return RepetitionRun.objects.get()


def test_two_workers_confirm_the_copy_once(sending: Sending, repetition: Repetition) -> None:
    with due(repetition):
        run = planned(repetition)
        together(*[partial(jobs.send_repeated, run.pk)] * 2)
    run.refresh_from_db()
    assert run.problem == ""
    assert sending.persona.available == 1_000 - 30
    assert_all_hold()


def test_a_copy_is_confirmed_or_rewritten(
    sending: Sending, repetition: Repetition, monkeypatch: pytest.MonkeyPatch
) -> None:
    with due(repetition):
        run = planned(repetition)
        copy = Campaign.objects.get(repeated_by=run)
        meet_before(monkeypatch, audit, "record")
        fields: dict[str, Any] = {"numbers": "", "groups": [], "excluded_groups": [], "text": "Not this"}
        rewrite = partial(composing.save, campaign=copy, account=sending.account, actor=None, **fields)
        _none, written = together(partial(jobs.send_repeated, run.pk), rewrite)
    copy.refresh_from_db()
    assert (copy.hold_id is None) == isinstance(written, Campaign)
    assert (copy.text == "Not this") == isinstance(written, Campaign)
    assert_all_hold()
