"""A request for points is filed once however often its form is sent, and is decided once: approved or refused."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from accounts import grants, points, tenants
from accounts.models import AuditEntry, GrantRequest, Transfer, User
from smspanel import clock
from tests.personas import People


@pytest.fixture(autouse=True)
def limit(settings: LazySettings) -> None:
    """Let one member of staff issue 100 points."""
    settings.GRANT_LIMIT = 100


@pytest.fixture
def colleague(people: People) -> User:
    """A second member of staff."""
    return tenants.add_person(email="second@example.com", password="x", role=User.Role.SUPPORT)


def ask(people: People, amount: int = 500, key: str = "form:1") -> Transfer | GrantRequest:
    """Ask for points for the slave."""
    return grants.request_grant(
        account=people.slave.account, amount=amount, memo="paid", key=key, actor=people.staff.user
    )


def asked(people: People) -> GrantRequest:
    """File a request."""
    request = ask(people)
    assert isinstance(request, GrantRequest)
    return request


def test_a_form_that_is_sent_twice_files_one_request(people: People) -> None:
    assert ask(people) == ask(people)
    assert AuditEntry.objects.filter(action="points.request").count() == 1


def test_the_key_of_one_request_is_no_key_of_another(people: People) -> None:
    ask(people)
    with pytest.raises(points.KeyReused):
        ask(people, amount=600)
    assert GrantRequest.objects.count() == 1


def test_a_refused_request_moves_nothing_and_cannot_be_approved(people: People, colleague: User) -> None:
    request = asked(people)
    grants.refuse(request=request, actor=colleague)
    with pytest.raises(grants.ApprovalRefused, match="decided already"):
        grants.approve(request=request, actor=colleague)
    assert people.slave.available == 1_000
    assert not GrantRequest.objects.waiting().exists()
    assert AuditEntry.objects.filter(action="points.refuse", actor=colleague).count() == 1


def test_an_approved_request_cannot_be_refused(people: People, colleague: User) -> None:
    request = asked(people)
    grants.approve(request=request, actor=colleague)
    with pytest.raises(grants.ApprovalRefused):
        grants.refuse(request=request, actor=colleague)
    assert people.slave.available == 1_500


def test_whoever_asked_may_take_it_back(people: People) -> None:
    grants.refuse(request=asked(people), actor=people.staff.user)
    assert not GrantRequest.objects.waiting().exists()


def test_owners_decide_nothing(people: People) -> None:
    with pytest.raises(grants.ApprovalRefused):
        grants.refuse(request=asked(people), actor=people.master.user)
    assert GrantRequest.objects.waiting().exists()


def test_the_database_knows_one_decision(people: People, colleague: User) -> None:
    request = asked(people)
    decided = {"approved_by": colleague, "refused_by": colleague, "refused_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantRequest.objects.filter(pk=request.pk).update(**decided)


def test_staff_refuse_on_the_page(people: People) -> None:
    request = asked(people)
    address = f"/accounts/grantrequest/{request.pk}/refuse/"
    assert "Nothing is moved" in people.staff.client.get(address).text
    assert GrantRequest.objects.waiting().exists()
    people.staff.client.post(address)
    assert not GrantRequest.objects.waiting().exists()
    assert people.master.client.post(address).status_code in {403, 404}
