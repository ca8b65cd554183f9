"""What an account may have only once: the form says so, for its people as for staff."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.campaigns.sending import make_group
from tests.personas import People

NO_GROUPS = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
ONCE = [
    ("group", {"name": "Customers"}, "There is a group with this name already."),
    ("contact", {"msisdn": "500 100 200", **NO_GROUPS}, "There is a contact with this number already."),
    ("blacklistentry", {"msisdn": "500 100 200"}, "This number is on the blacklist already."),
]


def send(client: Client, path: str, fields: dict[str, Any]) -> list[str]:
    """Send a form and return what it has against it."""
    response = client.post(f"/contacts/{path}/", fields)
    return [] if response.status_code == 302 else response.context["adminform"].form.non_field_errors()


@pytest.mark.parametrize(("kind", "fields", "sentence"), ONCE, ids=[kind for kind, *_rest in ONCE])
def test_a_repetition_is_told_in_the_form(people: People, kind: str, fields: dict[str, Any], sentence: str) -> None:
    client = people.slave.client
    assert [send(client, f"{kind}/add", fields) for _time in range(2)] == [[], [sentence]]
    assert send(people.stranger.client, f"{kind}/add", fields) == []


def test_a_group_cannot_take_the_name_of_another(people: People) -> None:
    for account in (people.slave.account, people.stranger.account):
        groups = [make_group(account, [], name) for name in ("A", "B")]
    client = people.stranger.client
    taken = ["There is a group with this name already."]
    assert send(client, f"group/{groups[1].pk}/change", {"name": "A"}) == taken
    assert send(client, f"group/{groups[1].pk}/change", {"name": "B", "valid_from": "2026-08-01"}) == []


def test_a_group_does_not_end_before_it_begins(people: People) -> None:
    days = {"name": "A", "valid_from": "2026-08-02", "valid_until": "2026-08-01"}
    assert send(people.slave.client, "group/add", days) == ["The last day lies before the first."]
