"""Where somebody is signed in: they see it, end it, and a new password or a second step ends it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import sessions, tenants
from accounts.models import AuditEntry, Session, User
from smspanel import clock
from tests.personas import People, Persona, signed_in
from tests.second_step import PASSWORD, App, browser, is_signed_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0"


def another(persona: Persona) -> Client:
    """Return another browser in which the person is signed in, and which they have used."""
    client = browser(HTTP_USER_AGENT=FIREFOX)
    client.force_login(persona.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/points/")
    return client


def reference_of(client: Client) -> str:
    """Return what the page calls a browser's session."""
    return str(Session.objects.get(session_key=sessions.digest_of(client.session.session_key)).reference)


def test_one_sees_the_own_sessions_in_plain_words_and_no_keys(people: People) -> None:
    other, foreign = another(people.slave), another(people.stranger)
    shown = people.slave.client.get("/me/security/").content.decode()
    assert "Firefox on Windows" in shown
    assert "127.0.0.9" in shown
    assert "this one" in shown
    assert reference_of(foreign) not in shown
    assert str(other.session.session_key) not in shown


def test_one_session_is_ended_at_once(slave: Persona) -> None:
    other, third = another(slave), another(slave)
    slave.client.post("/me/security/sign-out/", {"session": reference_of(other)})
    assert [is_signed_in(client) for client in (other, third, slave.client)] == [False, True, True]
    assert AuditEntry.objects.filter(action="person.session-end").count() == 1


def test_all_others_are_ended_at_once(slave: Persona) -> None:
    other, third = another(slave), another(slave)
    slave.client.post("/me/security/sign-out/", {"session": "others"})
    assert [is_signed_in(client) for client in (other, third, slave.client)] == [False, False, True]


@pytest.mark.parametrize("reference", ["", "nonsense", "None", "\0", "stranger"])
def test_nobody_ends_what_is_not_theirs(people: People, reference: str) -> None:
    foreign = another(people.stranger)
    named = reference_of(foreign) if reference == "stranger" else reference
    assert people.slave.client.post("/me/security/sign-out/", {"session": named}).status_code == 302
    assert is_signed_in(foreign)


def test_a_new_password_ends_the_other_sessions(slave: Persona) -> None:
    slave.user.set_password(PASSWORD)
    slave.user.save()
    slave.client.force_login(slave.user, backend="django.contrib.auth.backends.ModelBackend")
    other = another(slave)
    new = {"old_password": PASSWORD, "new_password1": "staple battery horse", "new_password2": "staple battery horse"}
    assert slave.client.post("/password_change/", new).status_code == 302
    assert [is_signed_in(client) for client in (other, slave.client)] == [False, True]
    assert sessions.of(slave.user).count() == 1


def test_turning_the_second_step_on_ends_the_other_sessions(slave: Persona) -> None:
    other = another(slave)
    slave.client.post("/me/security/prepare/")
    shown = slave.client.get("/me/security/").content.decode()
    app = App(shown.split('id="secret">')[1].split("<")[0])
    slave.client.post("/me/security/on/", {"code": app.code()})
    assert [is_signed_in(client) for client in (other, slave.client)] == [False, True]


def test_staff_end_the_sessions_of_a_person_and_others_do_not(people: People) -> None:
    other = another(people.slave)
    address = f"/accounts/user/{people.slave.user.pk}/end_sessions/"
    for persona in (people.stranger, people.master):
        persona.client.post(address)
        assert is_signed_in(other)
    assert people.staff.client.get(address).status_code == 200
    assert is_signed_in(other)
    people.staff.client.post(address)
    assert not is_signed_in(other)


def test_support_does_not_end_the_sessions_of_administrators(people: People) -> None:
    support = signed_in(tenants.add_person(email="support@example.com", password="x", role=User.Role.SUPPORT), None)
    support.client.post(f"/accounts/user/{people.staff.user.pk}/end_sessions/")
    assert people.staff.client.get("/").status_code == 200


def test_when_a_session_was_last_seen_is_written_once_a_minute(slave: Persona) -> None:
    slave.client.get("/points/")
    row = Session.objects.get(person=slave.user)
    slave.client.get("/points/")
    assert Session.objects.get(pk=row.pk).seen_at == row.seen_at
    with clock.travel(minutes=2):
        slave.client.get("/points/")
    again = Session.objects.get(pk=row.pk)
    assert row.seen_at is not None
    assert again.seen_at is not None
    assert again.seen_at > row.seen_at


def test_a_new_key_makes_no_younger_session(slave: Persona) -> None:
    session = slave.client.session
    before = Session.objects.get(session_key=sessions.digest_of(session.session_key)).since
    with clock.travel(minutes=5):
        session.cycle_key()
    assert Session.objects.get(person=slave.user).since == before


def test_expired_sessions_are_forgotten(slave: Persona) -> None:
    with clock.travel(days=15):
        assert not sessions.of(slave.user).exists()
    sessions.forget_expired()
    assert sessions.of(slave.user).exists()
    Session.objects.update(expire_date=clock.now())
    sessions.forget_expired()
    assert not Session.objects.exists()
