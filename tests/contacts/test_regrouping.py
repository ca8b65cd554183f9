"""Groups are made of groups: copied, merged, split, intersected, and of those who were not texted lately."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Connection
from campaigns.models import Batch, Campaign, Message
from contacts import bulk, groups, regrouping, sizes
from contacts.groups import GroupRefused
from contacts.models import BulkJob, Contact, Group
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, contact_of, make_group, number, open_route
from tests.personas import Persona

NUMBERS = [number(index) for index in range(25)]


@pytest.fixture
def group(slave: Persona) -> Group:
    """A group of 25."""
    return make_group(slave.account, NUMBERS)


def members(name: str) -> list[str]:
    """Return the numbers in a group, after everything that is due was done and its size was checked."""
    doorbell.run_all_due()
    assert sizes.wrong() == []
    return sorted(Group.objects.get(name=name).members.values_list("msisdn", flat=True))


def test_a_copy_has_the_same_members(slave: Persona, group: Group) -> None:
    regrouping.copy(group=group, name="Copy", actor=slave.user)
    assert members("Copy") == members("Customers") == NUMBERS


def test_an_intersection_has_those_of_both(slave: Persona, group: Group) -> None:
    other = make_group(slave.account, [*NUMBERS[:4], number(99)], "Others")
    regrouping.intersect(group=group, other=other, name="Both", actor=slave.user)
    assert members("Both") == NUMBERS[:4]


@pytest.mark.parametrize("keep", [True, False])
def test_merged_groups_stay_or_go(slave: Persona, group: Group, keep: bool) -> None:
    others = [make_group(slave.account, [NUMBERS[0], number(90 + index)], f"Other {index}") for index in range(2)]
    regrouping.merge(group=group, others=others, keep=keep, actor=slave.user)
    assert members("Customers") == sorted([*NUMBERS, number(90), number(91)])
    assert Group.objects.filter(name__startswith="Other").count() == (2 if keep else 0)
    assert Contact.objects.count() == 27


def test_a_group_that_a_campaign_needs_is_merged_only_if_it_stays(slave: Persona, group: Group) -> None:
    other = make_group(slave.account, [number(90)], "Other")
    sending = Sending(None, slave, open_route("http://127.0.0.1:9"))  # type: ignore[arg-type]  # nothing is sent
    job = regrouping.merge(group=group, others=[other], keep=False, actor=slave.user)[0]
    sending.draft([other], name="Spring sale")
    assert number(90) in members("Customers")
    job.refresh_from_db()
    assert (job.status, "still needed by: Spring sale" in job.problem) == (BulkJob.Status.DONE, True)
    with pytest.raises(GroupRefused, match="Spring sale"):
        regrouping.merge(group=group, others=[other], keep=False, actor=slave.user)


@pytest.mark.parametrize("how, expected", [({"parts": 3}, [9, 8, 8]), ({"size": 10}, [10, 10, 5])])
def test_a_split_has_everybody_once(
    slave: Persona, group: Group, how: dict[str, int], expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 4)
    regrouping.split(group=group, actor=slave.user, **how)
    parts = [members(f"Customers {index}") for index in (1, 2, 3)]
    assert [len(part) for part in parts] == expected
    assert sorted(one for part in parts for one in part) == NUMBERS


@pytest.mark.parametrize("how", [{"parts": 1}, {"parts": 0}, {"size": 25}, {"parts": 26}, {"size": 0}])
def test_a_split_into_one_or_too_many_is_refused(slave: Persona, group: Group, how: dict[str, int]) -> None:
    with pytest.raises(GroupRefused, match="groups of 25 members"):
        regrouping.split(group=group, actor=slave.user, **how)
    assert Group.objects.count() == 1


def test_those_who_were_not_texted_since_a_day(slave: Persona, group: Group) -> None:
    campaign = Campaign.objects.create(account=slave.account, name="Test", text="Hello")
    connection = Connection.objects.create(name="Nowhere", kind="serwersms")
    for index, days in ((0, 10), (1, 2)):
        with clock.travel(days=-days):
            batch = Batch.objects.create(campaign=campaign, connection=connection, state="ACCEPTED", size=1)
        contact = contact_of(slave.account, NUMBERS[index])
        fields = {"campaign": campaign, "batch": batch, "contact": contact, "msisdn": contact.msisdn}
        Message.objects.create(parts=1, points=1, state="SENT", **fields)
    since = (clock.now() - timedelta(days=5)).date()
    regrouping.idle(group=group, since=since, name="Idle", actor=slave.user)
    assert members("Idle") == [NUMBERS[0], *NUMBERS[2:]]


def test_what_is_named_twice_or_is_somebody_elses_is_refused(slave: Persona, stranger: Persona, group: Group) -> None:
    theirs = make_group(stranger.account, NUMBERS[:1])
    with pytest.raises(GroupRefused, match="There is a group with this name"):
        regrouping.copy(group=group, name="Customers", actor=slave.user)
    for other in (theirs, group):
        with pytest.raises(GroupRefused, match="Choose other groups"):
            regrouping.intersect(group=group, other=other, name="Both", actor=slave.user)
    assert not BulkJob.objects.exists()


def test_who_joins_a_group_while_it_is_merged_away_is_not_lost(slave: Persona, group: Group) -> None:
    other = make_group(slave.account, [number(90)], "Other")
    regrouping.merge(group=group, others=[other], keep=False, actor=slave.user)
    groups.add_numbers(group=other, raw_numbers=[number(91)], actor=None)
    assert members("Customers") == sorted([*NUMBERS, number(90), number(91)])
    assert not Group.objects.filter(name="Other").exists()
