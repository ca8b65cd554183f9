"""The page about the REST API: keys and where they work from, the switch for GET, and the last calls."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import api_calls, keys
from accounts.api_calls import ApiCall
from accounts.models import Account, AppKey, AuditEntry
from smspanel import clock
from tests.jobs.conftest import machine, valkey
from tests.personas import People, Persona

__all__ = ["machine", "valkey"]


def page(persona: Persona) -> str:
    """Return what a persona reads there."""
    return persona.client.get(reverse("api")).content.decode()


def call(path: str) -> ApiCall:
    """Return a call as it is logged."""
    return ApiCall(clock.now().timestamp(), "sp_12345678", "GET", path, 200, 103, "NOT_FOUND", 7, "203.0.113.7")


def test_the_examples_never_show_a_key(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    shown = page(slave)
    assert key.prefix in shown
    assert value not in shown
    assert "/api/rest/v2/message/send" in shown


def test_everybody_sees_the_keys_of_their_own_account_only(people: People) -> None:
    key, _value = keys.issue(account=people.slave.account, actor=None)
    assert key.prefix in page(people.slave)
    assert key.prefix not in page(people.stranger)
    assert key.prefix not in page(people.master)


def test_staff_read_the_list_of_all_keys_instead(staff: Persona) -> None:
    response = staff.client.get(reverse("api"))
    assert response.headers["Location"] == reverse("admin:accounts_appkey_changelist")


@pytest.mark.usefixtures("valkey")
def test_the_last_calls_are_those_of_the_own_account(people: People) -> None:
    api_calls.keep(people.slave.account.pk, call("bulk/<int:bulk_id>"))
    assert "NOT_FOUND" in page(people.slave)
    assert "NOT_FOUND" not in page(people.stranger)


def test_sending_by_get_is_switched_on_and_off_and_written_down(slave: Persona) -> None:
    for word, expected in (("yes", True), ("no", False)):
        slave.client.post(reverse("api-get"), {"allowed": word})
        assert Account.objects.get(pk=slave.account.pk).may_send_by_get is expected
    assert AuditEntry.objects.filter(action="account.api").count() == 2


@pytest.mark.parametrize(
    "written, stored", [("203.0.113.7\n203.0.113.9/24", ["203.0.113.7/32", "203.0.113.0/24"]), ("", [])]
)
def test_a_key_is_bound_to_networks(slave: Persona, written: str, stored: list[str]) -> None:
    key, _value = keys.issue(account=slave.account, actor=None)
    address = reverse("admin:accounts_appkey_change", args=[key.pk])
    assert slave.client.post(address, {"label": "Shop", "networks": written}).status_code == 302
    key.refresh_from_db()
    assert (key.label, key.networks) == ("Shop", stored)


def test_what_is_no_network_is_refused_beside_the_field(slave: Persona) -> None:
    key, _value = keys.issue(account=slave.account, actor=None)
    address = reverse("admin:accounts_appkey_change", args=[key.pk])
    response = slave.client.post(address, {"label": "Shop", "networks": "my office"})
    assert "is no address" in response.content.decode()
    assert AppKey.objects.get(pk=key.pk).networks == []


def test_a_key_may_be_made_for_one_network(slave: Persona) -> None:
    slave.client.post(reverse("admin:accounts_appkey_add"), {"label": "New", "networks": "10.0.0.0/8"})
    assert AppKey.objects.get(label="New").networks == ["10.0.0.0/8"]
