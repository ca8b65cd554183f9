"""Who gets past the triggers and changes the audit trail is found out: the check names the first broken entry."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit, chain, chain_triggers
from accounts.models import AuditEntry, AuditHead, AuditLink, Wallet
from tests.invariants import assert_all_hold, broken
from tests.personas import People
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)
CHANGES = {
    "action": "'nothing'",
    "subject": "'accounts.User:1'",
    "details": """'{"points": 6}'""",
    "actor_id": "NULL",
    "account_id": "NULL",
    "at": "'2026-01-02 03:04:05+00:00'",
}


def write(people: People, **details: Any) -> AuditEntry:
    """Write an entry."""
    slave = people.slave
    return audit.record(actor=slave.user, action="test", subject=slave.account, account=slave.account, **details)


@pytest.fixture
def entries(people: People) -> list[AuditEntry]:
    """Five entries that follow each other."""
    return [write(people, points=5) for _ in range(5)]


@contextmanager
def without_triggers() -> Iterator[Any]:
    """Yield a cursor for whom nothing is forbidden, as for somebody who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield cursor
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'accounts_audit%'")
        triggers = cursor.fetchall()
        cursor.execute("PRAGMA foreign_keys = OFF")
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield cursor
        for _name, sql in triggers:
            cursor.execute(sql)
        cursor.execute("PRAGMA foreign_keys = ON")


def remove(*entries: AuditEntry, links: bool) -> None:
    """Remove entries, and their links with them."""
    with without_triggers() as cursor:
        for entry in entries:
            cursor.execute("DELETE FROM accounts_auditentry WHERE id = %s", [entry.pk])
            if links:
                cursor.execute("DELETE FROM accounts_auditlink WHERE entry_id = %s", [entry.pk])


def test_what_is_written_is_a_chain_without_gaps(entries: list[AuditEntry]) -> None:
    assert chain.broken() == []
    positions = list(AuditLink.objects.order_by("entry_id").values_list("position", flat=True))
    assert positions == list(range(1, AuditEntry.objects.count() + 1))
    assert chain.head().position == len(positions)


def test_what_is_not_committed_is_not_in_it(people: People) -> None:
    before = chain.head()
    with transaction.atomic():
        write(people)
        transaction.set_rollback(True)
    assert chain.head() == before
    assert chain.broken() == []


@pytest.mark.parametrize("details", [{"a": 1e22, "b": 0.1, "ż": "ąż\u2028"}, {"z": [1.0, {"b": None, "a": True}]}, {}])
def test_details_of_any_kind_are_read_back_as_they_were_sealed(people: People, details: dict[str, Any]) -> None:
    write(people, **details)
    assert chain.broken() == []


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_entry_is_named(entries: list[AuditEntry], column: str) -> None:
    with without_triggers() as cursor:
        cursor.execute(f"UPDATE accounts_auditentry SET {column} = {CHANGES[column]} WHERE id = %s", [entries[2].pk])
    (sentence,) = chain.broken()
    assert sentence.startswith(f"audit entry {entries[2].pk} is not as it was written")


def test_a_removed_entry_is_named(entries: list[AuditEntry]) -> None:
    remove(entries[2], links=False)
    assert chain.broken() == [f"audit entry {entries[2].pk} is missing"]
    assert "I14" in broken()


def test_a_removed_entry_is_missed_though_its_link_is_gone_too(entries: list[AuditEntry]) -> None:
    remove(entries[2], links=True)
    assert chain.broken() == [f"audit entries between {entries[1].pk} and {entries[3].pk} are missing"]


def test_the_newest_are_missed_too(entries: list[AuditEntry]) -> None:
    remove(*entries[3:], links=True)
    (sentence,) = chain.broken()
    assert sentence.startswith(f"audit entries after {entries[2].pk} are missing")


def test_an_entry_that_was_slipped_in_is_named(entries: list[AuditEntry]) -> None:
    with without_triggers() as cursor:
        columns = "id, at, action, subject, details, actor_id, account_id, seen_as_id, digest"
        copied = columns.replace("id,", f"{entries[-1].pk + 9},", 1)
        cursor.execute(f"INSERT INTO accounts_auditentry ({columns}) SELECT {copied} FROM accounts_auditentry LIMIT 1")
    assert chain.broken() == [f"audit entry {entries[-1].pk + 9} was never sealed"]


