"""Submissions are in the log of calls, which is written outside every transaction of the sending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import ConnectionCall
from campaigns.models import Campaign
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10, 20)]


def is_log(sql: str) -> bool:
    """Say whether a statement writes the log."""
    return sql.startswith('INSERT INTO "accounts_connectioncall"')


def test_a_submission_is_logged(sending: Sending) -> None:
    sending.send([sending.group(TEN)])
    call = ConnectionCall.objects.get(path__contains="send_")
    assert (call.connection, call.outcome, call.status) == (sending.connection, "ANSWERED", 200)


@pytest.mark.django_db(transaction=True)
def test_the_log_is_written_in_transactions_of_its_own(sending: Sending) -> None:
    depths: list[int] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if is_log(sql):
            depths.append(len(connection.atomic_blocks))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        sending.send([sending.group(TEN)])
    assert depths
    assert set(depths) == {1}


def test_a_campaign_is_sent_although_its_calls_cannot_be_logged(sending: Sending) -> None:
    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if is_log(sql):
            raise DatabaseError("The disk is full.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        campaign = sending.send([sending.group(TEN)])
    assert (campaign.state, ConnectionCall.objects.count()) == (Campaign.State.FINISHED, 0)
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert_all_hold()
