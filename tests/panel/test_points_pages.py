"""Pages about points: what they show, what they move, and how they refuse."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import LazySettings

from accounts import points
from accounts.models import GrantRequest, Transfer
from tests.panel.sheets import sheet_of
from tests.personas import People, Persona


def form(**fields: Any) -> dict[str, Any]:
    """Return what the browser would send."""
    return {"points": 100, "memo": "", "key": str(uuid.uuid4())} | fields


def give(people: People, **fields: Any) -> Any:
    """Move points from the master to its slave by the form."""
    data = form(subaccount=people.slave.account.pk, direction="give") | fields
    return people.master.client.post("/points/move/", data)


def test_a_master_gives_points_to_its_slave(people: People) -> None:
    assert give(people)["Location"] == "/points/"
    assert (people.master.available, people.slave.available) == (9_900, 1_100)


def test_a_double_click_moves_points_once(people: People) -> None:
    key = str(uuid.uuid4())
    give(people, key=key)
    give(people, key=key)
    assert people.slave.available == 1_100


def test_taking_more_than_there_is_is_refused_beside_the_field(people: People) -> None:
    answer = give(people, direction="take", points=1_001)
    assert "1 are missing" in answer.content.decode()
    assert people.slave.available == 1_000


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "１２x", "1e9", "", "9" * 30])
def test_nonsense_instead_of_points_moves_nothing(people: People, amount: str) -> None:
    assert give(people, points=amount).status_code == 200
    assert people.slave.available == 1_000


def test_points_cannot_be_given_to_a_stranger(people: People) -> None:
    assert give(people, subaccount=people.stranger.account.pk).status_code == 200
    assert people.stranger.available == 1_000


def test_a_slave_has_no_transfer_page(slave: Persona) -> None:
    assert slave.client.get("/points/move/").status_code == 404


def test_the_ledger_shows_a_running_balance(people: People) -> None:
    give(people, memo="For autumn")
    page = people.slave.client.get("/points/").content.decode()
    assert "For autumn" in page
    assert "1,100" in page


def test_the_ledger_is_filtered_by_kind(people: People) -> None:
    give(people, memo="For autumn")
    assert "For autumn" not in people.slave.client.get("/points/?kind=HOLD").content.decode()


def test_a_statement_is_a_spreadsheet_that_adds_up(people: People) -> None:
    give(people, memo="=HYPERLINK(1)")
    answer = people.slave.client.get(f"/points/{people.slave.account.pk}/statement.xlsx")
    rows = sheet_of(answer.content)
    assert sum(row[2] for row in rows[1:]) == rows[1][4] == 1_100
    assert rows[1][6] == "'=HYPERLINK(1)"


def test_staff_top_up_an_account(people: People) -> None:
    people.staff.client.post(f"/points/{people.slave.account.pk}/grant/", form(memo="Paid"))
    assert people.slave.available == 1_100


def test_a_large_top_up_waits_for_a_second_person(people: People, settings: LazySettings) -> None:
    settings.GRANT_LIMIT = 99
    address = f"/points/{people.slave.account.pk}/grant/"
    people.staff.client.post(address, form(memo="Paid"))
    asked = GrantRequest.objects.get()
    approve = f"/accounts/grantrequest/{asked.pk}/approve/"
    people.staff.client.post(approve)
    assert people.slave.available == 1_000
    assert not Transfer.objects.filter(kind="GRANT", memo="Paid").exists()


def test_only_staff_issue_points(people: People) -> None:
    for persona in (people.master, people.slave, people.stranger):
        for page in ("grant", "adjust"):
            address = f"/points/{people.slave.account.pk}/{page}/"
            assert persona.client.post(address, form(memo="x")).status_code == 404
    assert points.balance(people.slave.account).posted == 1_000
