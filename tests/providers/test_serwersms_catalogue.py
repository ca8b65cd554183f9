"""What a SerwerSMS account has besides messages: the client against the simulated provider."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.serwersms.client import SerwerSmsClient
from smspanel.providers.serwersms.listings import ImportResult, Kind, Subaccount, Template
from smspanel.providers.values import Inbound, NumberCheck, Outgoing, SenderName, SenderStatus, Submission
from smspanel.simulator import Simulator
from tests.providers.scripted import Scripted, answer, answer_json

NUMBER, OTHER = "48500100200", "48500100201"


@pytest.fixture
def client(simulator: Simulator) -> SerwerSmsClient:
    return SerwerSmsClient(base_url=simulator.url("serwersms"), credentials={"token": "sim-token"})


def test_a_new_sender_waits_for_approval(client: SerwerSmsClient) -> None:
    client.add_sender("FIRMA")
    assert SenderName("FIRMA", SenderStatus.PENDING) in client.senders()
    with pytest.raises(errors.RequestRefused):
        client.add_sender("FIRMA")


def test_templates_are_kept_changed_and_deleted(client: SerwerSmsClient) -> None:
    first, second = client.add_template("b", "Zażółć"), client.add_template("a", "Hello")
    assert client.templates() == [Template(second, "a", "Hello"), Template(first, "b", "Zażółć")]
    client.edit_template(first, "c", "Changed")
    client.delete_template(second)
    assert client.templates() == [Template(first, "c", "Changed")]
    with pytest.raises(errors.RequestRefused):
        client.delete_template(second)
    with pytest.raises(errors.RequestRefused):
        client.edit_template(second, "a", "Gone")


def test_subaccounts_are_opened_limited_and_closed(client: SerwerSmsClient, simulator: Simulator) -> None:
    first = client.add_subaccount("branch", "secret", name="Branch", email="branch@example.com")
    second = client.add_subaccount("shop", "secret", like=first)
    assert client.subaccounts() == [Subaccount(first, "branch"), Subaccount(second, "shop")]
    assert client.subaccount(first) == Subaccount(first, "branch", "Branch", "", "branch@example.com")
    client.limit_subaccount(first, Kind.FULL, 500)
    client.delete_subaccount(second)
    assert [one.username for one in client.subaccounts()] == ["branch"]
    with pytest.raises(errors.RequestRefused):
        client.add_subaccount("branch", "secret")
    assert simulator.lint() == []


def test_payments_are_listed_with_their_invoices(client: SerwerSmsClient) -> None:
    (payment,) = client.payments()
    assert client.payment(payment.id) == payment
    assert (payment.is_paid, payment.total) == (True, Decimal("123.0"))
    assert client.invoice(payment.id).startswith(b"%PDF")
    with pytest.raises(errors.RequestRefused):
        client.invoice(7)


def test_groups_hold_contacts(client: SerwerSmsClient) -> None:
    group = client.add_group("Customers")
    client.rename_group(group, "Good customers")
    contact = client.add_contact(group, NUMBER, first_name="Ala", email="ala@example.com")
    client.blacklist_add(NUMBER)
    (shown,) = client.contacts(group)
    assert (shown.id, shown.msisdn, shown.first_name, shown.blacklisted) == (contact, NUMBER, "Ala", True)
    assert [(one.id, one.name, one.count) for one in client.groups("good")] == [(group, "Good customers", 1)]
    assert client.groups_with(NUMBER) == {group: "Good customers"}
    client.delete_contact(contact)
    assert client.contacts() == []
    client.delete_group(group)
    assert client.groups() == []


def test_an_import_counts_what_was_wrong(client: SerwerSmsClient) -> None:
    rows = [{"phone": f"+{NUMBER}", "first_name": "Ala"}, {"phone": "45616"}]
    result = client.import_contacts("Imported", rows)
    assert result == ImportResult(result.group_id, correct=1, failed=1)
    assert [one.msisdn for one in client.contacts(result.group_id)] == [NUMBER]


def test_the_blacklist_is_listed_to_its_last_page(client: SerwerSmsClient) -> None:
    numbers = [f"48500{index:06d}" for index in range(501)]
    for number in numbers:
        client.blacklist_add(number)
    assert [entry.msisdn for entry in client.blacklist()] == numbers
    assert client.blacklist()[0].added_at is not None


@pytest.mark.parametrize("slow", [False, True])
def test_the_network_is_asked_about_a_number(client: SerwerSmsClient, simulator: Simulator, slow: bool) -> None:
    simulator.settings("serwersms", slow_hlr=slow)
    expected = NumberCheck(NUMBER, reachable=True, network="Orange", ported=False, raw_state="active")
    assert client.check_number(NUMBER) == expected
    assert client.check_number("48500100202").reachable is False
    assert (client.is_number("500100200"), client.is_number("45616")) == (True, False)


def test_a_check_that_does_not_end_is_ambiguous(server: Scripted) -> None:
    server.script(answer_json({"phone": "+48500100200", "id": "abc"}))
    asking = SerwerSmsClient(base_url=server.url, credentials={"token": "t"})
    with pytest.raises(errors.Ambiguous):
        asking.check_number(NUMBER)
    assert server.requests[1].json() == {"phone": "+48500100200", "id": "abc"}


def test_replies_of_every_type_are_read_in_their_order(client: SerwerSmsClient, simulator: Simulator) -> None:
    started = clock.now() - timedelta(seconds=2)
    simulator.reply("serwersms", NUMBER, "TAK", answers="32039da8e9")
    simulator.advance(60)
    simulator.reply("serwersms", OTHER, "NIE", to="4321")
    simulator.advance(60)
    simulator.reply("serwersms", OTHER, "STOP", to="500100300")
    replies = client.inbound(started)
    assert [(one.text, one.to, one.answers) for one in replies] == [
        ("TAK", "", "32039da8e9"),
        ("NIE", "4321", ""),
        ("STOP", "500100300", ""),
    ]
    assert client.inbound(started + timedelta(seconds=30)) == replies[1:]
    assert simulator.lint() == []


def test_the_newer_spelling_of_a_received_time_is_read(server: Scripted) -> None:
    item = {"id": 7, "phone": "+48500100200", "received": "2026-07-01 12:00:00", "text": "TAK", "to_number": "4321"}
    server.script(answer_json({"items": [item]}), answer_json({"items": []}))
    asking = SerwerSmsClient(base_url=server.url, credentials={"token": "t"})
    at = datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert asking.inbound(at) == (Inbound("7", NUMBER, "4321", "TAK", at),)


def test_statistics_count_each_sending(client: SerwerSmsClient) -> None:
    messages = tuple(Outgoing(f"ref{n}", number, "Hello") for n, number in enumerate((NUMBER, "48500100202")))
    client.submit(Submission("b", messages))
    span = (clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1))
    (found,) = client.statistics(*span)
    assert (found.kind, found.text, found.delivered, found.undelivered) == ("eco", "Hello", 1, 1)
    assert client.statistics(*span, kind="full") == []


@pytest.mark.parametrize("ask", ["templates", "subaccounts", "payments", "blacklist", "groups", "contacts"])
@pytest.mark.parametrize("body", [{}, {"items": None}, [], None])
def test_a_list_that_is_none_is_ambiguous(server: Scripted, ask: str, body: object) -> None:
    server.script(answer_json(body))
    with pytest.raises(errors.Ambiguous):
        getattr(SerwerSmsClient(base_url=server.url, credentials={"token": "t"}), ask)()


@pytest.mark.parametrize("body", ["", "null", "{}", '{"success": true}'])
def test_an_invoice_that_is_no_file_is_ambiguous(server: Scripted, body: str) -> None:
    server.script(answer(200, body))
    with pytest.raises(errors.Ambiguous):
        SerwerSmsClient(base_url=server.url, credentials={"token": "t"}).invoice(1)
