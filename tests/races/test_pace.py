"""Two workers at the same moment do not begin two submissions where the pace allows one."""

from __future__ import annotations

from functools import partial

import pytest

from accounts import connections
from accounts.models import Connection
from campaigns import dispatch, jobs
from campaigns.models import Campaign
from smspanel import clock
from tests.campaigns.sending import Sending, number
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


def claim_for_two_campaigns(sending: Sending, expanded: Campaign) -> list[object]:
    """Claim at once for two campaigns over a connection that begins one submission a second, which does not pass."""
    Connection.objects.update(calls_per_second=1, max_parallel=9)
    other = sending.confirm([sending.group([number(50)], "Others")])
    jobs.start(other.pk)
    jobs.expand(other.pk)
    with clock.stop():
        return together(*(partial(dispatch.claim, campaign.pk) for campaign in (expanded, other)))


def test_one_of_two_campaigns_waits_for_the_next_second(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, connections, "take_turn")
    assert kinds(claim_for_two_campaigns(sending, expanded)) == ["Batch", "NoneType"]


def test_without_the_lock_both_begin(sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, connections, "take_turn")
    found = kinds(claim_for_two_campaigns(sending, expanded))
    assert (found == ["Batch", "Batch"]) == lost
