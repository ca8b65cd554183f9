"""The audit trail is written once: neither code nor a statement of one's own changes it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry
from tests.personas import Persona


@pytest.fixture
def entry(slave: Persona) -> AuditEntry:
    """Something that somebody did."""
    return audit.record(actor=slave.user, action="test", subject=slave.account, account=slave.account, points=5)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET action = 'nothing' WHERE id = %s",
        "DELETE FROM accounts_auditentry WHERE id = %s",
    ],
)
def test_an_entry_can_be_neither_changed_nor_deleted(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [entry.pk])
    entry.refresh_from_db()
    assert (entry.action, entry.details) == ("test", {"points": 5})
