"""A number that is blacklisted while its campaign runs: whoever asked in time gets nothing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection

from campaigns import dispatch, jobs, queueing
from campaigns.models import Batch, Campaign, Message
from contacts import blacklist
from contacts.models import BlacklistEntry
from tests.campaigns.sending import PRICE, Sending, states
from tests.invariants import assert_all_hold
from tests.races.conftest import TEN
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def stop(sending: Sending, *numbers: str) -> None:
    """Put numbers on the blacklist, as a reply does."""
    source = BlacklistEntry.Source.REPLY
    blacklist.add(account=sending.account, raw_numbers=numbers, source=source, actor=None)


def stopped_just_before_the_claim(sending: Sending, monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    """Commit the entries between the choice of the messages and their claim.

    On SQLite nobody commits while a claim is open: there, it is before the claim.
    """
    if connection.vendor == "sqlite":
        stop(sending, *numbers)
        return
    take = queueing._take

    def meanwhile(*args: Any) -> int:
        assert together(partial(stop, sending, *numbers)) == [None]
        return take(*args)

    monkeypatch.setattr(queueing, "_take", meanwhile)


def test_what_was_blacklisted_after_the_expansion_is_never_claimed(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_just_before_the_claim(sending, monkeypatch, TEN[0], TEN[1])
    batch = dispatch.claim(expanded.pk)
    assert batch is not None
    assert (batch.size, states(expanded)) == (8, {"SUBMITTING": 8, "EXCLUDED": 2})
    left_out = Message.objects.filter(state=Message.State.EXCLUDED, batch=None).order_by("msisdn")
    assert list(left_out.values_list("msisdn", flat=True)) == TEN[:2]
    assert_all_hold()


def test_without_the_check_it_would_be(sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_just_before_the_claim(sending, monkeypatch, TEN[0], TEN[1])
    monkeypatch.setattr(blacklist, "holding_for", lambda _account: BlacklistEntry.objects.none())
    assert dispatch.claim(expanded.pk) is not None
    assert states(expanded) == {"SUBMITTING": 10}


def test_when_everybody_asked_in_time_all_points_come_back(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sending.persona.available == 1_000 - 10 * PRICE
    stopped_just_before_the_claim(sending, monkeypatch, *TEN)
    assert dispatch.claim(expanded.pk) is None
    jobs.finish(expanded.pk)
    expanded.refresh_from_db()
    assert (expanded.state, states(expanded)) == (Campaign.State.FINISHED_INCOMPLETE, {"EXCLUDED": 10})
    assert (Batch.objects.count(), sending.persona.available) == (0, 1_000)
    assert_all_hold()


def test_one_that_is_freed_between_both_is_sent_or_left_out_but_never_stuck(
    sending: Sending, expanded: Campaign
) -> None:
    stop(sending, TEN[0])
    free = partial(blacklist.remove, account=sending.account, raw_numbers=[TEN[0]], actor=None)
    together(partial(dispatch.claim, expanded.pk), free)
    assert states(expanded)["QUEUED"] == 0
    assert_all_hold()
