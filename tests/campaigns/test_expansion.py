"""Making the messages: the rows are those of the plan, and whoever is stopped goes on where they were."""

from __future__ import annotations

import pytest

from accounts import points
from campaigns import expansion, jobs
from campaigns.models import Campaign, Message
from contacts.models import BlacklistEntry
from tests.campaigns.sending import PRICE, Sending, make_group, number
from tests.invariants import assert_all_hold

FIRST = [number(index) for index in range(7)]
SECOND = [number(index) for index in range(5, 12)]
PASTED = [number(index) for index in (0, 20, 21)]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "CHUNK", 3)
    monkeypatch.setattr(expansion, "PERSONAL_CHUNK", 3)


@pytest.fixture(params=["Hello " * 40, "Hello #first_name#"])
def campaign(sending: Sending, request: pytest.FixtureRequest) -> Campaign:
    """A started campaign to two groups that overlap, pasted numbers, and two people who are left out."""
    BlacklistEntry.objects.create(account=sending.account, msisdn=FIRST[1])
    confirmed = sending.confirm(
        [sending.group(FIRST, "First"), make_group(sending.account, SECOND, "Second", first_name="Ola")],
        text=request.param,
        numbers="\n".join([*PASTED, "nobody"]),
        excluded_groups=[sending.group([SECOND[-1]], "Not them")],
    )
    jobs.start(confirmed.pk)
    return confirmed


EXPECTED = (set(FIRST) | set(SECOND) | set(PASTED)) - {FIRST[1], SECOND[-1]}


def chunk_by_chunk(campaign: Campaign) -> list[int]:
    """Make the messages and return how many there were after each chunk."""
    counts = []
    while expansion.expand_chunk(campaign.pk):
        counts.append(Message.objects.filter(campaign=campaign).count())
    campaign.refresh_from_db()
    return counts


def assert_as_planned(campaign: Campaign) -> None:
    """Check that the messages are those that the plan counted, in number, parts and points."""
    messages = list(Message.objects.filter(campaign=campaign))
    plan = campaign.plan
    assert campaign.state == Campaign.State.SENDING
    assert {message.msisdn for message in messages} == EXPECTED
    assert (len(messages), sum(message.parts for message in messages)) == (plan.recipients, plan.parts)
    assert sum(message.points for message in messages) == campaign.expanded_points == plan.points
    assert {message.state for message in messages} == {Message.State.QUEUED}
    assert_all_hold()


def test_the_messages_are_those_of_the_plan(campaign: Campaign) -> None:
    counts = chunk_by_chunk(campaign)
    assert all(later - earlier <= 3 for earlier, later in zip([0, *counts], counts, strict=False))
    assert_as_planned(campaign)


def test_one_call_makes_all_of_them(campaign: Campaign) -> None:
    jobs.expand(campaign.pk)
    campaign.refresh_from_db()
    assert_as_planned(campaign)


def test_after_its_time_a_worker_leaves_the_rest_to_the_next(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion, "SECONDS", -1.0)
    jobs.expand(campaign.pk)
    assert list(jobs.due_expansions()) == [(campaign.pk,)]
    monkeypatch.undo()
    jobs.expand(campaign.pk)
    campaign.refresh_from_db()
    assert_as_planned(campaign)


@pytest.mark.parametrize("whole_chunks", [1, 3, 5])
def test_a_chunk_that_fails_leaves_nothing_and_is_made_again(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, whole_chunks: int
) -> None:
    for _ in range(whole_chunks):
        expansion.expand_chunk(campaign.pk)
    made = set(campaign.messages.values_list("pk", flat=True))
    with monkeypatch.context() as broken:
        broken.setattr(Campaign, "save", _fail)
        with pytest.raises(RuntimeError, match="cable"):
            expansion.expand_chunk(campaign.pk)
    assert set(campaign.messages.values_list("pk", flat=True)) == made
    chunk_by_chunk(campaign)
    assert set(campaign.messages.values_list("pk", flat=True)) >= made
    assert_as_planned(campaign)


def _fail(*_args: object, **_fields: object) -> None:
    raise RuntimeError("Somebody pulled the cable.")


def test_a_finished_expansion_makes_nothing_more(campaign: Campaign) -> None:
    jobs.expand(campaign.pk)
    campaign.refresh_from_db()
    jobs.expand(campaign.pk)
    jobs.start(campaign.pk)
    assert_as_planned(campaign)


def test_a_text_that_grew_since_the_plan_never_costs_more_than_was_held(sending: Sending) -> None:
    group = sending.group(FIRST[:3])
    campaign = sending.confirm([group], text="Hello #note_1#")
    group.members.filter(msisdn=FIRST[0]).update(note_1="x" * 200)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    costs = dict(campaign.messages.filter(state="QUEUED").values_list("msisdn", "points"))
    assert costs == {FIRST[0]: 2 * PRICE, FIRST[1]: PRICE}
    assert campaign.messages.get(msisdn=FIRST[2]).reason == "More points than the plan had"
    assert points.balance(sending.account).held == 3 * PRICE
