"""The page of corrections and the list of what waits for a second person."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_django import Settings

from accounts import tenants
from accounts.models import GrantRequest, User
from tests.personas import People, Persona, signed_in


@pytest.fixture(autouse=True)
def limit(settings: Settings) -> None:
    """Let one member of staff correct by 99 points."""
    settings.GRANT_LIMIT = 99


@pytest.fixture
def colleague(people: People) -> Persona:
    """A second member of staff."""
    return signed_in(tenants.add_person(email="second@example.com", password="x", role=User.Role.SUPPORT), None)


def correct(people: People, amount: int) -> str:
    """Fill in the form as staff and return what the next page says."""
    form = {"points": amount, "memo": "miscounted", "key": str(uuid.uuid4())}
    answer: Any = people.staff.client.post(f"/points/{people.slave.account.pk}/adjust/", form, follow=True)
    return str(answer.content.decode())


def approve(persona: Persona) -> str:
    """Press the button and return what the next page says."""
    asked = GrantRequest.objects.get()
    answer: Any = persona.client.post(f"/accounts/grantrequest/{asked.pk}/approve/", follow=True)
    return str(answer.content.decode())


@pytest.mark.parametrize("amount", [99, -99])
def test_a_small_correction_is_made_at_once(people: People, amount: int) -> None:
    assert "The balance was corrected" in correct(people, amount)
    assert people.slave.available == 1_000 + amount


@pytest.mark.parametrize("amount", [100, -100])
def test_a_large_correction_waits_for_somebody_else(people: People, colleague: Persona, amount: int) -> None:
    assert "A colleague has to approve this" in correct(people, amount)
    assert "A second member of staff" in approve(people.staff)
    assert people.slave.available == 1_000
    approve(colleague)
    assert people.slave.available == 1_000 + amount


def test_a_correction_that_cannot_be_made_any_more_says_why(people: People, colleague: Persona) -> None:
    correct(people, -1_001)
    assert "1 are missing" in approve(colleague)
    assert people.slave.available == 1_000
    assert GrantRequest.objects.get().approved_by is None
