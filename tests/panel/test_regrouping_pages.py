"""The page that makes groups of a group."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.models import BulkJob, Contact, Group
from smspanel import doorbell
from tests.campaigns.sending import make_group, number
from tests.panel.test_import_pages import columns, upload
from tests.personas import People, Persona


@pytest.fixture
def group(slave: Persona) -> Group:
    """A group of four, beside one of two of them."""
    make_group(slave.account, [number(0), number(1)], "Some")
    return make_group(slave.account, [number(index) for index in range(4)])


def make(persona: Persona, group: Group, **form: Any) -> str:
    """Press the button, wait, and return the page that follows."""
    answer = persona.client.post(f"/groups/{group.pk}/regroup/", form, follow=True)
    doorbell.run_all_due()
    return answer.content.decode()


@pytest.mark.parametrize(
    "form, sizes",
    [
        ({"verb": "copy", "name": "New"}, {"New": 4}),
        ({"verb": "split", "number": "2"}, {"Customers 1": 2, "Customers 2": 2}),
        ({"verb": "cut", "number": "3"}, {"Customers 1": 3, "Customers 2": 1}),
        ({"verb": "intersect", "name": "New", "other": "Some"}, {"New": 2}),
        ({"verb": "idle", "name": "New", "since": "2020-01-01"}, {"New": 4}),
        ({"verb": "merge", "other": "Some", "remove": "on"}, {"Customers": 4}),
    ],
)
def test_every_verb_makes_its_groups(slave: Persona, group: Group, form: dict[str, str], sizes: dict[str, int]) -> None:
    if "other" in form:
        form = {**form, "other": str(Group.objects.get(name="Some").pk)}
    make(slave, group, **form)
    assert dict(Group.objects.filter(name__in=sizes).values_list("name", "size")) == sizes
    assert Group.objects.filter(name="Some").exists() == ("remove" not in form)


@pytest.mark.parametrize("verb", ["copy", "merge", "split", "cut", "intersect", "idle"])
def test_what_a_verb_needs_is_asked_for(slave: Persona, group: Group, verb: str) -> None:
    assert "This is needed for it." in make(slave, group, verb=verb)
    assert Group.objects.count() == 2


def test_only_its_own_people_make_groups_of_it(people: People, group: Group) -> None:
    for other in (people.stranger, people.master, people.staff):
        assert other.client.get(f"/groups/{group.pk}/regroup/").status_code == 404
    assert people.slave.client.get(f"/groups/{group.pk}/regroup/").status_code == 200
    assert (
        f"/contacts/group/{group.pk}/regroup/"
        in people.slave.client.get(f"/contacts/group/{group.pk}/change/").content.decode()
    )


def test_the_list_shows_the_sizes(slave: Persona, group: Group) -> None:
    page = slave.client.get("/contacts/group/").content.decode()
    assert f'?groups__id__exact={group.pk}">4</a>' in page


def test_an_import_into_the_group_has_it_chosen(slave: Persona, group: Group) -> None:
    address = slave.client.get(f"/contacts/group/{group.pk}/import-members/")["Location"]
    assert address == f"/import/?group={group.pk}"
    page = upload(slave, address=address)["Location"]
    shown = slave.client.get(page).content.decode()
    assert f'<option value="{group.pk}" selected>' in shown
    slave.client.post(page, columns(new_group="", group=str(group.pk)))
    doorbell.run_all_due()
    assert Group.objects.get(pk=group.pk).size == Contact.objects.count() == 5


def test_a_day_before_there_were_telephones_is_refused(slave: Persona) -> None:
    group = make_group(slave.account, [number(1)])
    asked = {"verb": "idle", "name": "Idle", "since": "0001-01-01"}
    assert slave.client.post(f"/groups/{group.pk}/regroup/", asked).status_code == 200
    assert not BulkJob.objects.exists()
