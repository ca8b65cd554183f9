"""Every page opens for staff, a master, a slave and a stranger, within a few queries and without an error."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.panel.everything import belongings
from tests.personas import People

MOST_QUERIES = 12
PAGES = (
    "admin:index",
    "points",
    "me",
    "news",
    "bell",
    "points-move",
    "points-move-preview",
    "campaign-new",
    "contacts-import",
    "person",
    "blacklist-add",
    "blacklist-check",
    "blacklist-remove",
    "bulk",
    "campaigns-waiting",
    "limits",
    "postbacks",
    "reports",
    "unclear",
    "stop",
    "prefix-calendar",
    "reply-chart",
    "api",
    "admin:password_change",
    "my-security",
    "help",
)


def sections() -> list[str]:
    """Return the addresses of every list, and of every form that adds to it."""
    models = admin.site._registry
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}")
        for model in models
        for view in ("changelist", "add")
    ]


@pytest.mark.parametrize("who", ["staff", "master", "slave", "stranger"])
def test_every_page_opens_or_politely_refuses(people: People, who: str) -> None:
    belongings(people.slave)
    client = getattr(people, who).client
    # Once a minute it is written down that a person was there; that is not the page's.
    client.get(reverse("admin:index"))
    for address in [*sections(), *(reverse(name) for name in PAGES)]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            status = client.get(address).status_code
        assert status in {200, 302, 403, 404}, (address, status)
        assert len(queries) <= MOST_QUERIES, (address, len(queries))


def test_nonsense_in_the_address_is_no_error(people: People) -> None:
    nonsense = "?page=1e9&sort=password&kind=x&since=2026-99-99&until=%00&o=9.9.9&q=%27%22%3B--&p=-1&state=zz&to=zz"
    for address in [*sections(), *(reverse(name) for name in PAGES)]:
        status = people.slave.client.get(address + nonsense).status_code
        assert status < 500, (address, status)


def test_the_pages_carry_the_headers_that_protect_them(people: People) -> None:
    response = people.slave.client.get("/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert (response["X-Content-Type-Options"], response["X-Frame-Options"]) == ("nosniff", "DENY")
