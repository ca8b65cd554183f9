"""Staff add, change, test and watch connections; nobody else finds them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin

from accounts import calls, connections
from accounts.models import AuditEntry, Connection, ConnectionBalance
from smspanel import clock
from smspanel.providers import registry
from smspanel.providers.base import CallOutcome, CallRecord
from tests.accounts.providers import TOKEN, connect
from tests.personas import People, Persona

ADD = "/accounts/connection/add/"
PLAIN = {"name": "Mine", "base_url": "", "is_active": "on", "max_parallel": "1", "calls_per_second": "2"}
HOSTED = {"credential_user": "a@example.com", "credential_password": "sesame", "option_phone_field": "Phone"}
CALL = CallRecord("POST", "messages/send_sms.json", CallOutcome.ANSWERED, 200, 0.25, 17, '{"queued":<b>1</b>}')


def page_of(connection: Connection, view: str = "change") -> str:
    """Return the address of a page about the connection."""
    return f"/accounts/connection/{connection.pk}/{view}/"


def boxes(html: str) -> set[str]:
    """Return the names of the provider's boxes in a form."""
    return set(re.findall(r'name="((?:credential|option)_\w+)"', html))


def shown(persona: Persona, address: str) -> str:
    """Return the page behind an address, after redirects."""
    answer = persona.client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", ["master", "slave", "stranger"])
def test_nobody_but_staff_finds_connections_and_calls(people: People, who: str) -> None:
    made = connect("http://127.0.0.1:9", blocked_until=clock.now() + timedelta(hours=1))
    calls.recorder(made)(CALL)
    views = ("change", "history", "try_out", "use_again")
    lists = ("/accounts/connection/", ADD, f"{ADD}?kind=serwersms", "/accounts/connectioncall/")
    call = f"/accounts/connectioncall/{made.calls.get().pk}/change/"
    client = getattr(people, who).client
    for address in (*lists, call, *(page_of(made, view) for view in views)):
        assert client.get(address).status_code in {403, 404}, address
        assert client.post(address, PLAIN).status_code in {403, 404}, address
    made.refresh_from_db()
    assert (made.blocked_until is not None, made.calls.count()) == (True, 1)


def test_the_provider_is_chosen_first(staff: Persona) -> None:
    for address in (ADD, f"{ADD}?kind=unheard-of"):
        page = shown(staff, address)
        assert boxes(page) == set()
        assert all(f'href="?kind={kind}"' in page for kind, _label in registry.kinds())


@pytest.mark.parametrize("kind", [kind for kind, _label in registry.kinds()])
def test_the_form_holds_the_boxes_of_the_chosen_provider_alone(staff: Persona, kind: str) -> None:
    client = registry.client_class(kind)
    expected = {f"credential_{field.name}" for field in client.credential_fields}
    expected |= {f"option_{field.name}" for field in client.option_fields}
    assert boxes(shown(staff, f"{ADD}?kind={kind}")) == expected
    assert boxes(shown(staff, page_of(Connection.objects.create(name="One", kind=kind)))) == expected


def test_options_are_stored_with_their_types_and_empty_ones_keep_their_defaults(staff: Persona) -> None:
    options = {"option_sender": "FIRMA", "option_use_simple_api": "on", "option_phone_field": "Phones"}
    staff.client.post(f"{ADD}?kind=hostedsms", PLAIN | HOSTED | options)
    made = Connection.objects.get()
    expected = {"sender": "FIRMA", "phone_field": "Phones", "use_simple_api": True, "trust_transaction_id": False}
    assert (made.kind, made.options) == ("hostedsms", expected)
    assert connections.client_for(made).options == expected | {"cost_centre": "", "second_url": ""}
    entry = AuditEntry.objects.get(action="connection.options")
    assert entry.details == {"fields": ["phone_field", "sender", "use_simple_api"]}


