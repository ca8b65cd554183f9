"""Whoever sends a form that was opened before they signed in is led back to it."""

from __future__ import annotations

from django.test import Client

from tests.personas import Persona


def stale(persona: Persona) -> Client:
    """Return the persona's browser, which checks what protects from forged requests."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(persona.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_stale_form_is_refused_in_words_and_leads_back(slave: Persona) -> None:
    answer = stale(slave).post("/campaigns/new/", {"name": "Lost?"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "What you typed is kept" in page
    assert 'href="/campaigns/new/"' in page
    assert "data-interrupted" in page


def test_nobody_in_particular_gets_the_plain_refusal(slave: Persona) -> None:
    assert "data-interrupted" not in Client(enforce_csrf_checks=True).post("/login/").content.decode()
    assert slave.client.get("/campaigns/new/").content.decode().count('id="kept"') == 1
