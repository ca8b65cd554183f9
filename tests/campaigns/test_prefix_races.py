"""Two accounts reserve one prefix at once: one has it, the other reads that it is taken."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import DatabaseError

from campaigns import prefixes
from campaigns.models import PrefixReservation
from campaigns.prefixes import PrefixRefused, Reason
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.personas import People
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


def reserve_at_once(people: People) -> list[object]:
    """Let the slave and the stranger reserve one prefix, and return what each got."""
    accounts = [people.slave.account, people.stranger.account]
    allow(*accounts)
    prefix = make_prefix("TUDORS")
    return together(*(partial(reserve, prefix, account) for account in accounts))


def test_js_50_of_two_that_reserve_at_once_one_wins_and_the_other_reads_why(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, prefixes, "_check_free")
    results = reserve_at_once(people)
    assert kinds(results) == ["PrefixRefused", "PrefixReservation"]
    assert [one.reason for one in results if isinstance(one, PrefixRefused)] == [Reason.TAKEN]
    assert PrefixReservation.objects.count() == 1


def test_js_50_without_the_lock_the_database_still_lets_only_one_of_them_have_it(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = meet_without_locks(monkeypatch, PrefixReservation.objects, "create")
    refused = [one for one in reserve_at_once(people) if not isinstance(one, PrefixReservation)]
    assert len(refused) == 1
    assert isinstance(refused[0], DatabaseError if lost else PrefixRefused)
    assert PrefixReservation.objects.count() == 1
