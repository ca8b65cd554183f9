"""A person who is erased while a campaign makes its messages: no message is made for them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from campaigns import erasing, jobs
from campaigns.models import Campaign, Message
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.races.conftest import TEN
from tests.races.together import LONG, PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def begun(sending: Sending) -> Campaign:
    """A campaign to TEN that is about to make its messages."""
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    return campaign


def expand(campaign: Campaign) -> None:
    """Make the messages, with a connection of the thread's own."""
    try:
        jobs.expand(campaign.pk)
    finally:
        connections.close_all()


@contextmanager
def meanwhile(
    begun: Campaign, monkeypatch: pytest.MonkeyPatch, patience: float = PATIENCE
) -> Iterator[list[Future[None]]]:
    """Make messages after the erasure has looked for them, unless a lock keeps them from it.

    The erasure waits so many seconds for them.
    """
    texts, running = erasing._texts, list[Future[None]]()
    with ThreadPoolExecutor(1) as pool:

        def looked(messages: Any) -> set[str]:
            running.append(pool.submit(expand, begun))
            wait(running, patience)
            return texts(messages)

        monkeypatch.setattr(erasing, "_texts", looked)
        yield running


def test_no_message_is_made_for_who_is_being_erased(
    sending: Sending, begun: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with meanwhile(begun, monkeypatch) as running:
        erasing.erase(account=sending.account, msisdn=TEN[0], actor=None)
    assert running[0].result() is None
    assert sorted(Message.objects.values_list("msisdn", flat=True)) == TEN[1:]
    assert_all_hold()


def test_without_the_lock_there_would_be_one(
    sending: Sending, begun: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = connection.vendor == "postgresql"
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
    with meanwhile(begun, monkeypatch, patience=LONG if lost else PATIENCE) as running:
        erasing.erase(account=sending.account, msisdn=TEN[0], actor=None)
    running[0].result()
    assert Message.objects.filter(msisdn=TEN[0]).exists() == lost
