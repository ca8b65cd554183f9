"""Pages of contacts and groups: how much longer they take with a million rows than with a thousand.

The "rates" are pages a second at the 95th percentile, so that a ratio of 0.2 is five times as long.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from accounts.models import Account
from contacts.models import Contact, Group
from tests.bench.measure import Row
from tests.personas import Persona, make_people

FEW: Final = 1_000
MANY: Final = 1_000_000
REQUESTS: Final = 40

_FILL: Final = """INSERT INTO contacts_contact (account_id, msisdn, first_name, last_name, middle_name, sex, birth_date,
    note_1, note_2, note_3, note_4, note_5, note_6, note_7, note_8, note_9, note_10, created_at, updated_at)
    WITH RECURSIVE numbers(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM numbers WHERE i < %s)
    SELECT %s, '48' || (500000000 + (i * 7919) %% 300000000), 'Name' || (i %% 100), 'Surname' || (i %% 50000), '', 'F',
        NULL, 'customer since ' || (2000 + i %% 25), '', '', '', '', '', '', '', '', '', %s, %s FROM numbers"""
_JOIN: Final = """INSERT INTO contacts_membership (group_id, contact_id)
    SELECT %s, id FROM contacts_contact WHERE account_id = %s ORDER BY id"""

PAGES: Final = {
    "list of contacts": "/contacts/contact/",
    "its last page": "/contacts/contact/?p=20",
    "search by the beginning of a number": "/contacts/contact/?q=485001",
    "search by a part of a number": "/contacts/contact/?q=79190",
    "search by a number that nobody has": "/contacts/contact/?q=999999999",
    "search by a name": "/contacts/contact/?q=surname123",
    "search by what nobody is called": "/contacts/contact/?q=xyzzy",
    "members of a group": "/contacts/contact/?groups__id__exact={group}",
    "never texted": "/contacts/contact/?texted=never",
    "texted lately": "/contacts/contact/?texted=30",
    "page of a contact": "/contacts/contact/{contact}/change/",
    "page of a group": "/contacts/group/{group}/change/",
    "list of groups": "/contacts/group/",
}


def rows() -> Iterator[Row]:
    """Measure every page as the owner of few contacts and as the owner of many, who share the tables."""
    storage = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=storage):
        yield from _rows()


def _rows() -> Iterator[Row]:
    people = make_people()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # a million rows at once are filled in here and nowhere else
    for persona, size in ((people.stranger, FEW), (people.slave, MANY)):
        _fill(persona.account, size)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for name, address in PAGES.items():
        few, many = (_Page(one, address) for one in (people.stranger, people.slave))
        queries = max(few.queries(), many.queries())
        taken = [(few.get(), many.get()) for _ in range(REQUESTS)]
        slow, slower = (statistics.quantiles(seconds, n=20)[-1] for seconds in zip(*taken, strict=True))
        yield Row(f"{name}: {MANY:,} rows / {FEW:,} rows", f"pages ({queries} queries)", 1 / slow, 1 / slower)


def _fill(account: Account, size: int) -> None:
    """Give an account so many contacts, all in one group, and a group of a hundred."""
    group = Group.objects.create(account=account, name="Everybody")
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [size - 1, account.pk, account.created_at, account.created_at])
        cursor.execute(_JOIN, [group.pk, account.pk])
        few = Group.objects.create(account=account, name="Few")
        cursor.execute(f"{_JOIN} LIMIT 100", [few.pk, account.pk])


class _Page:
    """A page as one person sees it."""

    def __init__(self, persona: Persona, address: str) -> None:
        group = Group.objects.get(account=persona.account, name="Everybody")
        contact = Contact.objects.filter(account=persona.account).earliest("pk")
        self._client, self._address = persona.client, address.format(group=group.pk, contact=contact.pk)

    def get(self) -> float:
        """Open it; return the seconds that it took."""
        start = time.perf_counter()
        answer = self._client.get(self._address)
        if answer.status_code != 200:
            raise RuntimeError(f"{self._address} answered {answer.status_code}.")
        return time.perf_counter() - start

    def queries(self) -> int:
        """Open it; return how often it asks the database."""
        with CaptureQueriesContext(connection) as asked:
            self.get()
        return len(asked)
