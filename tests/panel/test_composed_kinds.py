"""The composer beyond plain texts: kinds, calls, priority, reports and cost centres."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from campaigns.models import Campaign, CostCentre, Kind
from contacts import upsert
from tests.panel.composing import compose
from tests.personas import Persona

ONE = "48500100200"
CALL = {"variant": "VOICE", "numbers": "221234567", "text": "Hello"}


def saved(persona: Persona, **fields: Any) -> Campaign:
    """Return the draft that the composer makes of these fields."""
    answer = compose(persona, **{"numbers": ONE} | fields)
    assert answer.status_code == 302, answer.context["form"].errors
    return Campaign.objects.get()


def refused(persona: Persona, field: str, **fields: Any) -> str:
    """Return what the composer says at a field, and see that nothing is kept."""
    form = compose(persona, **{"numbers": ONE} | fields).context["form"]
    assert not Campaign.objects.exists()
    return " ".join(form.errors[field])


def test_without_saying_anything_it_is_a_text_with_reports(slave: Persona) -> None:
    campaign = saved(slave)
    assert (campaign.kind, campaign.priority, campaign.wants_reports) == (Kind.TEXT, 0, True)
    assert (campaign.language, campaign.voice, campaign.validity) == ("", {}, None)


def test_a_call_is_made_of_its_variant(slave: Persona) -> None:
    campaign = saved(slave, **CALL, language="WELSH", max_count="0", pause="3", repeat_dtmf="on", kind="FLASH")
    assert (campaign.kind, campaign.language) == (Kind.VOICE, "WELSH")
    assert campaign.voice == {"max_count": 0, "pause": 3, "repeat_dtmf": True}
    assert campaign.recipients.get().msisdn == "48221234567"


def test_what_belongs_to_calls_does_not_stay_with_a_text(slave: Persona) -> None:
    campaign = saved(slave, language="WELSH", max_count="2")
    assert (campaign.language, campaign.voice) == ("", {})


@pytest.mark.parametrize(
    "field, value",
    [("max_count", "5"), ("pause", "11"), ("min_period", "1441"), ("audio_url", "no address"), ("language", "KLINGON")],
)
def test_js_40_limits_are_told_at_the_field(slave: Persona, field: str, value: str) -> None:
    assert refused(slave, field, **CALL, **{field: value})


def test_js_40_the_time_of_the_next_call_is_not_over_before_it_begins(slave: Persona) -> None:
    assert refused(slave, "max_period", **CALL, min_period="20", max_period="10")


def test_ss_11_a_business_card_is_built_from_a_contact(slave: Persona) -> None:
    upsert.contacts(account_id=slave.account.pk, fields=("first_name", "last_name"), rows=[(ONE, "Jan;", "Nowak")])
    campaign = saved(slave, kind="VCARD", card="500 100 200", text="")
    assert campaign.text.splitlines()[:3] == ["BEGIN:VCARD", "VERSION:2.1", "N:Nowak;Jan\\;"]
    assert f"TEL;CELL:+{ONE}" in campaign.text


def test_a_business_card_of_somebody_else_s_contact_is_nobody_s(slave: Persona, stranger: Persona) -> None:
    upsert.contacts(account_id=stranger.account.pk, rows=[(ONE,)])
    assert "None of your contacts" in refused(slave, "card", kind="VCARD", card=ONE)


def test_ss_08_a_wap_push_asks_for_its_address(slave: Persona) -> None:
    assert "opens" in refused(slave, "link", kind="WAP_PUSH")
    assert saved(slave, kind="WAP_PUSH", link="example.com/a").link == "https://example.com/a"


def test_a_cost_centre_is_an_own_one_and_asked_for_where_it_is_needed(slave: Persona, stranger: Persona) -> None:
    other = CostCentre.objects.create(account=stranger.account, name="Other")
    own = CostCentre.objects.create(account=slave.account, name="Own")
    assert refused(slave, "cost_centre", cost_centre=other.pk)
    Account.objects.update(needs_cost_centre=True)
    assert refused(slave, "cost_centre")
    assert saved(slave, cost_centre=own.pk).cost_centre == own


def test_unusual_settings_are_shown_at_once_when_it_is_changed(slave: Persona) -> None:
    campaign = saved(slave, priority="2", validity="60", without_reports="on", report_url="https://example.com/r")
    assert (campaign.priority, campaign.validity, campaign.wants_reports) == (2, 60, False)
    page = slave.client.get(f"/campaigns/{campaign.pk}/edit/").content.decode()
    assert '<details class="sp-more" open>' in page
