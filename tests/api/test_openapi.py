"""The document that describes the API, and requests that are generated from it: none may break anything."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as limits

from accounts.models import Account
from smspanel.wsgi import application
from tests.api.calling import BASE, Software
from tests.personas import Persona

settings.ALLOWED_HOSTS.append("localhost")
schema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", application)


def test_the_document_names_every_call_with_an_example(anonymous: Client) -> None:
    document = anonymous.get(f"{BASE}/openapi.json").json()
    calls = {(verb, path) for path, verbs in document["paths"].items() for verb in verbs}
    assert ("post", f"{BASE}/bulk/send") in calls
    assert len(calls) > 40
    assert all(call["summary"] for verbs in document["paths"].values() for call in verbs.values())


def test_js_01_the_document_is_also_where_justsend_has_its_own(anonymous: Client) -> None:
    there = anonymous.get(f"{BASE}/api-docs?group=partner-api-v2")
    assert there.json() == anonymous.get(f"{BASE}/openapi.json").json()


def test_the_page_about_the_calls_needs_no_other_server(anonymous: Client) -> None:
    page = anonymous.get(f"{BASE}/docs").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "https://" not in page.replace("https://localhost", "")


@pytest.fixture
def caller(master: Persona, slave: Persona, monkeypatch: pytest.MonkeyPatch) -> Software:
    """The program of a master that has a subaccount and may do everything.

    The requests are real ones, after which Django would close the connection that the test still needs.
    """
    for signal in (request_started, request_finished):
        monkeypatch.setattr(signal, "receivers", list(signal.receivers))
        signal.disconnect(close_old_connections)
    Account.objects.filter(pk=master.account.pk).update(
        may_send_by_get=True, may_skip_approval=True, may_use_prefixes=True, may_use_nine_digits=True
    )
    return Software(master.account)


@schema.parametrize()
@limits(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=True)
def test_no_generated_request_is_an_error_of_ours(case: Any, caller: Software) -> None:
    Account.objects.filter(pk=caller.account.pk).update(status=Account.Status.ACTIVE)
    # Without a connection in between, nothing would decompress the answers.
    response = case.call(headers=caller.headers | {"Accept-Encoding": "identity"})
    assert response.status_code < 500, response.text
    assert response.json()["errorId"] != 100, response.text
