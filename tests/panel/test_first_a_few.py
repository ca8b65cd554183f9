"""The composer asks for the first few messages, and the pages say what became of them."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign, Canary
from tests.panel.composing import compose
from tests.personas import Persona

FEW = {"canary_size": "20", "canary_percent": "95", "canary_minutes": "30"}


def test_what_was_asked_for_is_kept_and_shown_again(slave: Persona) -> None:
    answer = compose(slave, numbers="500100200", save="draft", **FEW)
    campaign = Campaign.objects.get()
    assert (campaign.canary_size, campaign.canary_percent, campaign.canary_minutes) == (20, 95, 30)
    assert 'name="canary_size" value="20"' in slave.client.get(answer["Location"]).content.decode()


def test_nothing_is_tried_first_unless_somebody_asks_for_it(slave: Persona) -> None:
    compose(slave, numbers="500100200", save="draft")
    assert Campaign.objects.get().canary_size == 0


@pytest.mark.parametrize(
    "wrong", [{"canary_size": "1001"}, {"canary_percent": "0"}, {"canary_minutes": "1441"}, {"canary_size": "x"}]
)
def test_figures_that_make_no_sense_are_refused(slave: Persona, wrong: dict[str, str]) -> None:
    answer = compose(slave, numbers="500100200", save="draft", **(FEW | wrong))
    assert list(answer.context["form"].errors) == list(wrong)
    assert not Campaign.objects.exists()


def test_a_failure_is_on_the_campaign_s_page_and_on_the_dashboard(slave: Persona) -> None:
    compose(slave, numbers="500100200", save="draft", **FEW)
    campaign = Campaign.objects.get()
    Campaign.objects.update(state="HOLD", hold_reason="CANARY", problem="Of the first 20 messages 3 were delivered")
    Canary.objects.create(campaign=campaign, size=20, status=Canary.Status.FAILED)
    shown = slave.client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert 'id="first" data-status="FAILED"' in shown
    assert "Of the first 20 messages" in slave.client.get("/").content.decode()
