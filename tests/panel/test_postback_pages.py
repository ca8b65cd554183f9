"""Managers say where their programs are told what happens, test it, and read what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from campaigns import postback_settings
from campaigns.models import PostbackEndpoint, PostbackEvent
from smspanel import clock, doorbell
from tests.campaigns.listening import CAMPAIGNS, DELIVERIES, ids, listen, note, states
from tests.personas import People, Persona
from tests.providers.scripted import Scripted, answer

PAGE = "/postbacks/"


@pytest.fixture
def sink() -> Iterator[Scripted]:
    """An owner's program that accepts everything."""
    with Scripted(answer(200)) as running:
        yield running


def form(kind: PostbackEndpoint.Kind, url: str, *, on: bool = True) -> dict[str, str]:
    """Return what the form posts for one address."""
    return {f"url_{kind}": url} | ({f"on_{kind}": "on"} if on else {})


def log_page(event: PostbackEvent, view: str = "change") -> str:
    """Return the address of a page about an event."""
    return f"/campaigns/postbackevent/{event.pk}/{view}/"


def save(persona: Persona, data: dict[str, str]) -> Any:
    """Post the form and return the page that follows."""
    return persona.client.post(PAGE, data, follow=True)


def test_js_98_three_addresses_are_entered_on_one_form(slave: Persona) -> None:
    data = form(CAMPAIGNS, "https://example.com/a") | form(DELIVERIES, "http://example.com:8080/b?x=1", on=False)
    assert "Saved." in save(slave, data).content.decode()
    stored = PostbackEndpoint.objects.order_by("kind").values_list("account", "kind", "url", "is_active")
    assert list(stored) == [
        (slave.account.pk, "CAMPAIGNS", "https://example.com/a", True),
        (slave.account.pk, "DELIVERIES", "http://example.com:8080/b?x=1", False),
    ]
    entries = AuditEntry.objects.filter(action="postback.change", actor=slave.user, account=slave.account)
    assert entries.count() == 2
    assert "example.com" not in str(list(entries.values_list("details", flat=True)))
    save(slave, data)
    assert entries.count() == 2


@pytest.mark.parametrize(
    "url, says",
    [
        ("ftp://example.com/", "Write the whole address of a page"),
        ("javascript:alert(1)", "Write the whole address of a page"),
        ("example.com/hook", "Write the whole address of a page"),
        ("https://ann:sesame@example.com/", "Leave the user and password out"),
        ("https://ann@example.com/", "Leave the user and password out"),
        ("https://example.com:22/", "This port is not called. Use one of 80, 443, 8080, 8443."),
        ("https://example.com:99999/", "This port is not called"),
        ("https://[::1/", "Write the whole address of a page"),
        ("https://example.com/\0", "Null characters are not allowed."),
        ("", "Write an address, or switch this off."),
        ("https://example.com/" + "x" * 500, "at most 500 characters"),
    ],
)
def test_a_wrong_address_is_refused_beside_its_field_and_nothing_is_stored(slave: Persona, url: str, says: str) -> None:
    answered = save(slave, form(CAMPAIGNS, "https://example.com/a") | form(DELIVERIES, url))
    assert list(answered.context["form"].errors) == ["url_DELIVERIES"]
    assert says in answered.content.decode()
    assert not PostbackEndpoint.objects.exists()


def test_a_test_is_an_ordinary_event_whose_outcome_is_in_the_log(slave: Persona, sink: Scripted) -> None:
    endpoint = listen(slave.account, sink.url, DELIVERIES)
    answered = slave.client.post(f"{PAGE}DELIVERIES/test/", follow=True)
    event = endpoint.events.get()
    assert answered.redirect_chain[-1][0] == log_page(event)
    doorbell.run_all_due()
    shown = slave.client.get(log_page(event)).content.decode()
    assert f"&quot;ackId&quot;: {event.pk}" in shown
    assert ": 200, 0." in shown
    assert (ids(sink), states(endpoint)) == ([event.pk], ["ACCEPTED"])
    assert ">200<" in "".join(slave.client.get("/campaigns/postbackevent/").content.decode().split())


