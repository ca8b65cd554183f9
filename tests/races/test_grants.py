"""Two colleagues approve one top-up at once: the points are issued once."""

from __future__ import annotations

from functools import partial

import pytest
from pytest_django import Settings

from accounts import grants, points, tenants
from accounts.models import GrantRequest, User
from tests.invariants import assert_all_hold
from tests.personas import People
from tests.races.together import kinds, meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


def colleague(email: str) -> User:
    """Return another member of staff."""
    return tenants.add_person(email=email, password="x", role=User.Role.SUPPORT)


def test_two_people_approve_a_top_up_once(people: People, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GRANT_LIMIT = 100
    account = people.slave.account
    request = grants.request_grant(account=account, amount=500, memo="invoice", key="k", actor=people.staff.user)
    assert isinstance(request, GrantRequest)
    meet_before(monkeypatch, points, "grant")
    colleagues = [colleague("second@example.com"), colleague("third@example.com")]
    results = together(*(partial(grants.approve, request=request, actor=actor) for actor in colleagues))
    assert kinds(results) == ["ApprovalRefused", "Transfer"]
    assert people.slave.available == 1_500
    assert_all_hold()
