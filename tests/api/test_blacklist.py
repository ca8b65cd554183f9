"""/blacklist: numbers that are never written to (JS-110 to JS-114)."""

from __future__ import annotations

from typing import Any

import pytest

from contacts import blacklist
from contacts.models import BlacklistEntry, Import
from smspanel import doorbell
from tests.api.calling import Software
from tests.campaigns.sending import number
from tests.personas import Persona

THREE = ["48504212111", "48504212222", "48504212333"]


def block(persona: Persona, numbers: list[str]) -> None:
    """Put numbers on an account's blacklist."""
    source = BlacklistEntry.Source.PERSON
    blacklist.add(account=persona.account, raw_numbers=numbers, source=source, actor=None)


def blocked(persona: Persona) -> list[str]:
    """Return what is on an account's blacklist."""
    return sorted(persona.account.blacklist.values_list("msisdn", flat=True))


@pytest.mark.parametrize("written", [THREE, [int(one) for one in THREE]], ids=["strings", "integers"])
def test_js_110_numbers_are_added_and_only_new_ones_are_counted(
    software: Software, slave: Persona, written: list[Any]
) -> None:
    assert software.put("blacklist/add/numbers", written) == "Added: 3 numbers"
    assert software.put("blacklist/add/numbers", written[:1]) == "Added: 0 numbers"
    assert blocked(slave) == THREE
    assert set(BlacklistEntry.objects.values_list("source", flat=True)) == {"API"}


def test_js_110_what_is_no_number_is_passed_over(software: Software, slave: Persona) -> None:
    nonsense = ["", "nobody", 7, 4.5, None, True, [], {}, "\ud800", "a\0b", "1" * 70, {"msisdn": 48504212222}]
    assert software.put("blacklist/add/numbers", [*nonsense, "504 212 111"]) == "Added: 2 numbers"
    assert blocked(slave) == THREE[:2]


@pytest.mark.parametrize("body", [{"numbers": THREE}, "48504212111", 7])
def test_js_110_what_is_no_list_is_refused(software: Software, body: Any) -> None:
    assert software.error("PUT", "blacklist/add/numbers", body) == (321, "INVALID_VALUE")


def test_js_110_112_more_numbers_than_a_statement_takes_are_dealt_with(
    software: Software, slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smspanel.bulk.CHUNK", 2)
    many = [number(index) for index in range(7)]
    assert software.put("blacklist/add/numbers", many) == "Added: 7 numbers"
    assert software.put("blacklist/removed/numbers", many[2:]) == "Removed: 5 numbers"
    assert blocked(slave) == many[:2]


@pytest.mark.parametrize("part", ["inputData", "file", "input"])
def test_js_111_numbers_of_a_file_are_added(software: Software, slave: Persona, part: str) -> None:
    told = software.upload("blacklist/addMsisdnsToBlackList", b"48504212111\n504212222\nnobody\n", part=part)
    assert (told["errorId"], told["data"]) == (0, "Successful")
    doorbell.run_all_due()
    assert blocked(slave) == THREE[:2]
    done = Import.objects.get()
    assert (done.target, done.status, done.invalid_count) == (Import.Target.BLACKLIST, Import.Status.DONE, 1)


def test_js_111_a_file_that_cannot_be_read_is_refused(software: Software) -> None:
    assert software.upload("blacklist/addMsisdnsToBlackList", b"")["errorId"] == 125
    assert software.error("POST", "blacklist/addMsisdnsToBlackList") == (125, "INVALID_VALUE")
    assert not Import.objects.exists()


@pytest.mark.parametrize("path", ["blacklist/removed/numbers", "blacklist/remove/numbers"])
def test_js_112_numbers_are_taken_off(software: Software, slave: Persona, stranger: Persona, path: str) -> None:
    for persona in (slave, stranger):
        block(persona, [*THREE, "48603604603"])
    assert software.put(path, [*map(int, THREE), "nobody"]) == "Removed: 3 numbers"
    assert (blocked(slave), len(blocked(stranger))) == (["48603604603"], 4)


def test_js_113_all_numbers_are_listed(software: Software, masters: Software, slave: Persona) -> None:
    assert software.get("blacklist") == []
    block(slave, ["48603604603", "48500501501"])
    assert software.get("blacklist") == ["48500501501", "48603604603"]
    assert masters.get("blacklist") == []


def test_js_114_the_list_is_read_page_by_page_from_0(software: Software, slave: Persona) -> None:
    everybody = [number(index) for index in range(60)]
    block(slave, everybody)
    pages = [software.get(f"blacklist?page={page}") for page in range(4)]
    assert [len(page["content"]) for page in pages] == [25, 25, 10, 0]
    assert [one for page in pages for one in page["content"]] == everybody
    assert {(page["totalPages"], page["totalElements"]) for page in pages} == {(3, 60)}


@pytest.mark.parametrize("field", ["msisdn", "id", "createDate"])
def test_js_114_the_order_can_be_chosen(software: Software, slave: Persona, field: str) -> None:
    for one in THREE:
        block(slave, [one])
    told = software.get(f"blacklist?sortField={field}&sortDirection=desc&size=2")
    assert told == {"totalPages": 2, "content": THREE[:0:-1], "totalElements": 3}


@pytest.mark.parametrize(
    "asked",
    ["page=-1", "page=x", "size=0", "size=99999999", "sortField=account", "sortDirection=up", "page=" + "9" * 30],
)
def test_js_114_a_page_that_cannot_be_is_refused(software: Software, asked: str) -> None:
    assert software.error("GET", f"blacklist?{asked}") == (321, "INVALID_VALUE")


def test_js_114_a_master_keeps_the_blacklist_of_its_slave(masters: Software, slave: Persona, master: Persona) -> None:
    whose = f"?forUserId={slave.account.pk}"
    assert masters.put(f"blacklist/add/numbers{whose}", THREE) == "Added: 3 numbers"
    assert masters.put(f"blacklist/remove/numbers{whose}", THREE[:1]) == "Removed: 1 numbers"
    masters.upload(f"blacklist/addMsisdnsToBlackList{whose}", b"48603604603\n")
    doorbell.run_all_due()
    assert masters.get(f"blacklist{whose}") == blocked(slave) == [*THREE[1:], "48603604603"]
    assert masters.get(f"blacklist?forUserId={master.account.pk}") == blocked(master) == []


@pytest.mark.parametrize(
    "verb, path, body",
    [
        ("GET", "blacklist", None),
        ("PUT", "blacklist/add/numbers", THREE),
        ("PUT", "blacklist/removed/numbers", THREE),
        ("POST", "blacklist/addMsisdnsToBlackList", None),
    ],
)
def test_js_114_nobody_else_reaches_it(
    strangers: Software, software: Software, slave: Persona, master: Persona, verb: str, path: str, body: Any
) -> None:
    block(slave, THREE[:1])
    missing = strangers.call(verb, f"{path}?forUserId={10**9}", body)
    assert missing["errorId"] == 105
    assert strangers.call(verb, f"{path}?forUserId={slave.account.pk}", body) == missing
    assert software.error(verb, f"{path}?forUserId={master.account.pk}", body) == (102, "NO_AUTHORIZATION")
    assert (blocked(slave), blocked(master)) == (THREE[:1], [])
