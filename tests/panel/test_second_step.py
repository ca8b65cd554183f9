"""Signing in with a second step: nobody is in before the code is right, and staff have to have one."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import second_factor
from accounts.models import AuditEntry, User
from smspanel import clock
from tests.personas import People, Persona
from tests.second_step import PASSWORD, App, browser, give_code, give_password, is_signed_in, with_second_step


@pytest.fixture
def owner(people: People) -> User:
    """Somebody who signs in with a second step."""
    return people.slave.user


@pytest.fixture
def app(owner: User) -> App:
    """Their app."""
    return with_second_step(owner)[0]


def set_up(client: Client) -> App:
    """Prepare the second step on one's own page, and return the app that has read its secret."""
    client.post("/me/security/prepare/")
    shown = client.get("/me/security/").content.decode()
    assert "<svg" in shown
    return App(shown.split('id="secret">')[1].split("<")[0])


def test_the_password_alone_signs_nobody_in(owner: User, app: App) -> None:
    client = browser()
    answer = give_password(client, owner, "/points/")
    assert answer["Location"] == "/sign-in/code/?next=%2Fpoints%2F"
    assert "_auth_user_id" not in client.session
    assert not is_signed_in(client)


def test_the_code_signs_in_under_a_new_key_and_leads_to_the_page_that_was_wanted(owner: User, app: App) -> None:
    client = browser()
    give_password(client, owner, "/points/")
    before = client.session.session_key
    assert give_code(client, app.code(), "/points/")["Location"] == "/points/"
    assert is_signed_in(client)
    assert client.session.session_key != before
    assert "waits_for_code" not in client.session


def test_a_wrong_code_is_told_beside_the_field_and_signs_nobody_in(owner: User, app: App) -> None:
    client = browser()
    give_password(client, owner)
    answer = give_code(client, app.wrong())
    assert "This code is not right" in answer.content.decode()
    assert not is_signed_in(client)


def test_guessing_stops_wherever_it_comes_from(owner: User, app: App) -> None:
    for place in range(6):
        client = Client(REMOTE_ADDR=f"127.0.1.{place}")
        give_password(client, owner)
        last = give_code(client, app.wrong())
    assert "Too many codes were wrong" in last.content.decode()
    give_code(client, app.code())
    assert not is_signed_in(client)


def test_after_ten_minutes_the_password_is_asked_for_again(owner: User, app: App) -> None:
    client = browser()
    give_password(client, owner)
    with clock.travel(minutes=11):
        answer = give_code(client, app.code(), "/points/")
        assert answer["Location"] == "/login/?next=%2Fpoints%2F"
        assert not is_signed_in(client)


@pytest.mark.parametrize("change", ["password", "enabled"])
def test_who_was_changed_meanwhile_is_not_let_in(owner: User, app: App, change: str) -> None:
    client = browser()
    give_password(client, owner)
    owner.set_password("another password") if change == "password" else setattr(owner, "enabled", False)
    owner.save()
    assert give_code(client, app.code())["Location"].startswith("/login/")
    assert not is_signed_in(client)


def test_a_code_without_a_password_leads_to_the_sign_in(owner: User, app: App) -> None:
    client = browser()
    assert give_code(client, app.code())["Location"].startswith("/login/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(owner: User, app: App, elsewhere: str) -> None:
    client = browser()
    give_password(client, owner)
    assert give_code(client, app.code(), elsewhere)["Location"] == "/"


def test_the_second_step_of_one_person_does_not_sign_in_another(people: People, app: App) -> None:
    other, _codes = with_second_step(people.stranger.user)
    client = browser()
    give_password(client, people.slave.user)
    give_code(client, other.code())
    assert not is_signed_in(client)


def test_one_turns_it_on_with_a_code_and_sees_the_recovery_codes_once(slave: Persona) -> None:
    app = set_up(slave.client)
    assert second_factor.of(slave.user) is None
    refused = slave.client.post("/me/security/on/", {"code": app.wrong()}).content.decode()
    assert "This code is not right" in refused
    shown = slave.client.post("/me/security/on/", {"code": app.code()})
    assert shown.content.decode().count("<li><code>") == 10
    assert "no-store" in shown["Cache-Control"]
    later = slave.client.get("/me/security/").content.decode()
    assert "Recovery codes left: 10." in later
    assert app.totp.secret not in later


def test_turning_it_off_and_new_codes_need_the_password(owner: User, app: App, slave: Persona) -> None:
    slave.client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    for page in ("off", "codes"):
        answer = slave.client.post(f"/me/security/{page}/", {"password": "wrong"})
        assert "This is not your password" in answer.content.decode()
    assert second_factor.of(owner) is not None
    codes = slave.client.post("/me/security/codes/", {"password": PASSWORD})
    assert codes.content.decode().count("<li><code>") == 10
    slave.client.post("/me/security/off/", {"password": PASSWORD})
    assert second_factor.of(owner) is None


def test_guessing_the_password_there_is_locked_as_at_the_sign_in(owner: User, app: App) -> None:
    client = browser()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    answers = [client.post("/me/security/off/", {"password": "wrong"}).status_code for _ in range(9)]
    assert answers[-1] == 429
    assert second_factor.of(owner) is not None


def test_staff_without_one_see_nothing_else_until_it_is_done(staff: Persona, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    for address in ("/", "/accounts/account/", "/password_change/", "/downloads/1/"):
        assert staff.client.get(address)["Location"] == "/me/security/", address
    app = set_up(staff.client)
    assert staff.client.get("/")["Location"] == "/me/security/"
    staff.client.post("/me/security/on/", {"code": app.code()})
    assert staff.client.get("/").status_code == 200


def test_staff_cannot_turn_it_off(staff: Persona, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    with_second_step(staff.user)
    staff.client.force_login(staff.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = staff.client.post("/me/security/off/", {"password": PASSWORD}, follow=True)
    assert "Staff sign in with a second step" in answer.content.decode()
    assert second_factor.of(staff.user) is not None


def test_owners_may_do_without_one(slave: Persona, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    assert slave.client.get("/points/").status_code == 200


def test_neither_secret_nor_codes_get_into_the_log_or_the_audit_trail(
    slave: Persona, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = set_up(slave.client)
    used, refused = app.code(), app.wrong()
    slave.client.post("/me/security/on/", {"code": refused})
    slave.client.post("/me/security/on/", {"code": used})
    told = caplog.text + str(list(AuditEntry.objects.values_list("action", "details")))
    assert "person.second-factor-on" in told
    assert not any(secret in told for secret in (app.totp.secret, used, refused))
