"""G17: an account that is switched off is erased: nothing in the database tells to whom it wrote, and what."""

from __future__ import annotations

import time
from typing import Final

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts import downloads, tenants
from accounts.models import Account, Download
from campaigns import leaving
from campaigns.models import Message
from contacts.models import Contact
from tests import filling, proof
from tests.campaigns.sending import Sending, number
from tests.campaigns.test_erasing import DIGITS, NAME, OTHER, TEXT, dump, planted  # noqa: F401
from tests.invariants import assert_all_hold
from tests.personas import Persona

MANY: Final = 1_000_000 if proof.LONG else 3_000
IN_TIME: Final = 600.0


def erase(account: Account) -> dict[str, int]:
    """Switch an account off and erase it."""
    tenants.deactivate(account=account, actor=None)
    return leaving.erase(account=Account.objects.get(pk=account.pk), actor=None)


@pytest.mark.usefixtures("planted")
def test_nothing_that_was_planted_is_left(sending: Sending) -> None:
    balance = sending.persona.available
    asked = Download.objects.filter(account=sending.account)
    files = [file for download in asked for file in downloads.paths_of(download) if file.exists()]
    erase(sending.account)
    held = dump()
    assert [word for word in (DIGITS, NAME, TEXT, OTHER[2:], "500-731-900", "appointment") if word in held] == []
    assert files
    assert not any(file.exists() for file in files)
    assert sending.persona.available == balance
    assert_all_hold()


def test_other_accounts_stay_as_they_are(sending: Sending, stranger: Persona) -> None:
    Contact.objects.create(account=stranger.account, msisdn=OTHER)
    sending.send([sending.group([OTHER])])
    erase(sending.account)
    assert Contact.objects.get().account == stranger.account


def test_an_account_in_use_or_with_something_under_way_is_not_erased(sending: Sending) -> None:
    campaign = sending.confirm([sending.group([OTHER])])
    with pytest.raises(CommandError, match="Switch it off first"):
        call_command("eraseaccount", sending.account.pk)
    tenants.deactivate(account=sending.account, actor=None)
    with pytest.raises(CommandError, match="have not ended"):
        call_command("eraseaccount", sending.account.pk)
    assert (campaign.groups.get().memberships.count(), Contact.objects.count()) == (1, 1)


@pytest.mark.goal
def test_an_account_with_very_many_messages_is_erased_in_time(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(10)])])
    filling.messages_like(campaign.messages.get(), MANY)
    began = time.monotonic()
    assert erase(sending.account)["messages"] == MANY + 1
    took = time.monotonic() - began
    assert not Message.objects.filter(msisdn__gte="1").exists()
    assert not Message.objects.exclude(text="").exists()
    assert took <= IN_TIME
    assert_all_hold()
    where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    proof.record("G17", "an account erased", database=where, messages=MANY, seconds=took, found_after=0)
