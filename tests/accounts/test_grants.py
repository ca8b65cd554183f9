"""Top-ups: one member of staff up to the limit, two above it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts import grants, points, tenants
from accounts.models import AuditEntry, GrantRequest, Transfer, User
from tests.personas import People, Persona

LIMIT = 100


@pytest.fixture(autouse=True)
def limit(settings: Settings) -> None:
    """Let one member of staff issue 100 points."""
    settings.GRANT_LIMIT = LIMIT


@pytest.fixture
def colleague(people: People) -> User:
    """A second member of staff."""
    return tenants.add_person(email="second@example.com", password="x", role=User.Role.SUPPORT)


def ask(people: People, amount: int, key: str = "form:1") -> Transfer | GrantRequest:
    """Ask for points for the slave."""
    return grants.request_grant(
        account=people.slave.account, amount=amount, memo="invoice 7", key=key, actor=people.staff.user
    )


def waiting(people: People, amount: int = LIMIT + 1) -> GrantRequest:
    """File a top-up that waits for a second person."""
    request = ask(people, amount)
    assert isinstance(request, GrantRequest)
    return request


def test_up_to_the_limit_one_person_is_enough(people: People) -> None:
    transfer = ask(people, LIMIT)
    assert isinstance(transfer, Transfer)
    assert (transfer.kind, transfer.memo, transfer.actor) == ("GRANT", "invoice 7", people.staff.user)
    assert people.slave.available == 1_000 + LIMIT
    assert AuditEntry.objects.get(action="points.grant").details == {"points": LIMIT}


def test_the_same_form_sent_twice_issues_once(people: People) -> None:
    assert ask(people, LIMIT) == ask(people, LIMIT)
    assert people.slave.available == 1_000 + LIMIT


def test_above_the_limit_nothing_is_issued_yet(people: People) -> None:
    request = waiting(people)
    assert (request.points, request.requested_by, request.approved_by) == (LIMIT + 1, people.staff.user, None)
    assert people.slave.available == 1_000
    assert AuditEntry.objects.get(action="points.request").account == people.slave.account


def test_a_colleague_s_approval_issues_the_points(people: People, colleague: User) -> None:
    request = waiting(people)
    transfer = grants.approve(request=request, actor=colleague)
    assert (transfer.actor, transfer.amount, transfer.memo) == (people.staff.user, LIMIT + 1, "invoice 7")
    assert people.slave.available == 1_000 + LIMIT + 1
    request.refresh_from_db()
    assert request.approved_by == colleague
    assert AuditEntry.objects.get(action="points.approve").actor == colleague


def test_nobody_approves_their_own_request(people: People) -> None:
    with pytest.raises(grants.ApprovalRefused, match="second member of staff"):
        grants.approve(request=waiting(people), actor=people.staff.user)
    assert people.slave.available == 1_000


@pytest.mark.parametrize("who", ["master", "slave"])
def test_nobody_but_staff_approves(people: People, who: str) -> None:
    persona: Persona = getattr(people, who)
    with pytest.raises(grants.ApprovalRefused):
        grants.approve(request=waiting(people), actor=persona.user)
    assert people.slave.available == 1_000


def test_a_request_is_approved_once(people: People, colleague: User) -> None:
    request = waiting(people)
    grants.approve(request=request, actor=colleague)
    stale = GrantRequest(pk=request.pk, account=request.account, points=999, requested_by=people.staff.user)
    for again in (request, stale):
        with pytest.raises(grants.ApprovalRefused, match="decided already"):
            grants.approve(request=again, actor=colleague)
    assert people.slave.available == 1_000 + LIMIT + 1


def test_the_database_itself_refuses_one_person_as_both(people: People) -> None:
    request = waiting(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantRequest.objects.filter(pk=request.pk).update(approved_by=people.staff.user)


@pytest.mark.parametrize("amount", [0, -5, points.MAX_POINTS + 1])
def test_an_amount_that_no_top_up_may_have_leaves_nothing_behind(people: People, amount: int) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(points.InvalidAmount):
        ask(people, amount)
    assert (GrantRequest.objects.count(), AuditEntry.objects.count()) == (0, before)
    assert people.slave.available == 1_000
