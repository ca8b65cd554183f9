"""The rest of a SerwerSMS account: balance, senders, blacklist, cancelling."""

from __future__ import annotations

import pytest

from smspanel.providers import errors
from smspanel.providers.serwersms.client import SerwerSmsClient
from smspanel.providers.values import SenderName, SenderStatus
from tests.providers.scripted import DROP_AFTER_READING, Scripted, answer_json

DELETED = answer_json({"success": True, "correct": 1, "failed": 0})
NOT_DELETED = answer_json({"success": False, "correct": 0, "failed": 1})


@pytest.fixture
def client(server: Scripted) -> SerwerSmsClient:
    return SerwerSmsClient(base_url=server.url, credentials={"token": "tok"})


def test_ss_26_limits_are_numbers_unlimited_or_absent(server: Scripted, client: SerwerSmsClient) -> None:
    items = [
        {"type": "eco", "chars_limit": "918/6", "value": "no_limit"},
        {"type": "full", "chars_limit": "918/6", "value": "40"},
        {"type": "voice", "value": "not_available"},
        {"type": "", "value": "7"},
    ]
    server.script(answer_json({"account": {"type": "prepaid"}, "items": items}))
    assert client.balance().items == {"ECO": None, "FULL": 40}
    assert server.requests[0].target == "/account/limits.json"


def test_senders_are_listed_with_their_approval(server: Scripted, client: SerwerSmsClient) -> None:
    words = ["authorized", "pending_authorization", "rejected", "deactivated", "new-word"]
    items = [{"name": f"NAME{n}", "status": word} for n, word in enumerate(words)]
    server.script(answer_json({"items": [*items, {"status": "authorized"}]}))
    status = SenderStatus
    expected = [status.APPROVED, status.PENDING, status.REJECTED, status.REJECTED, status.UNKNOWN]
    assert client.senders() == [SenderName(f"NAME{n}", found) for n, found in enumerate(expected)]


@pytest.mark.parametrize("exists, found", [(True, True), ("true", True), (1, True), (False, False)])
def test_the_blacklist_is_asked(server: Scripted, client: SerwerSmsClient, exists: object, found: bool) -> None:
    server.script(answer_json({"exists": exists}))
    assert client.blacklist_has("48500600700") is found
    assert server.requests[0].json() == {"phone": "+48500600700"}


def test_the_blacklist_is_changed(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(answer_json({"success": True, "id": 5}))
    client.blacklist_add("48500600700")
    client.blacklist_remove("48500600700")
    assert [request.target for request in server.requests] == [
        "/blacklist/add.json",
        "/blacklist/delete.json",
    ]
    server.script(answer_json({"success": False}))
    with pytest.raises(errors.RequestRefused):
        client.blacklist_add("48500600700")


def test_only_what_the_provider_still_held_is_cancelled(server: Scripted, client: SerwerSmsClient) -> None:
    gone = answer_json({"error": {"code": 1004, "type": "InvalidID", "message": "No such id"}})
    server.script(DELETED, NOT_DELETED, gone, DELETED)
    assert client.cancel(["ref-1", "ref-2", "ref-3", "ref-4"]) == {"ref-1", "ref-4"}
    assert server.requests[0].json() == {"unique_id": ["ref1"]}


def test_a_lost_answer_keeps_what_was_cancelled_before(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(DELETED, DROP_AFTER_READING)
    assert client.cancel(["ref-1", "ref-2", "ref-3"]) == {"ref-1"}
    with pytest.raises(errors.Ambiguous):
        client.cancel(["ref-2"])
