"""Two colleagues approve one correction at once: the points are moved once."""

from __future__ import annotations

from functools import partial

import pytest
from pytest_django import Settings

from accounts import grants, points, tenants
from accounts.models import GrantRequest, User
from tests.personas import People
from tests.races.together import kinds, meet_before, together


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("amount", [500, -500])
def test_two_people_approve_a_correction_once(
    people: People, settings: Settings, monkeypatch: pytest.MonkeyPatch, amount: int
) -> None:
    settings.GRANT_LIMIT = 100
    account, asks = people.slave.account, people.staff.user
    request = grants.request_adjustment(account=account, amount=amount, memo="miscounted", key="k", actor=asks)
    assert isinstance(request, GrantRequest)
    meet_before(monkeypatch, points, "adjust")
    emails = ("second@example.com", "third@example.com")
    colleagues = [tenants.add_person(email=email, password="x", role=User.Role.SUPPORT) for email in emails]
    results = together(*(partial(grants.approve, request=request, actor=actor) for actor in colleagues))
    assert kinds(results) == ["ApprovalRefused", "Transfer"]
    assert people.slave.available == 1_000 + amount
