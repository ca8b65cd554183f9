"""Two colleagues confirm two campaigns at once that fit into the day only one by one: one of them does."""

from __future__ import annotations

from functools import partial

import pytest

from accounts import points
from accounts.models import Account
from campaigns import confirming
from campaigns.models import Campaign
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.races.conftest import TEN
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(sending: Sending) -> list[Campaign]:
    """Two campaigns to ten people each, of an account that may send fifteen messages a day."""
    Account.objects.filter(pk=sending.account.pk).update(daily_cap=15)
    sending.account.refresh_from_db()
    points.hold(account=sending.account, points=1, key="makes the wallet of spent points", subject="campaign:0")
    group = sending.group(TEN)
    return [sending.draft([group]), sending.draft([group])]


def confirm(both: list[Campaign]) -> list[str]:
    """Confirm both at once."""
    return kinds(together(*(partial(confirming.confirm, campaign=one, actor=None) for one in both)))


def test_one_of_two_is_confirmed(both: list[Campaign], monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, points, "hold")
    assert confirm(both) == ["Campaign", "CampaignRefused"]
    assert_all_hold()


def test_without_the_lock_both_are(both: list[Campaign], monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, points, "hold")
    assert confirm(both) == (["Campaign"] * 2 if lost else ["Campaign", "CampaignRefused"])
