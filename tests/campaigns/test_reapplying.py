"""A restored backup is told what people asked for since it was made: they are erased and blocked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Account
from campaigns import erasing, jobs, lifecycle, reapplying
from campaigns.models import Message
from campaigns.reapplying import Reapplied
from contacts import blacklist, erasure, wish_log
from contacts.models import BlacklistEntry, Contact, ErasureKey
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, make_group, number
from tests.campaigns.test_restoring import Lost
from tests.invariants import assert_all_hold
from tests.personas import People

LEFT, STAYED = number(1), number(2)
STRANGERS = number(3)
Since = Callable[[Callable[[], object]], None]
Scope = BlacklistEntry.Scope


@pytest.fixture
def since(settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Since:
    """Let something happen after the backup: what the log says of it stays, and the database is as it was."""
    settings.DATA_DIR = tmp_path
    erasure.sealed_key()

    def happen(what: Callable[[], object]) -> None:
        with suppress(Lost), transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                what()
            raise Lost

    return happen


def again() -> Reapplied:
    """Tell the restored database what the log says."""
    return reapplying.reapply([wish_log.path()])


def block(account: Account | None, *numbers: str, scope: Scope = Scope.ACCOUNT, **fields: Any) -> int:
    """Put numbers on the blacklist."""
    source = BlacklistEntry.Source.REPLY
    return blacklist.add(account=account, raw_numbers=numbers, source=source, actor=None, scope=scope, **fields)


def test_who_stopped_since_the_backup_gets_nothing(sending: Sending, since: Since) -> None:
    group = sending.group([LEFT, STAYED])
    since(lambda: block(sending.account, LEFT))
    assert again() == Reapplied(erased=0, blocked=1, waiting=0, unreadable=0)
    sending.send([group])
    assert sending.air() == Counter([STAYED])
    assert again().blocked == 0


def test_a_backup_from_before_the_first_wish_takes_over_its_secret(sending: Sending, since: Since) -> None:
    ErasureKey.objects.all().delete()
    sending.group([LEFT])
    since(lambda: block(sending.account, LEFT))
    assert not ErasureKey.objects.exists()
    assert again().blocked == 1


def test_without_the_log_they_would(sending: Sending, since: Since) -> None:
    group = sending.group([LEFT, STAYED])
    since(lambda: block(sending.account, LEFT))
    sending.send([group])
    assert sending.air() == Counter([LEFT, STAYED])


def test_who_came_and_stopped_since_the_backup_is_refused_when_a_file_brings_them_back(
    sending: Sending, since: Since
) -> None:
    since(lambda: block(sending.account, LEFT))
    again()
    sending.send([sending.group([LEFT, STAYED])])
    assert sending.air() == Counter([STAYED])


def test_who_was_erased_since_the_backup_is_erased_again(sending: Sending, since: Since) -> None:
    campaign = sending.send([sending.group([LEFT, STAYED])], text="Hello #first_name#")
    with clock.travel(minutes=1):
        doorbell.run_all_due()
    since(lambda: erasing.erase(account=sending.account, msisdn=LEFT, actor=None))
    assert Message.objects.filter(campaign=campaign, msisdn=LEFT).exists()
    assert again() == Reapplied(erased=1, blocked=0, waiting=0, unreadable=0)
    assert not Message.objects.filter(msisdn=LEFT).exists()
    assert not Contact.objects.filter(msisdn=LEFT).exists()
    assert erasure.erased(account_id=sending.account.pk, msisdns=[LEFT, STAYED]) == {LEFT}
    assert again().erased == 0
    assert_all_hold()


def test_who_cannot_be_erased_yet_is_refused_at_once_and_erased_later(sending: Sending, since: Since) -> None:
    group = sending.group([LEFT])
    since(lambda: erasing.erase(account=sending.account, msisdn=LEFT, actor=None))
    campaign = sending.confirm([group])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    assert again().waiting == 1
    assert erasure.erased(account_id=sending.account.pk, msisdns=[LEFT]) == {LEFT}
    lifecycle.cancel(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert again().erased == 1
    assert not sending.air()


def test_what_was_asked_last_counts(sending: Sending, since: Since) -> None:
    account = sending.account
    make_group(account, [LEFT, STAYED])
    since(lambda: block(account, LEFT, STAYED))
    since(lambda: (block(account, STAYED), blacklist.remove(account=account, raw_numbers=[STAYED], actor=None)))
    assert again().blocked == 1
    assert blacklist.blocked(account=account, msisdns=[LEFT, STAYED]) == {LEFT}


def test_every_scope_holds_for_whom_it_held(people: People, since: Since) -> None:
    for persona in (people.master, people.slave, people.stranger):
        make_group(persona.account, [LEFT, STAYED])
    soon = clock.now() + timedelta(hours=1)
    since(lambda: block(people.master.account, LEFT, scope=Scope.TREE))
    since(lambda: block(None, STRANGERS, scope=Scope.EVERYBODY))
    since(lambda: block(people.stranger.account, STAYED, expires_at=soon))
    again()
    asked = {"msisdns": [LEFT, STAYED, STRANGERS]}
    assert blacklist.blocked(account=people.slave.account, **asked) == {LEFT}
    assert blacklist.blocked(account=people.stranger.account, **asked) == {STAYED}
    assert erasure.erased(account_id=people.slave.account.pk, **asked) == {STRANGERS}
    with clock.travel(hours=2):
        assert blacklist.blocked(account=people.stranger.account, **asked) == set()


def test_the_log_holds_no_number_and_is_for_its_owner_alone(sending: Sending, since: Since) -> None:
    since(lambda: block(sending.account, LEFT))
    assert LEFT[2:] not in wish_log.path().read_text()
    assert wish_log.path().stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_hides_no_other(sending: Sending, since: Since) -> None:
    make_group(sending.account, [LEFT, STAYED])
    since(lambda: block(sending.account, STRANGERS))
    with wish_log.path().open("r+") as file:
        file.truncate(len(file.read()) - 30)
    since(lambda: block(sending.account, LEFT))
    assert again() == Reapplied(erased=0, blocked=1, waiting=0, unreadable=0)


def test_lines_that_no_key_opens_are_counted(sending: Sending, since: Since, settings: Any) -> None:
    make_group(sending.account, [LEFT])
    since(lambda: block(sending.account, LEFT))
    ErasureKey.objects.all().delete()
    erasure._opened.cache_clear()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert again() == Reapplied(erased=0, blocked=0, waiting=0, unreadable=1)
    assert not ErasureKey.objects.exists()
