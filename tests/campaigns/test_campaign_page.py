"""The page of a campaign: what became of its messages, by operator too, what happened, and what can be done now."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import canaries, confirming, history, lifecycle, progress
from campaigns.models import Campaign, Canary, Message
from smspanel import clock
from tests.campaigns.sending import Sending

MOST_QUERIES = 12
PLUS, PLAY, ORANGE = "48601000001", "48883200001", "48500000001"


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign that is being sent: to Plus twice, to Play once, and to one who was ported to Plus."""
    found = confirming.confirm(campaign=sending.draft([sending.group([ORANGE])]), actor=sending.persona.user)
    lifecycle.start(found.pk)
    found = Campaign.objects.get(pk=found.pk)
    found.state = Campaign.State.SENDING
    found.save()
    for msisdn, state, network in (
        (PLUS, "DELIVERED", ""),
        ("48601000002", "UNDELIVERED", ""),
        (PLAY, "SENT", ""),
        (ORANGE, "DELIVERED", "PLUS"),
        ("48500000002", "QUEUED", ""),
    ):
        Message.objects.create(campaign=found, msisdn=msisdn, parts=1, points=3, state=state, network=network)
    return found


def page_of(sending: Sending, campaign: Campaign) -> str:
    """Return the campaign's page as its owner sees it."""
    return sending.persona.client.get(f"/campaigns/{campaign.pk}/").content.decode()


def happened(campaign: Campaign) -> list[str]:
    """Return what the page says happened, with what there is to say of it."""
    canary = Canary.objects.filter(campaign=campaign).first()
    found = history.of(campaign, moves=progress.of(campaign).moves, canary=canary)
    return [": ".join(filter(None, (str(event.what), event.more))) for event in found]


def test_every_operator_has_a_row_the_largest_first(campaign: Campaign) -> None:
    rows = [(row.name, row.sent, row.delivered, row.not_delivered) for row in progress.of(campaign).operators]
    assert rows == [("Plus", 3, 2, 1), ("Play", 1, 0, 0)]
    assert [round(sum(bar.percent for bar in row.bars)) for row in progress.of(campaign).operators] == [100, 33]


def test_the_page_takes_few_queries(sending: Sending, campaign: Campaign) -> None:
    page_of(sending, campaign)
    for headers in ({}, {"HX-Request": "true"}):
        with CaptureQueriesContext(connection) as queries:
            sending.persona.client.get(f"/campaigns/{campaign.pk}/", headers=headers)
        assert len(queries) <= MOST_QUERIES, [query["sql"][:90] for query in queries]


def test_the_history_tells_who_did_what_and_what_became_of_the_points(
    sending: Sending,
    campaign: Campaign,
) -> None:
    lifecycle.pause(campaign=campaign, actor=sending.persona.user)
    lifecycle.resume(campaign=campaign, actor=sending.persona.user)
    campaign.messages.filter(state="QUEUED").update(state="CANCELED")
    lifecycle.finish(campaign.pk)
    campaign.refresh_from_db()
    told = happened(campaign)
    assert told[:2] == ["Written", "Planned: recipients: 1, points: 3"]
    assert {"Confirmed", "Points held: 3", "Started", "Paused", "Resumed", "Points released: 3"} < set(told)
    assert told[-1] == "Finished, not all were sent"
    assert f"({sending.persona.user})" in page_of(sending, campaign)


def test_what_the_panel_does_by_itself_is_told_with_its_reason(campaign: Campaign) -> None:
    lifecycle.put_on_hold(campaign, Campaign.HoldReason.WINDOW)
    Campaign.objects.filter(pk=campaign.pk).update(resume_at=clock.now() - timedelta(minutes=1))
    lifecycle.reopen_windows()
    told = happened(campaign)
    assert "Paused by the panel: Outside the sending hours" in told
    assert "Resumed by the panel: Outside the sending hours" in told


def test_the_first_few_are_told(campaign: Campaign) -> None:
    campaign.canary_size = 1
    canary = Canary.objects.create(campaign=campaign, size=1, settled_at=clock.now())
    canaries._judge(campaign, canary, canaries._states(campaign))
    told = happened(campaign)
    assert "The first messages were sent: 1" in told
    assert "Too few of the first messages were delivered: 0 of 0 delivered" in told


@pytest.mark.parametrize(
    ("state", "reason", "wanted"),
    [
        ("TO_SEND", "", {"cancel"}),
        ("SENDING", "", {"pause", "cancel"}),
        ("HOLD", "PERSON", {"resume", "cancel"}),
        ("HOLD", "WINDOW", {"cancel"}),
        ("FINISHED", "", set()),
        ("CANCELING", "", set()),
    ],
)
def test_only_buttons_that_fit_the_state_are_there(
    sending: Sending,
    campaign: Campaign,
    state: str,
    reason: str,
    wanted: set[str],
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=state, hold_reason=reason)
    assert set(re.findall(r'/do/(\w+)/"', page_of(sending, campaign))) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("operator=POLAND_PLUS", {PLUS, "48601000002", ORANGE}),
        ("operator=POLAND_ORANGE", {"48500000002"}),
        ("operator=POLAND_PLUS&state=DELIVERED", {PLUS, ORANGE}),
        ("number=601 000", {PLUS, "48601000002"}),
        ("number=%2B48883", {PLAY}),
        ("operator=nonsense&state=zz&number=%27", {PLUS, "48601000002", ORANGE, PLAY, "48500000002"}),
    ],
)
def test_recipients_are_filtered_and_taken_home_as_they_are_shown(
    sending: Sending,
    campaign: Campaign,
    query: str,
    wanted: set[str],
) -> None:
    address = f"/campaigns/{campaign.pk}/recipients/?{query}"
    page = sending.persona.client.get(address).content.decode()
    assert set(re.findall(r"<td>(48\d{9})</td>", page)) == wanted
    file = sending.persona.client.get(f"{address}&download=csv").content.decode()
    assert set(re.findall(r"48\d{9}", file)) == wanted
