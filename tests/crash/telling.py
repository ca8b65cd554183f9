"""What is told after a campaign: post backs to an owner's program, and a reply that a provider pushes."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts import connections
from accounts.models import Account, Connection
from campaigns import inbox, jobs
from campaigns.models import InboxItem, PostbackEndpoint, PostbackEvent, Reply, Route
from contacts.models import BlacklistEntry
from tests.campaigns.listening import CAMPAIGNS, DELIVERIES, listen
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.campaigns.sending import number, open_route

TOLD: Final = Path(settings.DATA_DIR) / "told"
"""The ids of the events that the owner's program got, a line for each."""
PUSHED: Final = {
    "msisdn": number(10),
    "operator": "POLAND_ORANGE",
    "sender": "STOP",
    "prefix": "STOP",
    "idMsgContent": 21045,
    "id": 252822,
}


class _Program(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Write down the event before it is accepted, as a careful program does."""
        self.rfile.read(int(self.headers["content-length"]))
        with TOLD.open("a") as file:
            file.write(f"{self.headers['webhook-id']}\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def listen_to_everything() -> None:
    """Run the owner's program in a thread of the process that is never killed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Program)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    account = Account.objects.get(email="slave@example.com")
    listen(account, f"http://127.0.0.1:{server.server_port}/", CAMPAIGNS, DELIVERIES)


def tell() -> None:
    """Tell what waits; the program begins with an empty page."""
    TOLD.write_text("")
    jobs.send_postbacks()


def assert_told() -> None:
    """Check that every event was told, and again only with the id that it had."""
    told = Counter(map(int, TOLD.read_text().split()))
    assert set(told) == set(PostbackEvent.objects.values_list("pk", flat=True)) != set()
    assert max(told.values()) <= 2, told
    assert set(PostbackEvent.objects.values_list("state", flat=True)) == {"ACCEPTED"}
    assert not PostbackEndpoint.objects.filter(failing_since__isnull=False).exists()


def expect_stop(address: str) -> None:
    """Reserve the word STOP, and be connected to a provider that pushes replies."""
    pushing = open_route(f"{address}/api/rest/v2", kind="justsend", name="Pushes")
    connections.set_credentials(connection=pushing, credentials={"app_key": "sim-app-key"}, actor=None)
    Route.objects.filter(connection=pushing).delete()
    account = Account.objects.get(email="slave@example.com")
    allow(account)
    reserve(make_prefix("STOP", type="BLACK_LIST_COMMAND"), account)


def push() -> None:
    """Take the reply as the page does that the provider calls; it calls again when it got no answer."""
    inbox.receive(connection=Connection.objects.get(kind="justsend"), query={}, body=json.dumps(PUSHED))


def push_and_apply() -> None:
    """Take the reply, and do as it says."""
    push()
    for (connection,) in inbox.due():
        jobs.apply_inbox(connection)


def assert_stopped() -> None:
    """Check that there is one reply, that its number is blacklisted, and that nothing waits."""
    pushed = list(InboxItem.objects.values_list("state", "problem"))
    assert set(pushed) == {(InboxItem.State.APPLIED, "")}, pushed
    replies = Reply.objects.count()
    blacklisted = list(BlacklistEntry.objects.values_list("msisdn", flat=True))
    assert (replies, blacklisted) == (1, [PUSHED["msisdn"]]), (replies, blacklisted)
