"""Campaigns that ask for an answer are written in the composer; the calendar and the chart show the rest."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from campaigns.models import Campaign, PrefixReservation
from smspanel import clock
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.panel.composing import compose, page_of
from tests.panel.test_reply_pages import make_reply
from tests.personas import People, Persona


@pytest.fixture
def held(slave: Persona) -> PrefixReservation:
    """A prefix that the slave holds."""
    allow(slave.account)
    return reserve(make_prefix("WORD"), slave.account)


def draft(persona: Persona, **fields: Any) -> Any:
    """Save a draft that asks for answers."""
    return compose(persona, numbers="500100200", save="draft", **({"variant": "ECO_RESP"} | fields))


def test_js_53_the_composer_asks_for_prefix_answer_and_forwarding(slave: Persona, held: PrefixReservation) -> None:
    answer = draft(
        slave,
        reservation=held.pk,
        reply_text="Thank you",
        forward_numbers="+48500100201\n500100201",
        forward_emails="a@example.com, b@example.com",
    )
    campaign = Campaign.objects.get()
    assert (campaign.reservation, campaign.reply_text) == (held, "Thank you")
    assert campaign.forward_numbers == ["48500100201"]
    assert campaign.forward_emails == ["a@example.com", "b@example.com"]
    shown = slave.client.get(answer["Location"]).content.decode()
    assert "WORD (" in shown
    assert "a@example.com\nb@example.com" in shown


@pytest.mark.parametrize(
    "fields, named",
    [
        ({"forward_numbers": "123"}, "forward_numbers"),
        ({"forward_emails": "nobody"}, "forward_emails"),
        ({"forward_numbers": "\n".join(f"5001002{n:02d}" for n in range(21))}, "forward_numbers"),
        ({"reply_text": "x" * 460}, "reply_text"),
        ({"reservation": "987654"}, "reservation"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    slave: Persona, held: PrefixReservation, fields: dict[str, str], named: str
) -> None:
    assert list(draft(slave, **fields).context["form"].errors) == [named]
    assert not Campaign.objects.exists()


def test_a_prefix_of_somebody_else_cannot_be_chosen(people: People, held: PrefixReservation) -> None:
    for persona in (people.stranger, people.master):
        assert list(draft(persona, reservation=held.pk).context["form"].errors) == ["reservation"]


def test_another_variant_asks_for_no_answer(slave: Persona, held: PrefixReservation) -> None:
    draft(slave, variant="ECO", reservation=held.pk, reply_text="Thank you", forward_emails="a@example.com")
    campaign = Campaign.objects.get()
    assert (campaign.reservation, campaign.reply_text, campaign.forward_emails) == (None, "", [])


def test_js_50_a_campaign_after_the_end_of_its_reservation_is_refused(slave: Persona, held: PrefixReservation) -> None:
    start = localtime(held.date_to + timedelta(hours=1))
    answer = compose(
        slave, numbers="500100200", variant="ECO_RESP", reservation=held.pk, start_at=f"{start:%Y-%m-%dT%H:%M}"
    )
    assert "WORD is not yours when the campaign starts." in page_of(slave, answer)


def test_the_calendar_names_the_holder_to_nobody_else(people: People, held: PrefixReservation) -> None:
    pages = {
        who: getattr(people, who).client.get("/prefixes/calendar/").content.decode()
        for who in ("staff", "master", "slave", "stranger")
    }
    for page in pages.values():
        assert "WORD" in page
    table = {who: page.partition("<tbody>")[2].partition("</tbody>")[0] for who, page in pages.items()}
    assert ["slave" in table[who] for who in pages] == [True, True, True, False]
    assert "taken" in table["stranger"]


@pytest.mark.parametrize("day", ["2026-99-99", "x", "0001-01-01", "9999-12-31", ""])
def test_the_calendar_opens_at_any_day(slave: Persona, held: PrefixReservation, day: str) -> None:
    assert slave.client.get("/prefixes/calendar/", {"from": day}).status_code == 200


def test_a_prefix_is_reserved_for_a_time_to_come(slave: Persona) -> None:
    allow(slave.account)
    prefix = make_prefix("LATER")
    start = localtime(clock.now() + timedelta(days=2), slave.account.zone)
    times = {"start": start, "until": start + timedelta(hours=5)}
    slave.client.post(
        f"/campaigns/prefix/{prefix.pk}/reserve/", {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in times.items()}
    )
    made = PrefixReservation.objects.get()
    assert made.date_to - made.date_from == timedelta(hours=5)


def test_js_57_the_chart_counts_one_s_own_answers_by_day_and_hour(people: People) -> None:
    yesterday = clock.now() - timedelta(days=1)
    for index in range(3):
        make_reply(people.slave.account, f"yes {index}", received_at=yesterday)
    make_reply(people.stranger.account, "no")
    shown = people.slave.client.get("/replies/chart/")
    assert shown.context["total"] == 3
    days = json.loads(shown.context["by_day"])
    assert (days["datasets"][0]["data"][-2:], len(days["labels"])) == ([3, 0], 30)
    hour = localtime(yesterday, people.slave.account.zone).hour
    assert json.loads(shown.context["by_hour"])["datasets"][0]["data"][hour] == 3


@pytest.mark.parametrize(
    "query", ["since=x&until=9999-12-31", "since=2000-01-01", "prefix=999999999999999999", "prefix=٣"]
)
def test_the_chart_survives_nonsense(slave: Persona, query: str) -> None:
    assert slave.client.get(f"/replies/chart/?{query}").status_code == 200
