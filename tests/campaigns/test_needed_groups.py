"""A group is not deleted while a campaign is still to be sent to it, or to leave it out."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns import expansion, lifecycle
from campaigns.models import Campaign
from contacts import groups
from contacts.groups import GroupNeeded
from contacts.models import Group
from smspanel import doorbell
from tests.campaigns.sending import Sending, number

TEN = [number(index) for index in range(10)]


@pytest.mark.parametrize("state", ["DRAFT", "PLANNING", "TO_PAY", "TO_SEND", "EXPANDING"])
@pytest.mark.parametrize("naming", ["groups", "excluded_groups"])
def test_a_campaign_without_messages_needs_its_groups(sending: Sending, state: str, naming: str) -> None:
    group, other = sending.group(TEN), sending.group(TEN[:1], "Others")
    named: dict[str, Any] = {"groups": [other], "excluded_groups": []} | {naming: [group]}
    campaign = sending.draft(**named, name="Spring sale")
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    with pytest.raises(GroupNeeded, match="Customers is still needed by: Spring sale"):
        groups.remove(group=group, actor=None)
    assert group.members.count() == 10


@pytest.mark.parametrize("state", ["SENDING", "HOLD", "FINISHED", "CANCELING", "CANCELED", "ERROR", "MISSED"])
def test_a_campaign_with_its_messages_or_that_has_ended_needs_no_group(sending: Sending, state: str) -> None:
    group = sending.group(TEN)
    campaign = sending.draft([group])
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    groups.remove(group=group, actor=None)
    assert not Group.objects.exists()


def test_a_campaign_under_way_reaches_everybody_after_its_group_was_deleted(sending: Sending) -> None:
    group = sending.group(TEN)
    campaign = sending.confirm([group])
    lifecycle.start(campaign.pk)
    expansion.expand(campaign.pk)
    groups.remove(group=group, actor=None)
    doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_each_campaign_is_named_once_and_five_of_a_kind_at_most(sending: Sending) -> None:
    group = sending.group(TEN)
    for name in "abcdefg":
        sending.draft([group], name=name)
    assert "needed by: g, f, e, d, c. " in groups.why_needed(group)
    Campaign.objects.update(name="Twice")
    assert "needed by: Twice. " in groups.why_needed(group)
