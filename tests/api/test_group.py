"""/group: groups and who is in them (JS-60 to JS-72)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection

from accounts.models import AuditEntry
from contacts import groups
from contacts.models import Contact, Group
from smspanel import clock
from tests.api.calling import Software, bulk
from tests.campaigns.sending import Sending, make_group, number
from tests.personas import Persona

TWO = ["48500500500", "48501501501"]


def made(told: str) -> Group:
    """Return the group that an answer tells of."""
    return Group.objects.get(pk=int(told.removeprefix("Created group id: ")))


def members(group: Group) -> list[str]:
    """Return who is in a group."""
    return sorted(group.members.values_list("msisdn", flat=True))


def test_js_60_groups_are_listed_with_their_ids(software: Software, slave: Persona, stranger: Persona) -> None:
    own = [make_group(slave.account, [], name) for name in ("Grupa 2", "Grupa 1")]
    make_group(stranger.account, [], "Foreign")
    assert software.get("group/list") == [{"id": group.pk, "name": group.name} for group in own]


@pytest.mark.parametrize("path", ["group/add", "group/addE"])
@pytest.mark.parametrize(
    "written",
    [TWO, [int(one) for one in TWO], [{"id": None, "msisdn": one, "validation": "VALID"} for one in TWO]],
    ids=["strings", "integers", "objects"],
)
def test_js_61_a_group_is_made_of_numbers(software: Software, slave: Persona, path: str, written: Any) -> None:
    group = made(software.post(path, {"name": "Grupa 3", "members": written}))
    assert (group.name, group.account, members(group)) == ("Grupa 3", slave.account, TWO)


def test_js_61_the_id_of_a_group_is_plain_digits(software: Software, slave: Persona) -> None:
    Group.objects.create(pk=67_767, account=slave.account, name="Before")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Group]):
            cursor.execute(statement)
    assert software.post("group/add", {"name": "A"}) == "Created group id: 67768"
    assert software.data("DELETE", "group/remove/67768") == "Removed group id: 67768"


def test_js_61_members_are_read_as_people_write_them_and_what_is_no_number_is_passed_over(software: Software) -> None:
    written = ["500 500 500", "+48 500-500-500", "nobody", "", "22 123 45 67"]
    assert members(made(software.post("group/add", {"name": "A", "members": written}))) == ["48221234567", TWO[0]]
    assert members(made(software.post("group/add", {"name": "B", "members": None}))) == []


def test_js_61_a_contact_that_is_there_keeps_its_name(software: Software, slave: Persona) -> None:
    make_group(slave.account, TWO, "Old", first_name="Ala")
    software.post("group/add", {"name": "New", "members": TWO})
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Ala"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"name": ""},
        {"name": "  "},
        {"name": None},
        {"name": "a" * 101},
        {"name": "a\0b"},
        {"name": "\ud800"},
        {"name": "Taken"},
        {"name": "A", "members": "48500500500"},
        {"name": "A", "members": [["48500500500"]]},
        {"name": "A", "groupSmsContent": "a" * 460},
        {"name": "A", "dateFrom": "2018-08-02", "dateTo": "2018-08-01"},
    ],
)
def test_js_61_a_group_that_cannot_be_made_leaves_nothing(software: Software, slave: Persona, body: Any) -> None:
    make_group(slave.account, [], "Taken")
    assert software.error("POST", "group/add", body) == (321, "INVALID_VALUE")
    assert (Group.objects.count(), Contact.objects.count()) == (1, 0)


def test_js_63_a_group_has_days_and_an_answer_to_replies(software: Software) -> None:
    days = {"dateFrom": "2018-08-01", "dateTo": "2018-08-31T23:59:59"}
    group = made(software.post("group/add", {"name": "A", **days, "groupSmsContent": "Thank you"}))
    assert (group.valid_from, group.valid_until) == (date(2018, 8, 1), date(2018, 8, 31))
    assert group.reply_text == "Thank you"
    told = software.get(f"group/{group.pk}")
    assert (told["dateFrom"], told["dateTo"]) == ("2018-08-01", "2018-08-31")


@pytest.mark.parametrize(
    "written, read",
    [
        (1533074400000, date(2018, 8, 1)),  # midnight in Warsaw, still July in Greenwich
        ("2018-07-31T22:00:00+00:00", date(2018, 8, 1)),
        ("", None),
        (None, None),
    ],
)
def test_js_63_days_are_those_of_the_accounts_zone(software: Software, written: Any, read: date | None) -> None:
    assert made(software.post("group/add", {"name": "A", "dateFrom": written})).valid_from == read


@pytest.mark.parametrize("written", ["tomorrow", "2018-13-01", 10**18, -(10**18)])
def test_js_63_a_day_that_is_none_is_refused(software: Software, written: Any) -> None:
    assert software.error("POST", "group/add", {"name": "A", "dateTo": written}) == (322, "INVALID_FORMAT")


def test_js_64_a_group_is_deleted_and_its_contacts_stay(software: Software, slave: Persona) -> None:
    group = make_group(slave.account, TWO)
    assert software.data("DELETE", f"group/remove/{group.pk}") == f"Removed group id: {group.pk}"
    assert not Group.objects.exists()
    assert Contact.objects.count() == 2
    assert AuditEntry.objects.latest("pk").action == "group.remove"


def test_js_64_a_group_that_a_bulk_is_still_to_be_sent_to_is_not_deleted(software: Software, sending: Sending) -> None:
    group = sending.group(TWO)
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    told = software.post("bulk/send", bulk(name="Spring sale", groupId=group.pk, sendDate=tomorrow))
    refused = software.call("DELETE", f"group/remove/{group.pk}")
    assert (refused["errorId"], refused["responseCode"]) == (107, "INVALID_BULK_STATE")
    assert "Customers is still needed by: Spring sale." in refused["message"]
    assert members(group) == TWO
    software.put(f"bulk/cancel/{told['id']}")
    software.data("DELETE", f"group/remove/{group.pk}")


def test_js_65_numbers_are_added_and_only_new_ones_are_counted(software: Software, slave: Persona) -> None:
    group = make_group(slave.account, [])
    body = {"groupId": group.pk, "members": [*TWO, "500 500 500", "nobody"]}
    assert software.put("group/add/numbers", body) == "Added: 2 numbers"
    assert software.put("group/add/numbers", body) == "Added: 0 numbers"
    assert software.put("group/add/numbers", body | {"members": [{"msisdn": 48502502502}]}) == "Added: 1 numbers"
    assert members(group) == [*TWO, "48502502502"]


def test_js_67_numbers_are_taken_out_and_their_contacts_stay(software: Software, slave: Persona) -> None:
    group = make_group(slave.account, [*TWO, "48502502502"])
    body = {"groupId": str(group.pk), "members": [*map(int, TWO), "nobody"]}
    assert software.put("group/remove/numbers", body) == "Removed: 2 numbers"
    assert software.put("group/remove/numbers", body) == "Removed: 0 numbers"
    assert members(group) == ["48502502502"]
    assert Contact.objects.count() == 3


def test_js_65_67_more_numbers_than_a_statement_takes_are_dealt_with(slave: Persona, monkeypatch: Any) -> None:
    monkeypatch.setattr("smspanel.bulk.CHUNK", 2)
    many = [number(index) for index in range(7)]
    group = make_group(slave.account, [])
    assert groups.add_numbers(group=group, raw_numbers=many, actor=None) == 7
    assert groups.remove_numbers(group=group, raw_numbers=many[:5], actor=None) == 5


def test_js_68_a_group_is_shown_with_its_members(software: Software, slave: Persona) -> None:
    group = make_group(slave.account, TWO, "Grupa 3")
    told = software.get(f"group/{group.pk}")
    assert told == {"groupId": group.pk, "name": "Grupa 3", "members": TWO, "dateFrom": None, "dateTo": None}


def test_js_69_70_71_a_large_group_is_read_page_by_page(
    software: Software, slave: Persona, django_assert_max_num_queries: Any
) -> None:
    everybody = [number(index) for index in range(2001)]
    group = make_group(slave.account, everybody)
    assert software.get(f"group/getCountGroupMembers/{group.pk}") == 2001
    assert software.get(f"group/getGroupPageNumber/{group.pk}") == 3
    with django_assert_max_num_queries(8):
        pages = [software.get(f"group/getMembersOnPage/{group.pk}/1")]
    pages += [software.get(f"group/getMembersOnPage/{group.pk}/{page}") for page in (2, 3, 4)]
    assert [len(page) for page in pages] == [1000, 1000, 1, 0]
    assert [one for page in pages for one in page] == everybody


def test_js_69_an_empty_group_has_no_page(software: Software, slave: Persona) -> None:
    assert software.get(f"group/getGroupPageNumber/{make_group(slave.account, []).pk}") == 0


@pytest.mark.parametrize("page", [0, 10**7, 10**30])
def test_js_70_pages_begin_with_1(software: Software, slave: Persona, page: int) -> None:
    group = make_group(slave.account, TWO)
    assert software.error("GET", f"group/getMembersOnPage/{group.pk}/{page}") == (321, "INVALID_VALUE")


def test_js_71_the_numbers_of_a_group_are_counted(software: Software, slave: Persona) -> None:
    full, empty = make_group(slave.account, TWO), make_group(slave.account, [], "Empty")
    assert software.get(f"group/getCountGroupMembers/{full.pk}") == 2
    assert software.get(f"group/getCountGroupMembers/{empty.pk}") == 0
    software.put("group/remove/numbers", {"groupId": full.pk, "members": TWO[:1]})
    assert software.get(f"group/getCountGroupMembers/{full.pk}") == 1


def test_js_72_nothing_is_sent_to_a_blocked_group(software: Software, sending: Sending) -> None:
    group = sending.group(TWO)
    edit = f"/contacts/group/{group.pk}/change/"
    sending.persona.client.post(edit, {"name": group.name, "is_blocked": "on", "reply_text": "Thank you"})
    group.refresh_from_db()
    assert (group.is_blocked, group.reply_text) == (True, "Thank you")
    assert software.error("POST", "bulk/send", bulk(to=[], groupId=group.pk))[0] == 125


@pytest.mark.parametrize(
    "verb, path, body",
    [
        ("GET", "group/{}", None),
        ("GET", "group/getGroupPageNumber/{}", None),
        ("GET", "group/getMembersOnPage/{}/1", None),
        ("GET", "group/getCountGroupMembers/{}", None),
        ("DELETE", "group/remove/{}", None),
        ("PUT", "group/add/numbers", {"members": TWO}),
        ("PUT", "group/remove/numbers", {"members": TWO}),
        ("POST", "group/addMsisdns/{}", None),
    ],
)
def test_another_accounts_group_is_told_like_a_missing_one(
    masters: Software, strangers: Software, slave: Persona, verb: str, path: str, body: dict[str, Any] | None
) -> None:
    group = make_group(slave.account, TWO)

    def asked(caller: Software, group_id: int) -> dict[str, Any]:
        return caller.call(verb, path.format(group_id), body and body | {"groupId": group_id})

    missing = asked(strangers, 10**9)
    assert missing["errorId"] == 103
    assert asked(strangers, group.pk) == asked(masters, group.pk) == missing == asked(strangers, 2**63 - 1)
    assert members(group) == TWO
