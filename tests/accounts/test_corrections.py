"""Corrections: one member of staff up to the limit in either direction, two above it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts import grants, points, tenants
from accounts.models import Account, AuditEntry, GrantRequest, Transfer, User
from tests.personas import People

LIMIT = 100


@pytest.fixture(autouse=True)
def limit(settings: Settings) -> None:
    """Let one member of staff correct by 100 points."""
    settings.GRANT_LIMIT = LIMIT


@pytest.fixture
def colleague(people: People) -> User:
    """A second member of staff."""
    return tenants.add_person(email="second@example.com", password="x", role=User.Role.SUPPORT)


def ask(people: People, amount: int) -> Transfer | GrantRequest:
    """Correct the slave's balance."""
    return grants.request_adjustment(
        account=people.slave.account, amount=amount, memo="miscounted", key="form:1", actor=people.staff.user
    )


def waiting(people: People, amount: int) -> GrantRequest:
    """File a correction that waits for a second person."""
    request = ask(people, amount)
    assert isinstance(request, GrantRequest)
    return request


@pytest.mark.parametrize("amount", [1, -1, LIMIT, -LIMIT])
def test_up_to_the_limit_one_person_is_enough(people: People, amount: int) -> None:
    assert ask(people, amount) == ask(people, amount)
    assert people.slave.available == 1_000 + amount
    assert AuditEntry.objects.filter(action="points.adjust").first().details == {"points": amount}  # type: ignore[union-attr]


@pytest.mark.parametrize("amount", [LIMIT + 1, -LIMIT - 1])
def test_above_the_limit_a_colleague_approves(people: People, colleague: User, amount: int) -> None:
    request = waiting(people, amount)
    assert (request.kind, request.points, people.slave.available) == ("ADJUST", amount, 1_000)
    transfer = grants.approve(request=request, actor=colleague)
    assert (transfer.kind, transfer.amount, transfer.memo) == ("ADJUST", LIMIT + 1, "miscounted")
    assert people.slave.available == 1_000 + amount


@pytest.mark.parametrize("amount", [LIMIT + 1, -LIMIT - 1])
def test_nobody_approves_their_own_correction(people: People, amount: int) -> None:
    with pytest.raises(grants.ApprovalRefused, match="second member of staff"):
        grants.approve(request=waiting(people, amount), actor=people.staff.user)
    assert people.slave.available == 1_000


def test_a_correction_that_takes_more_than_there_is_stays_to_be_approved(people: People, colleague: User) -> None:
    request = waiting(people, -1_001)
    with pytest.raises(points.NotEnoughPoints):
        grants.approve(request=request, actor=colleague)
    request.refresh_from_db()
    assert (request.approved_by, people.slave.available) == (None, 1_000)


@pytest.mark.parametrize("amount", [0, points.MAX_POINTS + 1, -points.MAX_POINTS - 1])
def test_an_amount_that_no_correction_may_have_leaves_nothing_behind(people: People, amount: int) -> None:
    with pytest.raises(points.InvalidAmount):
        ask(people, amount)
    assert not GrantRequest.objects.exists()


@pytest.mark.parametrize(("kind", "amount"), [("GRANT", -1), ("GRANT", 0), ("ADJUST", 0)])
def test_the_database_itself_refuses_a_request_for_nothing(people: People, kind: str, amount: int) -> None:
    fields = {"account": people.slave.account, "requested_by": people.staff.user}
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantRequest.objects.create(kind=kind, points=amount, **fields)


@pytest.mark.parametrize(("opening", "issued"), [(LIMIT, LIMIT), (LIMIT + 1, 0)])
def test_opening_points_above_the_limit_wait_as_any_top_up(people: People, opening: int, issued: int) -> None:
    account, _key = tenants.open_account(
        kind=Account.Kind.MASTER,
        master=None,
        name="New",
        email="new@example.com",
        password="x",
        opening_points=opening,
        actor=people.staff.user,
    )
    assert points.balance(account).posted == issued
    assert GrantRequest.objects.filter(account=account).count() == (issued == 0)
