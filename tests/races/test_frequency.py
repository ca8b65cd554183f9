"""Two campaigns of one tree, or two programs, write to the same people at once: the limit holds for both together."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import Account
from campaigns import confirming, expansion, frequency, jobs, orders
from campaigns.models import Campaign, Message, Variant
from tests.campaigns.sending import Sending, make_group
from tests.invariants import assert_all_hold
from tests.personas import People
from tests.races.conftest import TEN
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(people: People, sending: Sending) -> list[Campaign]:
    """A campaign of the slave and one of its master to the same ten, of which the tree allows one message each."""
    Account.objects.filter(pk=people.master.account.pk).update(cap_messages=1, cap_days=7)
    found = []
    for persona in (people.slave, people.master):
        persona.account.refresh_from_db()
        own = Sending(sending.simulator, persona, sending.connection)
        campaign = own.draft([make_group(persona.account, TEN)])
        confirming.confirm(campaign=campaign, actor=None)
        jobs.start(campaign.pk)
        found.append(campaign)
    return found


def made(both: list[Campaign]) -> int:
    """Make the messages of both at once and return how many there are."""
    together(*(partial(jobs.expand, campaign.pk) for campaign in both))
    return Message.objects.count()


def test_two_campaigns_make_one_message_for_each_number(both: list[Campaign], monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, expansion, "_insert")
    assert made(both) == len(TEN)
    assert_all_hold()


def test_without_the_lock_they_make_two(both: list[Campaign], monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_campaign: Campaign) -> None:
        """Lock nothing."""

    monkeypatch.setattr(frequency, "lock", nothing)
    # Both have inserted before either commits.
    lost = meet_without_locks(monkeypatch, Campaign, "save")
    assert made(both) == (2 * len(TEN) if lost else len(TEN))


def order(sending: Sending) -> list[object]:
    """Order two single messages to one number at once."""
    Account.objects.filter(pk=sending.account.root.pk).update(cap_messages=1, cap_days=7)
    sending.account.refresh_from_db()
    texts = [orders.Order(name="API", text=text, variant=Variant.ECO) for text in ("one", "two")]
    return together(
        *(partial(orders.single, account=sending.account, to=TEN[0], order=text, key=None) for text in texts)
    )


def test_two_single_messages_are_one(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, confirming, "begin_single")
    assert kinds(order(sending)) == ["CampaignRefused", "Message"]


def test_without_the_lock_both_single_messages_are_sent(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, confirming, "begin_single")
    assert kinds(order(sending)) == (["Message"] * 2 if lost else ["CampaignRefused", "Message"])
