"""Many contacts at once: counted and asked first, then done in the background by those who may."""

from __future__ import annotations

import pytest

from contacts import selecting
from contacts.models import BulkJob, Contact, Group, Import
from smspanel import doorbell
from tests.campaigns.sending import make_group, number
from tests.personas import People, Persona

PAGE = "/contacts/change/"


@pytest.fixture
def group(slave: Persona) -> Group:
    """A group of sixty, and ten others."""
    make_group(slave.account, [number(index) for index in range(100, 110)], "Others")
    return make_group(slave.account, [number(index) for index in range(60)])


def test_the_list_leads_to_the_page_with_its_filter(slave: Persona, group: Group) -> None:
    page = slave.client.get(f"/contacts/contact/?groups__id__exact={group.pk}").content.decode()
    assert f'href="{PAGE}?groups__id__exact={group.pk}"' in page


def test_they_are_counted_first_and_nothing_happens(slave: Persona, group: Group) -> None:
    page = slave.client.get(f"{PAGE}?groups__id__exact={group.pk}").content.decode()
    assert "60 contacts" in page
    assert "in the group “Customers”" in page
    assert not BulkJob.objects.exists()


def test_a_count_that_ended_early_is_told_as_one(slave: Persona, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "MOST_COUNTED", 20)
    assert "More than 20 contacts" in slave.client.get(PAGE).content.decode()


def test_after_the_answer_it_is_done_and_its_page_says_so(slave: Persona, group: Group) -> None:
    answer = slave.client.post(f"{PAGE}?groups__id__exact={group.pk}", {"action": "DELETE"})
    assert 'hx-get="' in slave.client.get(answer["Location"]).content.decode()
    doorbell.run_all_due()
    page = slave.client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "60 / 60" in page
    assert Contact.objects.count() == 10


def test_they_can_be_put_into_a_new_group(slave: Persona, group: Group) -> None:
    slave.client.post(f"{PAGE}?q=485001", {"action": "JOIN", "new_group": "Found"})
    doorbell.run_all_due()
    assert Group.objects.get(name="Found").members.count() == Contact.objects.filter(msisdn__contains="485001").count()


@pytest.mark.parametrize(
    "form, sentence",
    [
        ({"action": "JOIN"}, "Choose a group."),
        ({"action": "LEAVE", "new_group": "x"}, "Choose a group."),
        ({"action": "DELETE", "new_group": "x"}, "A new group is only for putting people into it."),
        ({"action": "JOIN", "new_group": "Others"}, "There is a group with this name already."),
        ({"action": "EXPLODE"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    slave: Persona, group: Group, form: dict[str, str], sentence: str
) -> None:
    assert sentence in slave.client.post(PAGE, form).content.decode()
    assert not BulkJob.objects.exists()


@pytest.mark.parametrize("across, left", [("0", 68), ("1", 0)])
def test_the_ticked_ones_are_named_and_all_are_meant_by_their_filter(
    slave: Persona, group: Group, across: str, left: int
) -> None:
    ticked = list(Contact.objects.values_list("pk", flat=True)[:2])
    form = {"action": "change_ticked", "_selected_action": ticked, "select_across": across}
    address = slave.client.post("/contacts/contact/", form)["Location"]
    assert ("ids=" in address) == (across == "0")
    slave.client.post(address, {"action": "DELETE"})
    doorbell.run_all_due()
    assert Contact.objects.count() == left


def test_it_can_be_stopped_on_its_page(slave: Persona, group: Group) -> None:
    address = slave.client.post(PAGE, {"action": "DELETE"})["Location"]
    assert "Stopped" in slave.client.post(f"{address}stop/", follow=True).content.decode()
    doorbell.run_all_due()
    assert Contact.objects.count() == 70
    assert "ended already" in slave.client.post(f"{address}stop/", follow=True).content.decode()


def test_only_those_who_may_write_change_their_own(people: People, group: Group) -> None:
    address = people.slave.client.post(PAGE, {"action": "DELETE"})["Location"]
    assert people.staff.client.get(PAGE).status_code == 404
    assert [one.client.get(address).status_code for one in (people.master, people.stranger)] == [200, 404]
    for other in (people.master, people.stranger):
        assert other.client.post(f"{address}stop/").status_code == 404
        other.client.post(f"{PAGE}?groups__id__exact={group.pk}", {"action": "DELETE"})
    BulkJob.objects.filter(account=people.slave.account).delete()
    doorbell.run_all_due()
    assert Contact.objects.count() == 70


@pytest.mark.parametrize("ids", ["x", "1,x", "9" * 40, ",,", "%00", "1,2,3"])
def test_nonsense_in_the_address_finds_nobody(slave: Persona, ids: str) -> None:
    assert slave.client.get(f"{PAGE}?ids={ids}").status_code == 200
    for name in ("groups__id__exact", "import", "birthday", "texted", "q", "sex__exact"):
        assert slave.client.get(f"{PAGE}?{name}={ids}").status_code == 200
        assert slave.client.get(f"/contacts/contact/?{name}={ids}").status_code in {200, 302}


@pytest.mark.parametrize("page", [PAGE, "/contacts/contact/export/"])
def test_the_names_of_a_strangers_groups_and_files_are_not_told(people: People, page: str) -> None:
    group = Group.objects.create(account=people.stranger.account, name="Mistresses")
    spreadsheet = Import.objects.create(account=people.stranger.account, file_name="lovers.csv")
    asked = f"{page}?groups__id__exact={group.pk}&import={spreadsheet.pk}"
    told = people.slave.client.get(asked).content.decode()
    assert told.count("“?”") == 2
    assert not any(name in told for name in ("Mistresses", "lovers.csv"))
