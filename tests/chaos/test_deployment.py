"""G19: everything is restarted in turn under load: no submission becomes unclear, and no request is lost."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from itertools import count, cycle

import pytest
import requests

from tests import proof
from tests.chaos import harness
from tests.chaos.harness import number

ROLLED = ("dispatch", "web", "inbox", "postbacks", "tick", "urgent", "bulk", "dispatch2")
MESSAGES, RESTARTS = (50_000, 50) if proof.LONG else (6_000, 14)
PATIENCE = 60.0
"""Seconds from SIGTERM to SIGKILL, as docs/operators.md asks for."""


class Software(threading.Thread):
    """A program that orders single messages, and repeats each order until it is answered."""

    def __init__(self, panel: harness.Panel, key: str) -> None:
        super().__init__(daemon=True)
        self.ordered = self.repeated = 0
        self.refused: list[str] = []
        self.done = threading.Event()
        self._url = f"{panel.url}/api/rest/v2/message/send"
        self._key = key

    def run(self) -> None:
        """Order until there is enough."""
        for index in count(MESSAGES):
            if self.done.wait(0.1):
                return
            self._order(number(index))
            self.ordered += 1

    def _order(self, msisdn: str) -> None:
        headers = {"App-Key": self._key, "Idempotency-Key": uuid.uuid4().hex}
        body = {"to": msisdn, "message": "Hello", "bulkVariant": "ECO", "doubleEncode": False}
        while not self._is_answered(headers, body):
            self.repeated += 1
            self.done.wait(0.1)

    def _is_answered(self, headers: dict[str, str], body: dict[str, object]) -> bool:
        with suppress(requests.RequestException):
            answer = requests.post(self._url, json=body, headers=headers, timeout=60)
            if answer.json()["errorId"]:
                self.refused.append(answer.text)
            return True
        return False


@pytest.mark.crash
def test_a_deployment_makes_nothing_unclear_and_loses_no_request(seed: int) -> None:
    with harness.panel((*harness.WORKERS, "web")) as panel:
        made = panel.inside.ask("prepare", accounts=2, address=panel.provider.address, batch_size=20, grace_seconds=5)
        panel.order(MESSAGES, campaigns=10, accounts=2, wants_reports=False)
        panel.processes.start()
        software = Software(panel, made["keys"][0])
        software.start()
        panel.until(lambda: panel.sent > 0 and software.ordered > 0)
        names = cycle(ROLLED)
        ended = [panel.processes.roll(next(names), patience=PATIENCE) for _ in range(RESTARTS)]
        software.done.set()
        software.join()
        panel.finish()
        asked = panel.provider.ask("journal?path=/messages/reports&limit=100000")["requests"]
        verdict = panel.judge()
    verdict.assert_sent_once(MESSAGES + software.ordered)
    assert all(ended), "somebody had to be killed"
    assert (software.refused, verdict.attempts) == ([], 1), verdict
    assert not [one for one in asked if "unique_id" in one["body"]], "something unclear was looked up"
    figures = {"restarts": RESTARTS, "sent": verdict.on_air, "requests": software.ordered}
    figures |= {"repeated": software.repeated, "unclear_submissions": 0, "requests_lost": 0}
    proof.record("G19", "restarted in turn with SIGTERM under load", database="SQLite", seed=seed, **figures)
