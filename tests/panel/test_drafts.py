"""A draft is kept without a plan, changed, planned later and deleted."""

from __future__ import annotations

import pytest

from campaigns import confirming
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, Plan, RecipientFile
from tests.campaigns.sending import open_route
from tests.panel.composing import compose, page_of
from tests.personas import Persona


@pytest.fixture(autouse=True)
def _route(db: None) -> None:
    open_route("http://127.0.0.1:1")


def test_a_draft_may_lack_everything_but_a_name(slave: Persona) -> None:
    answer = compose(slave, text="", save="draft")
    page = page_of(slave, answer)
    assert "The draft is saved." in page
    assert 'value="Autumn"' in page
    assert (Campaign.objects.get().state, Plan.objects.count()) == (Campaign.State.DRAFT, 0)


def test_looking_at_a_draft_plans_nothing(slave: Persona) -> None:
    compose(slave, numbers="500100200", save="draft")
    pk = Campaign.objects.get().pk
    assert "a draft without a plan" in slave.client.get(f"/campaigns/{pk}/", follow=True).content.decode()
    assert not Plan.objects.exists()
    assert "Confirm and hold 3 points" in page_of(slave, slave.client.post(f"/campaigns/{pk}/plan/ask/"))


def test_a_plan_of_what_was_written_before_cannot_be_confirmed(slave: Persona) -> None:
    page_of(slave, compose(slave, numbers="500100200"))
    campaign = Campaign.objects.get()
    compose(slave, f"/campaigns/{campaign.pk}/edit/", numbers="500100200, 500100201", save="draft")
    with pytest.raises(NotPossibleNow):
        confirming.confirm(campaign=campaign, actor=slave.user)
    assert slave.available == 1_000


def test_a_new_file_makes_the_old_plan_void_until_it_is_read(slave: Persona) -> None:
    page_of(slave, compose(slave, numbers="500100200"))
    campaign = Campaign.objects.get()
    compose(slave, f"/campaigns/{campaign.pk}/edit/", rows="500100201")
    with pytest.raises(NotPossibleNow):
        confirming.confirm(campaign=campaign, actor=slave.user)


def test_a_plan_that_is_asked_for_while_the_file_is_read_comes_afterwards(slave: Persona) -> None:
    compose(slave, rows="500100200\n500100201", save="draft")
    pk = Campaign.objects.get().pk
    assert "Confirm and hold 6 points" in page_of(slave, slave.client.post(f"/campaigns/{pk}/plan/ask/"))


def test_what_software_ordered_waits_for_a_person_who_changed_it(slave: Persona) -> None:
    page_of(slave, compose(slave, rows="500100200"))
    RecipientFile.objects.update(auto_send=True)
    address = f"/campaigns/{Campaign.objects.get().pk}/edit/"
    assert "Confirm and hold 3 points" in page_of(slave, compose(slave, address, text="Other"))
    assert Campaign.objects.get().state == Campaign.State.PLANNING


def test_a_draft_is_deleted_from_the_composer(slave: Persona) -> None:
    compose(slave, rows="500100200", save="draft")
    slave.client.post(f"/campaigns/{Campaign.objects.get().pk}/discard/")
    assert not Campaign.objects.exists()


def test_wrong_input_keeps_what_was_typed(slave: Persona) -> None:
    fields = {"text": "Dear #imie#", "numbers": "500100277", "start_at": "2031-01-02T10:00"}
    page = compose(slave, **fields, rows="500100200", content="TEXTS").content.decode()
    for typed in ("Dear #imie#", "500100277", "2031-01-02T10:00", '<option value="TEXTS" selected>'):
        assert typed in page
    assert "Choose the file again" in page


def test_a_form_that_comes_too_late_changes_nothing_and_says_so(slave: Persona) -> None:
    page_of(slave, compose(slave, numbers="500100200"))
    campaign = confirming.confirm(campaign=Campaign.objects.get(), actor=slave.user)
    answer = compose(slave, f"/campaigns/{campaign.pk}/edit/", text="Other")
    assert answer["Location"] == f"/campaigns/{campaign.pk}/"
    assert Campaign.objects.get().text == "Hello"
