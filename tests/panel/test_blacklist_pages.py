"""The blacklist in the panel: many numbers at once, by scope."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.models import BlacklistEntry
from smspanel import clock
from tests.personas import People, Persona

TWO = "500 100 200\n+48 500 100 201, nobody"
BOTH = ["48500100200", "48500100201"]


def post(persona: Persona, page: str, **fields: Any) -> str:
    """Post to a page and return what is shown then."""
    return persona.client.post(f"/blacklist/{page}/", {"numbers": TWO, **fields}, follow=True).text


def entries() -> list[tuple[str, str]]:
    """Return the numbers that are listed, and for whom."""
    return list(BlacklistEntry.objects.order_by("msisdn").values_list("msisdn", "scope"))


@pytest.mark.parametrize(
    ("who", "asked", "scope"),
    [
        ("slave", {}, "ACCOUNT"),
        ("slave", {"scope": "TREE"}, "ACCOUNT"),
        ("master", {"scope": "TREE"}, "TREE"),
        ("staff", {}, "ALL"),
    ],
)
def test_many_numbers_are_blocked_and_freed_at_once(
    people: People, who: str, asked: dict[str, str], scope: str
) -> None:
    persona = getattr(people, who)
    assert "New on the blacklist: 2." in post(persona, "add", **asked)
    assert entries() == [(one, scope) for one in BOTH]
    assert set(BlacklistEntry.objects.values_list("created_by", flat=True)) == {persona.user.pk}
    assert "Passed over, because they are no numbers: 1 (nobody)." in post(persona, "remove", **asked)
    assert entries() == []


def test_numbers_are_blocked_until_the_end_of_a_day(people: People) -> None:
    today = clock.now().astimezone(people.slave.account.zone).date()
    post(people.slave, "add", until=f"{today:%Y-%m-%d}", reason="Away")
    assert {entry.holds for entry in BlacklistEntry.objects.all()} == {True}
    with clock.travel(days=2):
        assert {entry.holds for entry in BlacklistEntry.objects.all()} == {False}


def test_a_day_that_has_passed_is_refused(people: People) -> None:
    assert "This moment has passed." in post(people.slave, "add", until="2020-01-01")
    assert entries() == []


def test_too_many_numbers_are_refused_in_the_form(people: People) -> None:
    text = people.slave.client.post("/blacklist/check/", {"numbers": "1\n" * 10_001}).text
    assert "These are 10001 numbers." in text


def test_a_check_tells_who_blocks_which_number_and_nothing_of_strangers(people: People) -> None:
    post(people.stranger, "add", numbers="500100200")
    post(people.staff, "add", numbers="500100201", reason="secret")
    text = post(people.slave, "check")
    assert '<strong id="blocked">1</strong>' in text
    assert "The operator" in text
    assert "secret" not in text
    assert "This is not a phone number." in text


def test_viewers_check_and_change_nothing(people: People) -> None:
    people.slave.user.role = "VIEWER"
    people.slave.user.save()
    assert people.slave.client.get("/blacklist/check/").status_code == 200
    for page in ("add", "remove"):
        assert people.slave.client.post(f"/blacklist/{page}/", {"numbers": TWO}).status_code == 404


def test_staff_change_only_what_holds_for_everybody(people: People) -> None:
    post(people.slave, "add", numbers="500100200")
    post(people.staff, "add", numbers="500100201")
    statuses = [
        people.staff.client.post(f"/contacts/blacklistentry/{entry.pk}/delete/", {"post": "yes"}).status_code
        for entry in BlacklistEntry.objects.order_by("msisdn")
    ]
    assert (statuses, entries()) == ([403, 302], [("48500100200", "ACCOUNT")])


def test_staff_enter_one_number_for_everybody(people: People) -> None:
    people.staff.client.post("/contacts/blacklistentry/add/", {"msisdn": "500100200"})
    assert entries() == [("48500100200", "ALL")]
    again = people.staff.client.post("/contacts/blacklistentry/add/", {"msisdn": "500100200"})
    assert "This number is on the blacklist already." in again.text


def test_slaves_do_not_see_what_their_master_lists(people: People) -> None:
    post(people.master, "add", scope="TREE")
    assert BOTH[0] in people.master.client.get("/contacts/blacklistentry/").text
    assert BOTH[0] not in people.slave.client.get("/contacts/blacklistentry/").text


def test_the_last_day_of_all_is_no_end(slave: Persona) -> None:
    answer = slave.client.post("/blacklist/add/", {"numbers": "500100200", "reason": "", "until": "9999-12-31"})
    assert answer.status_code == 200
    assert not BlacklistEntry.objects.exists()
