"""Pages of repeated campaigns: the next times before anything is saved, and what became of each."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import Repetition, RepetitionRun
from smspanel import clock
from tests.campaigns.conftest import sending, simulator
from tests.campaigns.repeating import repeat
from tests.campaigns.sending import Sending, number
from tests.personas import People

__all__ = ["sending", "simulator"]


def form(**fields: object) -> dict[str, object]:
    """Return the fields of the form: every Monday and Friday from tomorrow on."""
    tomorrow = (clock.now() + timedelta(days=1)).date()
    weekly = {"is_active": "on", "rhythm": "WEEKLY", "weekdays": ["1", "5"], "at": "10:00", "starts_on": tomorrow}
    return weekly | {"day": "", "ends_on": "", "most": ""} | fields


def test_a_campaign_s_page_leads_to_it_and_it_is_saved(people: People, sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1)])], name="News")
    address = reverse("campaign-repeat", args=[campaign.pk])
    assert address in people.slave.client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    people.slave.client.post(address, form())
    saved = Repetition.objects.get()
    assert (saved.weekdays, saved.created_by, saved.account) == ("15", people.slave.user, people.slave.account)
    assert "News" in people.slave.client.get(reverse("admin:campaigns_repetition_changelist")).content.decode()


def test_the_next_five_times_are_shown_before_anything_is_saved(people: People) -> None:
    page = people.slave.client.post(reverse("repetition-next"), form()).content.decode()
    assert len(re.findall(r"<li>(Monday|Friday), .* 10:00</li>", page)) == 5
    assert not Repetition.objects.exists()
    assert (
        "at least one day" in people.slave.client.post(reverse("repetition-next"), form(weekdays=[])).content.decode()
    )
    assert people.staff.client.post(reverse("repetition-next"), form()).status_code == 404


def test_only_its_owner_begins_and_changes_one(people: People, sending: Sending) -> None:
    campaign = sending.draft([sending.group([number(1)])])
    begin = reverse("campaign-repeat", args=[campaign.pk])
    assert [getattr(people, who).client.get(begin).status_code for who in ("staff", "master", "stranger")] == [404] * 3
    page = reverse("repetition", args=[repeat(sending, campaign).pk])
    assert [getattr(people, who).client.get(page).status_code for who in ("staff", "master", "stranger")] == [
        200,
        200,
        404,
    ]
    for who in ("staff", "master", "stranger"):
        assert getattr(people, who).client.post(page, form(is_active="")).status_code == 404
    assert Repetition.objects.get().is_active


def test_what_became_of_each_time_is_told(people: People, sending: Sending) -> None:
    repetition = repeat(sending, sending.draft([sending.group([number(1)])]))
    today = clock.now().date()
    RepetitionRun.objects.create(repetition=repetition, slot=today, problem="Not enough points")
    made = sending.send([sending.group([number(2)])], name="News of today")
    RepetitionRun.objects.create(repetition=repetition, slot=today - timedelta(days=1), campaign=made)
    page = people.slave.client.get(reverse("repetition", args=[repetition.pk])).content.decode()
    assert all(words in page for words in ("Not enough points", "News of today", "Finished"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_on": "9999-12-31"}, "within the next ten years"),
        ({"starts_on": "x"}, "Enter a valid date"),
        ({"ends_on": "2020-01-01"}, "before the start"),
        ({"rhythm": "MONTHLY"}, "which day of the month"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    people: People, sending: Sending, fields: dict[str, str], sentence: str
) -> None:
    campaign = sending.draft([sending.group([number(1)])])
    answer = people.slave.client.post(reverse("campaign-repeat", args=[campaign.pk]), form(**fields))
    assert sentence in answer.content.decode()
    assert not Repetition.objects.exists()