def test_two_entries_that_changed_places_are_named(entries: list[AuditEntry]) -> None:
    first, second = (AuditLink.objects.get(entry=entry).position for entry in entries[1:3])
    with without_triggers() as cursor:
        for entry, position in ((entries[1], -1), (entries[2], first), (entries[1], second)):
            cursor.execute("UPDATE accounts_auditlink SET position = %s WHERE entry_id = %s", [position, entry.pk])
    assert chain.broken()[0].startswith(f"audit entry {entries[2].pk} is not")


def test_who_makes_a_whole_new_chain_is_told_by_a_seal_that_was_noted(entries: list[AuditEntry]) -> None:
    noted = chain.head()
    with without_triggers() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET action = 'nothing' WHERE id = %s", [entries[2].pk])
        cursor.execute("DELETE FROM accounts_auditlink")
        cursor.execute("DELETE FROM accounts_audithead")
        chain_triggers._link_all(AuditEntry, AuditLink, AuditHead)
    assert chain.broken() == []
    (sentence,) = chain.broken(noted)
    assert sentence == f"audit entry {entries[-1].pk} is not the one that was sealed as number {noted.position}"


@pytest.mark.parametrize("statement", ["UPDATE accounts_auditlink SET digest = ''", "DELETE FROM accounts_auditlink"])
def test_a_link_can_be_neither_changed_nor_deleted(entries: list[AuditEntry], statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chain.broken() == []


def test_entries_from_before_the_chain_are_chained_by_the_migration(entries: list[AuditEntry]) -> None:
    seal = chain.head()
    with connection.schema_editor() as editor:
        chain_triggers.forget(apps, editor)
        editor.execute("DELETE FROM accounts_auditlink")
        editor.execute("DELETE FROM accounts_audithead")
        chain_triggers.keep(apps, editor)
    assert chain.head() == seal
    assert chain.broken() == []
    assert import_module("accounts.migrations.0003_audit_chain").chain_triggers is chain_triggers


def test_the_command_prints_a_seal_and_finds_it_again(entries: list[AuditEntry]) -> None:
    told = io.StringIO()
    call_command("verify_audit", stdout=told)
    entries_said, seal = told.getvalue().splitlines()
    assert entries_said == f"entries: {AuditEntry.objects.count()}"
    call_command("verify_audit", expect=chain.head(), stdout=told)
    with pytest.raises(SystemExit):
        call_command("verify_audit", f"--expect={seal.split()[1][:-2]}00", stdout=told)
    assert "BROKEN: audit entry" in told.getvalue()


def test_many_writers_make_one_chain(people: People) -> None:
    def many() -> None:
        for _ in range(10):
            write(people)

    assert together(*[many] * 4) == [None] * 4
    assert chain.broken() == []
    assert_all_hold()


def test_whoever_locks_something_after_an_entry_waits_for_nobody_crosswise(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    wallets = [Wallet.objects.get(account=persona.account) for persona in (people.master, people.slave)]
    if connection.vendor == "postgresql":
        meet_before(monkeypatch, chain, "append", surely=True)

    def act(first: Wallet, second: Wallet) -> None:
        with transaction.atomic():
            Wallet.objects.select_for_update().get(pk=first.pk)
            write(people)
            if first is wallets[0]:
                Wallet.objects.select_for_update().get(pk=second.pk)

    assert together(partial(act, *wallets), partial(act, *reversed(wallets))) == [None, None]
    assert chain.broken() == []


def test_a_head_that_is_locked_with_the_entry_would_deadlock(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    AuditHead.objects.get_or_create(pk=AuditHead.ONLY, defaults=chain.Seal()._asdict())
    wallet, lost = Wallet.objects.get(account=people.slave.account), connection.vendor == "postgresql"
    rows = {"head": AuditHead.objects.filter(pk=AuditHead.ONLY), "wallet": Wallet.objects.filter(pk=wallet.pk)}
    meet_before(monkeypatch, chain, "follow", surely=lost)

    def act(*names: str) -> None:
        with transaction.atomic():
            list(rows[names[0]].select_for_update())
            chain.follow(chain.Seal(), 1, b"")
            list(rows[names[1]].select_for_update())

    results = together(partial(act, "head", "wallet"), partial(act, "wallet", "head"))
    assert sum(isinstance(result, DatabaseError) for result in results) == lost
