"""From the composer to the campaign's page, as an owner clicks through it."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns import confirming
from campaigns.models import Campaign
from contacts.models import BlacklistEntry
from smspanel import doorbell
from tests.campaigns.sending import make_group, open_route
from tests.personas import Persona


@pytest.fixture(autouse=True)
def _route(db: None) -> None:
    open_route("http://127.0.0.1:1")


def compose(persona: Persona, **fields: Any) -> Any:
    """Fill in the composer."""
    data = {"name": "Autumn", "variant": "ECO", "policy": "TRANSLITERATE", "text": "Hello", "numbers": "500100200"}
    return persona.client.post("/campaigns/new/", data | fields)


def test_a_campaign_is_written_planned_and_confirmed(slave: Persona) -> None:
    plan_page = compose(slave)["Location"]
    doorbell.run_all_due()
    assert "Confirm and hold 3 points" in slave.client.get(plan_page).content.decode()
    slave.client.post(plan_page.replace("/plan/", "/do/confirm/"))
    campaign = Campaign.objects.get()
    assert (campaign.state, slave.available) == (Campaign.State.TO_SEND, 997)


def test_the_plan_tells_who_is_left_out(slave: Persona) -> None:
    group = make_group(slave.account, ["48500100200", "48500100201"])
    BlacklistEntry.objects.create(account=slave.account, msisdn="48500100201")
    plan_page = compose(slave, groups=[group.pk], numbers="500100200, 12, 500100203")["Location"]
    doorbell.run_all_due()
    page = slave.client.get(plan_page).content.decode()
    for reason in ("Not a mobile number", "Named more than once", "On the blacklist"):
        assert reason in page
    assert '<strong id="plan-recipients">2</strong>' in page


def test_a_plan_that_costs_too_much_cannot_be_confirmed(slave: Persona) -> None:
    plan_page = compose(slave, numbers="\n".join(f"5001{n:05d}" for n in range(400)))["Location"]
    doorbell.run_all_due()
    assert "200 points are missing" in slave.client.get(plan_page).content.decode()
    answer = slave.client.post(plan_page.replace("/plan/", "/do/confirm/"), follow=True)
    assert "200 are missing" in answer.content.decode()
    assert Campaign.objects.get().state == Campaign.State.PLANNING


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "Hi #imie#"}, "is not known"),
        ({"numbers": ""}, "nobody would get this message"),
        ({"variant": "XXL"}, "Select a valid choice"),
        ({"start_at": "soon"}, "Enter a valid date/time"),
    ],
)
def test_the_composer_says_what_is_wrong_and_keeps_what_was_typed(
    slave: Persona, fields: dict[str, str], sentence: str
) -> None:
    answer = compose(slave, **fields)
    assert sentence in answer.content.decode()
    assert 'value="Autumn"' in answer.content.decode()
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"variant": "FULL"}, "needs a sender name"),
        ({"variant": "INTER"}, "There is no price for this variant"),
        ({"policy": "UNICODE", "text": "ż"}, "cannot carry special characters"),
        ({"policy": "REFUSE", "text": "ż"}, "outside the plain SMS alphabet"),
        ({"text": "a" * 1600}, "at most 10"),
        ({"numbers": "12"}, "Nobody is left"),
    ],
)
def test_a_plan_that_cannot_be_sent_says_why(slave: Persona, fields: dict[str, str], sentence: str) -> None:
    plan_page = compose(slave, **fields)["Location"]
    doorbell.run_all_due()
    page = slave.client.get(plan_page).content.decode()
    assert sentence in page
    assert "Confirm and hold" not in page


def test_the_counter_counts_what_would_be_sent(slave: Persona) -> None:
    answer = slave.client.post("/campaigns/count/", {"text": "Zażółć", "policy": "TRANSLITERATE"})
    page = answer.content.decode()
    assert "Zazolc" in page
    assert "1 part" in page


def test_a_confirmed_campaign_is_not_edited_and_not_deleted(slave: Persona) -> None:
    compose(slave)
    doorbell.run_all_due()
    campaign = confirming.confirm(campaign=Campaign.objects.get(), actor=slave.user)
    assert slave.client.get(f"/campaigns/{campaign.pk}/edit/")["Location"] == f"/campaigns/{campaign.pk}/"
    slave.client.post(f"/campaigns/{campaign.pk}/discard/")
    assert Campaign.objects.exists()


def test_cancelling_before_the_start_gives_the_points_back(slave: Persona) -> None:
    compose(slave)
    doorbell.run_all_due()
    campaign = confirming.confirm(campaign=Campaign.objects.get(), actor=slave.user)
    slave.client.post(f"/campaigns/{campaign.pk}/do/cancel/")
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, slave.available) == (Campaign.State.CANCELED, 1_000)


def test_names_and_texts_are_shown_as_text(slave: Persona) -> None:
    compose(slave, name="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    doorbell.run_all_due()
    for address in ("/campaigns/campaign/", f"/campaigns/{Campaign.objects.get().pk}/plan/"):
        page = slave.client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_pushed_report_is_stored_and_a_wrong_address_is_no_address(slave: Persona) -> None:
    connection = open_route("http://127.0.0.1:1", name="Other")
    assert slave.client.get(f"/in/{connection.inbox_token}?id=abc&st=x").status_code == 200
    assert connection.inbox.count() == 1
    assert slave.client.get("/in/guess?id=abc").status_code == 404
