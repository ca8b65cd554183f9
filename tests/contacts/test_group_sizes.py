"""The size of a group is right, whichever way its members change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from campaigns import invariants
from contacts import bulk, groups, joining, sizes, upsert
from contacts.models import BulkJob, Contact, Group, Membership
from contacts.selecting import Selection
from smspanel import doorbell
from tests.campaigns.sending import make_group, number
from tests.contacts.test_importing import run
from tests.personas import Persona

NUMBERS = [number(index) for index in range(10)]


@pytest.fixture
def group(slave: Persona) -> Group:
    """A group of ten, beside one of three of them."""
    make_group(slave.account, NUMBERS[:3], "Some")
    return make_group(slave.account, NUMBERS)


def sizes_of(*names: str) -> list[int]:
    """Return what the groups say, after checking that it is so."""
    assert sizes.wrong() == []
    found = dict(Group.objects.values_list("name", "size"))
    return [found[name] for name in names]


def some(group: Group, count: int) -> list[int]:
    return list(group.memberships.order_by("contact").values_list("contact", flat=True)[:count])


WAYS: dict[str, tuple[Callable[[Group], object], int]] = {
    "one leaves": (lambda group: group.memberships.all()[0].delete(), 9),
    "several leave": (lambda group: Membership.objects.filter(group=group, contact__in=some(group, 4)).delete(), 6),
    "by ids": (lambda group: joining.leave(group.pk, some(group, 5)), 5),
    "by numbers": (lambda group: groups.remove_numbers(group=group, raw_numbers=NUMBERS[:2], actor=None), 8),
    "a contact is deleted": (lambda group: Contact.objects.filter(msisdn=NUMBERS[0]).delete(), 9),
    "all contacts are deleted": (lambda _group: Contact.objects.all().delete(), 0),
    "numbers are added": (
        lambda group: groups.add_numbers(group=group, raw_numbers=[NUMBERS[0], number(77), number(78)], actor=None),
        12,
    ),
    "the same join again": (
        lambda group: upsert.contacts(account_id=group.account_id, rows=[(one,) for one in NUMBERS], group_id=group.pk),
        10,
    ),
    "all are set anew": (lambda group: group.members.set(some(group, 2)), 2),
    "all are cleared": (lambda group: group.members.clear(), 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_size_follows_every_change(group: Group, way: str) -> None:
    change, left = WAYS[way]
    change(group)
    assert sizes_of("Customers") == [left]


def test_it_follows_a_member_that_is_moved(group: Group) -> None:
    other = Group.objects.create(account=group.account, name="Other")
    group.memberships.filter(contact__in=some(group, 4)).update(group=other)
    assert sizes_of("Customers", "Other", "Some") == [6, 4, 3]


def test_it_follows_bulk_jobs_and_imports(slave: Persona, group: Group) -> None:
    run(slave, group=group)
    assert sizes_of("Customers") == [12]
    selection = Selection(group=group.pk)
    ask = {"account": slave.account, "selection": selection, "actor": slave.user}
    bulk.ask(action=BulkJob.Action.LEAVE, group=group, **ask)  # type: ignore[arg-type]  # fields of a call
    doorbell.run_all_due()
    assert sizes_of("Customers", "Some") == [0, 3]


def test_it_follows_a_transaction_that_is_undone(group: Group) -> None:
    with transaction.atomic():
        group.members.clear()
        transaction.set_rollback(True)
    assert sizes_of("Customers") == [10]


def test_a_wrong_size_and_lost_triggers_are_found(group: Group) -> None:
    Group.objects.filter(pk=group.pk).update(size=7)
    findings = {finding.name: finding.broken for finding in invariants.check()}
    assert findings["I11"] == [f"group {group.pk} says 7 members and has 10"]
    with connection.schema_editor() if connection.vendor == "postgresql" else transaction.atomic():
        name = "contacts_membership_added"
        on = " ON contacts_membership" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}{on}")
            assert not sizes.kept()
            sizes.keep(connection.schema_editor(atomic=False))
    assert sizes.kept()
    assert sizes_of("Customers") == [10]


def test_a_form_that_was_opened_before_others_joined_does_not_bring_the_old_size_back(
    slave: Persona, group: Group
) -> None:
    opened = Group.objects.get(pk=group.pk)
    groups.add_numbers(group=group, raw_numbers=[number(50)], actor=None)
    opened.name = "Renamed"
    opened.save()
    assert sizes_of("Renamed") == [11]