def test_an_option_that_was_switched_on_can_be_switched_off(staff: Persona) -> None:
    staff.client.post(f"{ADD}?kind=hostedsms", PLAIN | HOSTED | {"option_use_simple_api": "on"})
    made = Connection.objects.get()
    assert "checked" in str(staff.client.get(page_of(made)).context["adminform"].form["option_use_simple_api"])
    staff.client.post(page_of(made), PLAIN | HOSTED)
    made.refresh_from_db()
    assert made.options["use_simple_api"] is False


@pytest.mark.parametrize(
    "kind, fields, words",
    [
        ("serwersms", {}, "either"),
        ("serwersms", {"credential_token": "x", "credential_username": "y", "credential_password": "z"}, "either"),
        ("jomobile", {"credential_token": "x"}, "Fill in the address"),
        ("hostedsms", HOSTED | {"credential_user": "a:b"}, "cannot hold a colon"),
        ("hostedsms", HOSTED | {"option_phone_field": "Fax"}, "“Phone” or “Phones”"),
        ("hostedsms", HOSTED | {"credential_password": ""}, "This field is required"),
    ],
)
def test_a_wrong_set_of_credentials_is_said_in_the_form_and_stores_nothing(
    staff: Persona, kind: str, fields: dict[str, str], words: str
) -> None:
    answer = staff.client.post(f"{ADD}?kind={kind}", PLAIN | fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Connection.objects.exists()


def test_a_wrong_change_leaves_the_connection_as_it_was(staff: Persona) -> None:
    made = connect("")
    staff.client.post(page_of(made), PLAIN | {"name": "Other", "credential_username": "only a name"})
    made.refresh_from_db()
    assert (made.name, connections.credentials_of(made)) == ("Main", {"token": TOKEN})


def test_the_provider_of_a_connection_is_fixed(staff: Persona) -> None:
    made = connect("")
    staff.client.post(page_of(made), PLAIN | {"kind": "hostedsms"})
    made.refresh_from_db()
    assert (made.name, made.kind) == ("Mine", "serwersms")


def test_a_stored_secret_is_forgotten_when_the_way_to_sign_in_changes(staff: Persona) -> None:
    made = connect("")
    other = {"credential_username": "api", "credential_password": "sesame"}
    answer = staff.client.post(page_of(made), PLAIN | other)
    assert "either" in answer.content.decode()
    staff.client.post(page_of(made), PLAIN | other | {"forget_stored": "on"})
    made.refresh_from_db()
    assert connections.credentials_of(made) == {"username": "api", "password": "sesame"}


def test_new_credentials_drop_what_the_provider_gave_for_the_old_ones(staff: Persona) -> None:
    made = connect("")
    for token, kept in (("", "sealed"), ("another", "")):
        Connection.objects.update(sealed_token="sealed")
        staff.client.post(page_of(made), PLAIN | {"credential_token": token})
        made.refresh_from_db()
        assert made.sealed_token == kept


def test_a_form_that_keeps_the_credentials_audits_no_new_ones(staff: Persona) -> None:
    made = connect("")
    sealed = AuditEntry.objects.filter(action="connection.credentials")
    for token, entries in (("", 1), ("new", 2), ("", 2)):
        staff.client.post(page_of(made), PLAIN | {"credential_token": token})
        assert sealed.count() == entries


def test_a_changed_threshold_is_stored_and_audited(staff: Persona) -> None:
    made = connect("")
    staff.client.post(page_of(made), PLAIN | {"name": "Main", "warn_below": "12.5"})
    made.refresh_from_db()
    assert made.warn_below == Decimal("12.5")
    assert 'value="12.5"' in shown(staff, page_of(made))
    assert "warn_below" in AuditEntry.objects.get(action="connection.change").details["fields"]


def test_a_form_does_not_undo_what_a_worker_wrote_meanwhile(db: None) -> None:
    made = connect("")
    Connection.objects.update(last_error="new trouble", sealed_token="newer")
    made.name = "Renamed"
    admin.site._registry[Connection].save_row(made)  # type: ignore[attr-defined]
    made.refresh_from_db()
    assert (made.name, made.last_error, made.sealed_token) == ("Renamed", "new trouble", "newer")


def test_credentials_that_no_key_opens_can_be_typed_in_anew(staff: Persona) -> None:
    made = connect("")
    Connection.objects.update(sealed_credentials="nonsense")
    shown(staff, page_of(made))
    staff.client.post(page_of(made), PLAIN | {"credential_token": "new"})
    made.refresh_from_db()
    assert connections.credentials_of(made) == {"token": "new"}


def test_the_test_button_says_what_is_wrong_and_shows_no_secret(staff: Persona) -> None:
    made = connect("http://127.0.0.1:9")
    page = shown(staff, page_of(made, "try_out"))
    assert "cannot be reached" in page
    assert TOKEN not in page
    assert AuditEntry.objects.get(action="connection.test").actor == staff.user


def test_a_connection_that_is_set_aside_is_shown_and_used_again_at_once(staff: Persona) -> None:
    made = connect("", blocked_until=clock.now() + timedelta(hours=1), blocked_because="Wrong token")
    assert "set aside until" in shown(staff, "/accounts/connection/")
    page = shown(staff, page_of(made))
    assert "Wrong token" in page
    assert page_of(made, "use_again") in page
    staff.client.get(page_of(made, "use_again"))
    assert Connection.objects.filter(blocked_until__isnull=False).exists()
    staff.client.post(page_of(made, "use_again"))
    assert Connection.objects.filter(blocked_until__isnull=True, blocked_because="").exists()
    assert AuditEntry.objects.get(action="connection.use_again").actor == staff.user


@pytest.mark.parametrize("fields", [{}, {"blocked_until": clock.now() - timedelta(hours=1)}])
def test_a_connection_in_use_offers_no_such_button(staff: Persona, fields: dict[str, Any]) -> None:
    made = connect("", **fields)
    assert page_of(made, "use_again") not in shown(staff, page_of(made))
    assert staff.client.post(page_of(made, "use_again")).status_code == 403


def test_calls_are_listed_by_connection_and_cannot_be_changed(staff: Persona) -> None:
    first, second = connect(""), connect("", name="Second")
    calls.recorder(first)(CALL)
    address = f"/accounts/connectioncall/?connection__id__exact={first.pk}"
    assert address in shown(staff, page_of(first))
    assert "messages/send_sms.json" in shown(staff, address)
    other = f"/accounts/connectioncall/?connection__id__exact={second.pk}"
    assert "messages/send_sms.json" not in shown(staff, other)
    call = f"/accounts/connectioncall/{first.calls.get().pk}"
    assert "{&quot;queued&quot;:&lt;b&gt;1&lt;/b&gt;}" in shown(staff, f"{call}/change/")
    assert staff.client.post(f"{call}/change/", {"path": "x"}).status_code == 403
    assert staff.client.post(f"{call}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("value, is_active, warned", [("99", True, True), ("100", True, False), ("99", False, False)])
def test_the_dashboard_and_the_connection_warn_of_a_low_balance(
    people: People, value: str, is_active: bool, warned: bool
) -> None:
    made = connect("", warn_below=Decimal(100), is_active=is_active)
    ConnectionBalance.objects.create(connection=made, name="ECO", value=Decimal(value))
    sentence = "ECO: 99 left (below 100)"
    assert (sentence in shown(people.staff, "/")) == warned
    assert (sentence in shown(people.staff, page_of(made))) == (value == "99")
    assert sentence not in shown(people.slave, "/")


def test_staff_read_where_the_provider_pushes_to(people: People) -> None:
    made = connect("http://127.0.0.1:9")
    assert made.push_address.endswith(f"/in/{made.inbox_token}")
    assert made.push_address in shown(people.staff, page_of(made))
