"""Managers press the emergency stop after typing a name; the page tells what it did, and who may undo it."""

from __future__ import annotations

import pytest

from campaigns import stopping
from campaigns.models import Stop
from tests.personas import People, Persona


def press(persona: Persona, account_id: int, **data: str) -> str:
    """Post the form and return the page that follows."""
    form = {"reason": "Wrong text", "typed": "slave"} | data
    return persona.client.post(f"/stop/{account_id}/", form, follow=True).content.decode()


@pytest.mark.parametrize("who", ["staff", "master", "slave"])
def test_staff_the_master_and_the_owner_stop_an_account(people: People, who: str) -> None:
    shown = press(getattr(people, who), people.slave.account.pk, typed=" SLAVE ")
    assert "Stopped since" in shown
    assert "Wrong text" in shown
    assert stopping.current(people.slave.account) is not None


def test_nothing_is_stopped_before_the_name_is_typed(people: People) -> None:
    assert "Type “slave” to stop everything." in press(people.slave, people.slave.account.pk, typed="yes")
    assert not Stop.objects.exists()


def test_a_stranger_and_an_editor_stop_nobody(people: People) -> None:
    account = people.slave.account
    assert people.stranger.client.post(f"/stop/{account.pk}/", {"typed": "slave", "reason": "x"}).status_code == 404
    people.slave.user.role = "EDITOR"
    people.slave.user.save()
    assert people.slave.client.post(f"/stop/{account.pk}/", {"typed": "slave", "reason": "x"}).status_code == 404
    assert not Stop.objects.exists()


def test_a_slave_stops_neither_its_master_nor_the_tree(people: People) -> None:
    assert people.slave.client.get(f"/stop/{people.master.account.pk}/").status_code == 404
    press(people.slave, people.slave.account.pk, whole_tree="on")
    assert list(Stop.objects.values_list("account", flat=True)) == [people.slave.account.pk]


def test_the_whole_tree_is_stopped_with_one_tick(people: People) -> None:
    press(people.master, people.master.account.pk, typed="master", whole_tree="on")
    assert Stop.objects.count() == 2


def test_who_stopped_it_lets_it_send_again(people: People) -> None:
    account = people.slave.account
    press(people.staff, account.pk)
    answered = people.slave.client.post(f"/stop/{account.pk}/end/", follow=True).content.decode()
    assert "Only who stopped the account" in answered
    answered = people.staff.client.post(f"/stop/{account.pk}/end/", follow=True).content.decode()
    assert "The account may send again." in answered
    assert stopping.current(account) is None
    assert "Stopped from" in people.slave.client.get(f"/stop/{account.pk}/").content.decode()


def test_the_dashboards_say_so(people: People) -> None:
    press(people.slave, people.slave.account.pk)
    assert "nothing of your account is sent" in people.slave.client.get("/").content.decode()
    assert "nothing of this account is sent" in people.staff.client.get("/").content.decode()
    assert "slave" in people.staff.client.get("/stop/").content.decode()


def test_the_figures_are_refreshed_without_the_page(people: People) -> None:
    press(people.slave, people.slave.account.pk)
    shown = people.slave.client.get(f"/stop/{people.slave.account.pk}/", headers={"HX-Request": "true"})
    assert b'id="taken-back">0<' in shown.content
    assert b"<html" not in shown.content