@pytest.mark.parametrize("kind", PostbackEndpoint.USUAL)
def test_every_kind_can_be_tested(slave: Persona, sink: Scripted, kind: str) -> None:
    listen(slave.account, sink.url, PostbackEndpoint.Kind(kind))
    slave.client.post(f"{PAGE}{kind}/test/")
    doorbell.run_all_due()
    assert len(sink.requests) == 1


def test_an_address_that_is_off_cannot_be_tested(slave: Persona) -> None:
    save(slave, form(CAMPAIGNS, "https://example.com/", on=False))
    answered = slave.client.post(f"{PAGE}CAMPAIGNS/test/", follow=True)
    assert "Switch it on and save before you test it." in answered.content.decode()
    assert not PostbackEvent.objects.exists()


def test_the_secret_is_shown_on_demand_once_and_audited(slave: Persona) -> None:
    endpoint = listen(slave.account, "https://example.com/", CAMPAIGNS)
    assert b"whsec_" not in slave.client.get(PAGE).content
    shown = slave.client.post(f"{PAGE}CAMPAIGNS/secret/", follow=True).content.decode()
    assert AuditEntry.objects.filter(action="postback.reveal", actor=slave.user).count() == 1
    secret = postback_settings.reveal_secret(endpoint=endpoint, actor=None)
    assert secret in shown
    assert secret not in slave.client.get(PAGE).content.decode()


def test_a_post_back_is_sent_again_after_a_question(slave: Persona, sink: Scripted) -> None:
    endpoint = listen(slave.account, sink.url, DELIVERIES)
    (event,) = note(endpoint)
    doorbell.run_all_due()
    assert b"Send this post back again?" in slave.client.get(log_page(event, "send_again")).content
    doorbell.run_all_due()
    assert ids(sink) == [event.pk]
    slave.client.post(log_page(event, "send_again"))
    doorbell.run_all_due()
    assert (ids(sink), event.log.count()) == ([event.pk] * 2, 2)
    assert AuditEntry.objects.filter(action="postback.again", actor=slave.user).count() == 1


def test_an_address_that_was_given_up_is_shown_and_repaired(slave: Persona, sink: Scripted) -> None:
    endpoint = listen(slave.account, sink.url, CAMPAIGNS)
    week_ago = clock.now() - timedelta(days=8)
    PostbackEndpoint.objects.update(is_active=False, failing_since=week_ago)
    note(PostbackEndpoint(pk=endpoint.pk, account=slave.account, kind=CAMPAIGNS, is_active=True))
    PostbackEvent.objects.update(state="GIVEN_UP", next_attempt_at=None)
    assert b"Switched off by the panel" in slave.client.get(PAGE).content
    assert b"accepted nothing for a week" in slave.client.get("/").content
    assert b"Send again what was given up" in save(slave, form(CAMPAIGNS, sink.url)).content
    assert b"sent again: 1" in slave.client.post(f"{PAGE}CAMPAIGNS/again/", follow=True).content
    doorbell.run_all_due()
    assert (len(sink.requests), states(endpoint)) == (1, ["ACCEPTED"])


def test_one_s_own_addresses_are_all_that_one_reaches(people: People, sink: Scripted) -> None:
    endpoint = listen(people.slave.account, sink.url, CAMPAIGNS)
    (event,) = note(endpoint)
    for persona in (people.master, people.stranger, people.staff):
        for verb in ("secret", "test", "again"):
            assert persona.client.post(f"{PAGE}CAMPAIGNS/{verb}/").status_code == 404
    for persona, status in ((people.master, 403), (people.stranger, 404)):
        assert persona.client.post(log_page(event, "send_again")).status_code == status
    assert (endpoint.events.count(), event.log.count()) == (1, 0)


@pytest.mark.parametrize("role", ["EDITOR", "VIEWER"])
def test_who_manages_nothing_reads_the_log_alone(slave: Persona, sink: Scripted, role: str) -> None:
    (event,) = note(listen(slave.account, sink.url, CAMPAIGNS))
    slave.user.role = role
    slave.user.save()
    assert slave.client.get(PAGE).headers["Location"] == "/campaigns/postbackevent/"
    assert slave.client.get(log_page(event)).status_code == 200
    assert slave.client.post(log_page(event, "send_again")).status_code == 403
    for verb in ("secret", "test", "again"):
        assert slave.client.post(f"{PAGE}CAMPAIGNS/{verb}/").status_code == 404
