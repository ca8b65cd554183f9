"""Groups are deleted in the panel, one or several, unless a campaign still needs them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from contacts.models import Contact, Group
from tests.campaigns.sending import Sending, make_group, open_route
from tests.personas import Persona

NUMBERS = ["48500100200", "48500100201"]
LIST = "/contacts/group/"


def delete(persona: Persona, group: Group) -> Any:
    """Delete a group on its own page."""
    return persona.client.post(f"{LIST}{group.pk}/delete/", {"post": "yes"}, follow=True)


def delete_all(persona: Persona) -> Any:
    """Choose all groups in the list and delete them."""
    chosen = list(Group.objects.values_list("pk", flat=True))
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    return persona.client.post(LIST, data, follow=True)


@pytest.fixture
def needed(slave: Persona) -> Group:
    """A group that a planned campaign names."""
    sending = Sending(None, slave, open_route("http://127.0.0.1:9"))  # type: ignore[arg-type]  # nothing is sent
    group = sending.group(NUMBERS)
    sending.draft([group], name="Spring sale")
    return group


def test_a_deleted_group_is_in_the_audit_trail_and_its_contacts_stay(slave: Persona) -> None:
    for name in ("One", "Two", "Three"):
        make_group(slave.account, NUMBERS, name)
    delete(slave, Group.objects.get(name="One"))
    delete_all(slave)
    assert (Group.objects.count(), Contact.objects.count()) == (0, 2)
    entries = AuditEntry.objects.filter(action="group.remove", actor=slave.user, account=slave.account)
    assert entries.count() == 3


def test_a_group_that_a_campaign_needs_stays_and_the_page_says_which(slave: Persona, needed: Group) -> None:
    for answer in (slave.client.get(f"{LIST}{needed.pk}/delete/"), delete(slave, needed)):
        assert "Customers is still needed by: Spring sale." in answer.content.decode()
    assert needed.members.count() == 2


def test_of_several_groups_none_is_deleted_where_one_is_needed(slave: Persona, needed: Group) -> None:
    make_group(slave.account, NUMBERS, "Others")
    assert "Customers is still needed by: Spring sale." in delete_all(slave).content.decode()
    assert Group.objects.count() == 2
