"""Two programs make a subaccount with one e-mail at once: one gets it, the other is told so."""

from __future__ import annotations

from functools import partial

import pytest

from accounts import tenants
from accounts.models import Account, User
from tests.personas import Persona
from tests.races.together import kinds, meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_e_mail_makes_one_subaccount(master: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"kind": Account.Kind.SLAVE, "master": master.account, "name": "New", "email": "new@example.com"}
    create = partial(tenants.open_account, **wanted, password="x")  # type: ignore[arg-type]
    meet_before(monkeypatch, User, "set_password")
    assert kinds(together(create, create)) == ["TenantError", "tuple"]
    assert Account.objects.filter(email="new@example.com").count() == 1
