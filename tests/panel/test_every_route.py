"""Every address of the URLconf, asked in every way by everybody: what is not theirs is not there; nothing happens."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client

from tests.panel.everything import belongings
from tests.panel.routes import Policy, Route, of, policies, routes
from tests.personas import People, Persona

METHODS = ("get", "post", "put", "patch", "delete")
MISSING = 987_654_321
FIXED: dict[str, object] = {
    "kind": "csv",
    "action": "confirm",
    "what": "groups",
    "app_label": "contacts",
    "name": "owners",
}
FIXED |= {"operation_id": MISSING, "batch_id": MISSING}
SAID_BACK = re.compile(rb'(name="csrfmiddlewaretoken" value="|nonce=")[^"]+|/[0-9]+(?=[/.?"&])|[\w:-]{60,}')
DOCUMENTS = {"rest:api-root", "rest:openapi-json", "rest:openapi-view"}
PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CHANGED_BY_LOOKING = {"accounts.session", "smspanel.queueprogress", "axes.accessattempt", "axes.accesslog"}


def values(route: Route, ids: Mapping[str, object]) -> dict[str, object]:
    """Return what fills the holes of an address: somebody's ids, or what an empty mapping leaves, those of nobody."""
    section = next((ids[name] for name in ids if route.name.startswith(f"{name}_")), MISSING)
    nobodys = dict.fromkeys(route.holes, MISSING) | {"token": "nobodys"}
    return nobodys | FIXED | {"object_id": section} | {hole: ids[hole] for hole in route.holes if hole in ids}


def ask(client: Client, method: str, address: str) -> tuple[int, str, bytes]:
    """Return status, place and words of an answer, without what it repeats of the address."""
    response: HttpResponse = getattr(client, method)(address)
    words = response.content if not response.streaming else b""
    return (
        response.status_code,
        SAID_BACK.sub(b"", response.get("Location", "").encode()).decode(),
        SAID_BACK.sub(b"", words),
    )


def everything() -> dict[str, str]:
    """Return what the tables hold, for a comparison."""
    tables = {}
    for model in apps.get_models():
        if model._meta.managed and model._meta.label_lower not in CHANGED_BY_LOOKING:
            rows = sorted(map(repr, model._base_manager.values_list()))
            tables[model._meta.label_lower] = hashlib.sha256("".join(rows).encode()).hexdigest()
    return tables


def test_every_address_is_declared_to_be_for_somebody() -> None:
    assert len(routes()) > 400
    assert [(route.name, policies(route)) for route in routes() if len(policies(route)) != 1] == []


def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_changes_nothing(people: People, anonymous: Client) -> None:
    ids = belongings(people.slave).ids
    before = everything()
    for route in of(Policy.SIGNED_IN, Policy.OWN, Policy.STAFF):
        for method in METHODS:
            status, place, _words = ask(anonymous, method, route.address(values(route, ids)))
            assert status == 405 or (status == 302 and place.startswith("/login/")), (method, route, status, place)
    assert everything() == before


@pytest.mark.parametrize(("owner", "looker"), [("slave", "stranger"), ("master", "slave"), ("stranger", "master")])
def test_rows_of_others_are_answered_like_those_of_nobody(people: People, owner: str, looker: str) -> None:
    ids = belongings(getattr(people, owner)).ids
    client = getattr(people, looker).client
    before = everything()
    for route in of(Policy.OWN):
        for method in ("get", "post"):
            foreign, nobodys = (ask(client, method, route.address(values(route, some))) for some in (ids, {}))
            assert foreign == nobodys, (method, route)
            assert foreign[0] in {302, 403, 404, 405}, (method, route, foreign)
    assert everything() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_way_of_asking_is_a_way_in(people: People, method: str) -> None:
    ids = belongings(people.slave).ids
    before = everything()
    for route in of(Policy.OWN):
        status = ask(people.stranger.client, method, route.address(values(route, ids)))[0]
        assert status in {302, 403, 404, 405}, (route, status)
    assert everything() == before


def test_what_is_for_staff_is_not_there_for_others(people: People) -> None:
    ids = belongings(people.slave).ids
    before = everything()
    for route in of(Policy.STAFF):
        for method in ("get", "post"):
            status = ask(people.master.client, method, route.address(values(route, ids)))[0]
            assert status in {403, 404, 405}, (method, route, status)
    assert everything() == before


@pytest.mark.parametrize("who", ["staff", "slave"])
def test_an_empty_form_sent_anywhere_is_no_error_of_ours(people: People, who: str) -> None:
    belongings(people.slave)
    for route in of(Policy.OPEN, Policy.SIGNED_IN, Policy.OWN, Policy.STAFF):
        status = ask(getattr(people, who).client, "post", route.address(values(route, {})))[0]
        assert status < 500, (route, status)


def test_every_answer_carries_the_headers_that_protect_it(slave: Persona) -> None:
    for route in routes():
        answer = slave.client.get(route.address(values(route, {})))
        assert {name: answer.get(name) for name in PROTECTION} == PROTECTION, route
        rules = dict(rule.strip().split(" ", 1) for rule in answer["Content-Security-Policy"].split(";"))
        assert (rules["default-src"], rules["frame-ancestors"]) == ("'self'", "'none'"), route
        assert "unsafe-inline" not in rules["script-src"], route


@pytest.mark.django_db
def test_no_call_of_software_is_carried_out_without_a_key(anonymous: Client) -> None:
    for route in of(Policy.KEY):
        for method in METHODS:
            response = getattr(anonymous, method)(route.address(values(route, {})))
            assert response.status_code < 500
            if route.name not in DOCUMENTS:
                assert response.json()["errorId"] in {101, 103}, (method, route)
