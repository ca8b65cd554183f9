"""Sending to the simulator with every promise kept, beside the same calls and one UPDATE of what came of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import requests
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast

from accounts.models import Connection
from campaigns import lifecycle
from campaigns.models import Campaign, Message
from contacts.models import Group
from tests.bench import expanding, filling, planning
from tests.bench.measure import ROUNDS, WHOLE, Row, compare
from tests.bench.processes import Process, hear, running, tell
from tests.bench.sender import send
from tests.campaigns.sending import open_route
from tests.crash import provider
from tests.invariants import assert_all_hold
from tests.personas import Persona, make_people

MESSAGES: Final = 40_000 if WHOLE else 4_000
BATCH: Final = 200
WORKERS: Final = 2


def rows() -> Iterator[Row]:
    """Measure one worker beside the bare way, then two beside one; the simulator's journal is the judge."""
    owner = make_people().slave
    filling.rich(owner.account)
    group = filling.contacts(owner.account, MESSAGES)
    with TemporaryDirectory() as folder, provider.running(Path(folder)) as simulator, ExitStack() as stack:
        route = open_route(simulator.address, max_parallel=WORKERS)
        ready = iter([expanded(owner, group) for _round in range(ROUNDS * 3)])
        spare = expanded(owner, group)
        yield compare(
            f"sending {MESSAGES:,} messages, {BATCH} a call / the same calls, and one UPDATE of the outcome",
            "messages",
            MESSAGES,
            bare=lambda: _bare(route, spare),
            ours=lambda: _send(next(ready)),
            target=0.4,
        )
        workers = [stack.enter_context(running("tests.bench.sender")) for _worker_index in range(WORKERS)]
        yield compare(
            f"sending with {WORKERS} workers / with one",
            "messages",
            MESSAGES,
            bare=lambda: _share(next(ready), workers[:1]),
            ours=lambda: _share(next(ready), workers),
            target=1.5,
        )
        if (sent := simulator.sent()) != MESSAGES * ROUNDS * 4:
            raise RuntimeError(f"The provider's journal has {sent:,} messages.")
    assert_all_hold()


def expanded(owner: Persona, group: Group) -> Campaign:
    """Return a campaign whose messages wait; it is paused, as whoever sends serves all that may be sent, in turn."""
    campaign = expanding.confirmed(owner, group)
    expanding.expand(campaign)
    lifecycle.pause(campaign=campaign, actor=None)
    return campaign


def _send(campaign: Campaign) -> None:
    lifecycle.resume(campaign=campaign, actor=None)
    send(campaign.pk)
    _check(campaign)


def _check(campaign: Campaign) -> None:
    if campaign.messages.exclude(state=Message.State.SENT).exists():
        raise RuntimeError("Not all messages were sent.")


def _bare(route: Connection, spare: Campaign) -> None:
    """Make the calls, and write the outcome of as many messages; what is written is taken back, for the next round."""
    session = requests.Session()
    session.headers["Authorization"] = "Bearer sim-token"
    numbers = list(spare.messages.order_by("pk").values_list("msisdn", flat=True))
    for start in range(0, MESSAGES, BATCH):
        phones = [f"+{number}" for number in numbers[start : start + BATCH]]
        body = {"details": True, "unique_id": [uuid.uuid4().hex for _phone in phones], "phone": phones}
        url = f"{route.base_url}/messages/send_sms.json"
        session.post(url, json=body | {"text": planning.SAME}, timeout=60).raise_for_status()
    with transaction.atomic():
        spare.messages.update(state=Message.State.SENT, provider_id=Cast("pk", CharField()), provider_parts=1)
        transaction.set_rollback(True)


def _share(campaign: Campaign, workers: Sequence[Process]) -> None:
    """Have all of these workers send one campaign together."""
    lifecycle.resume(campaign=campaign, actor=None)
    for worker in workers:
        tell(worker, campaign.pk)
    for worker in workers:
        hear(worker)
    _check(campaign)
