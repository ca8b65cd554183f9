"""An empty list says what belongs there and leads to the next step; a filter that finds nothing says that instead."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts import tenants
from accounts.models import User
from contacts.models import Contact
from smspanel.empty import Empty
from tests.personas import Persona, signed_in

CLIENTS_ONLY_SEE = {"accounts_account", "accounts_user"}
"""Lists in which whoever sees them always sees something: themselves."""

TOLD: dict[str, Empty] = {
    f"{model._meta.app_label}_{model._meta.model_name}": empty
    for model, model_admin in admin.site._registry.items()
    if (empty := getattr(model_admin, "empty", None))
}


def shown(client: Client, name: str, query: str = "") -> str:
    """Return a list as it is shown."""
    return client.get(reverse(f"admin:{name}_changelist") + query).content.decode()


def test_every_list_of_clients_says_something_while_it_is_empty() -> None:
    mine = {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model, model_admin in admin.site._registry.items()
        if getattr(model_admin, "account_path", None) is not None
    }
    assert mine - CLIENTS_ONLY_SEE - TOLD.keys() == set()


HAS_ONE_FROM_THE_START = {"accounts_appkey"}


@pytest.mark.parametrize("name", sorted(TOLD.keys() - HAS_ONE_FROM_THE_START))
def test_an_empty_list_says_what_belongs_there_and_leads_on(slave: Persona, name: str) -> None:
    empty = TOLD[name]
    page = shown(slave.client, name)
    assert escape(str(empty.sentence)) in page
    assert f'<a class="sp-button primary" href="{empty.address}">{empty.step}</a>' in page
    assert slave.client.get(empty.address).status_code == 200


def test_who_may_only_look_is_not_sent_where_they_may_not_go(slave: Persona) -> None:
    viewer = tenants.add_person(
        email="viewer@example.com", password="x", role=User.Role.VIEWER, account=slave.account, actor=slave.user
    )
    page = shown(signed_in(viewer, slave.account).client, "contacts_contact")
    assert escape(str(TOLD["contacts_contact"].sentence)) in page
    assert 'class="sp-button primary"' not in page


def test_a_search_that_finds_nothing_offers_to_show_all(slave: Persona) -> None:
    Contact.objects.create(account=slave.account, msisdn="48500100200")
    page = shown(slave.client, "contacts_contact", "?q=48999")
    assert "Nothing here matches" in page
    assert escape(str(TOLD["contacts_contact"].sentence)) not in page
