"""G17: one person is erased from among very many messages, soon, and nothing of them is left."""

from __future__ import annotations

import time
from typing import Final

import pytest
from django.db import connection

from campaigns import erasing
from campaigns.models import Message
from tests import filling, proof
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold

MANY: Final = 1_000_000 if proof.LONG else 3_000
IN_TIME: Final = 60.0


def holding(digits: str) -> list[str]:
    """Return the tables of the database in which a row holds these digits."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            anywhere = " OR ".join(f"CAST(\"{name}\" AS text) LIKE '%%' || %s || '%%'" for name in names)
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE {anywhere} LIMIT 1', [digits] * len(names))
            found += [table] if cursor.fetchone() else []
        return found


@pytest.mark.goal
def test_one_of_very_many_is_erased_soon_and_nothing_is_left(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(10)])])
    filling.messages_like(campaign.messages.get(), MANY)
    canary = str(filling.FIRST + MANY // 2)
    digits = canary[2:]
    assert Message.objects.get(msisdn=canary).text == f"Dear {canary}"
    assert holding(digits) == ["campaigns_message"]
    began = time.monotonic()
    assert erasing.erase(account=sending.account, msisdn=canary, actor=None)["messages"] == 1
    took = time.monotonic() - began
    assert (holding(digits), took <= IN_TIME) == ([], True), took
    assert_all_hold()
    where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    proof.record("G17", "one person of an account erased", database=where, messages=MANY, seconds=took, found_after=0)
