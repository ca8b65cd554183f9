"""Consents: record them, many at once, and withdraw them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import erasure, numbers
from contacts.models import Consent, ConsentClause, Import
from smspanel import clock, crypto
from smspanel.bulk import chunks

LONGEST: Final = 4000
Given = tuple[str, int | None]
"""A number, and the row of the file in which it stands."""

_COLUMNS: Final = """account_id, channel, purpose, clause_id, given_at, source, spreadsheet_id, given_by_id,
    withdrawn_source, created_at"""
# What was withdrawn later than it was given stays withdrawn: an old list does not bring anybody back.
_RECORD: Final = f"""INSERT INTO contacts_consent ({_COLUMNS}, msisdn, "row")
    SELECT {", ".join(["%s"] * 10)}, p.msisdn, p."row" FROM {{people}}
    WHERE NOT EXISTS (SELECT 1 FROM contacts_consent w WHERE w.account_id = %s AND w.msisdn = p.msisdn
        AND w.channel = %s AND w.purpose = %s AND w.withdrawn_at IS NOT NULL AND w.withdrawn_at >= %s)
    ON CONFLICT (account_id, msisdn, channel, purpose, clause_id) WHERE withdrawn_at IS NULL DO NOTHING"""
_PEOPLE: Final = {
    "postgresql": """unnest(%s::varchar[], %s::integer[]) AS p (msisdn, "row")""",
    "sqlite": """(SELECT value ->> 0 AS msisdn, value ->> 1 AS "row" FROM json_each(%s)) p""",
}


class ConsentRefused(Exception):
    """Nothing was recorded; the message says why."""


@transaction.atomic
def clause_of(*, account: Account, text: str) -> ConsentClause:
    """Return the account's clause of these words, kept once; raises ConsentRefused."""
    words = text.strip()
    if not 1 <= len(words) <= LONGEST:
        raise ConsentRefused(_("Write down what people agreed to, in at most %(most)s characters.") % {"most": LONGEST})
    return ConsentClause.objects.get_or_create(account=account, digest=crypto.digest(words), defaults={"text": words})[
        0
    ]


@transaction.atomic
def record(
    *,
    clause: ConsentClause,
    channel: Consent.Channel,
    purpose: Consent.Purpose,
    given_at: datetime,
    people: Sequence[Given],
    source: Consent.Source,
    spreadsheet: Import | None = None,
    actor: User | None = None,
) -> int:
    """Record that these numbers agreed to the clause, and return how many consents are new.

    The numbers are normalised and distinct. Who agreed to the same already, has withdrawn since `given_at`, or asked to
    be erased, is passed over. Whoever decides writes the audit trail, once for all chunks.
    """
    gone = erasure.erased(account_id=clause.account_id, msisdns=[msisdn for msisdn, _row in people])
    people = [one for one in people if one[0] not in gone]
    moment = connection.ops.adapt_datetimefield_value
    given, now = moment(given_at), moment(clock.now())
    common: list[Any] = [clause.account_id, channel.value, purpose.value, clause.pk, given, source.value]
    common += [spreadsheet.pk if spreadsheet else None, actor.pk if actor else None, "", now]
    guard: list[Any] = [clause.account_id, channel.value, purpose.value, given]
    columns: list[list[Any]] = [[msisdn for msisdn, _row in people], [row for _msisdn, row in people]]
    listed: list[Any] = columns if connection.vendor == "postgresql" else [json.dumps(people)]
    with connection.cursor() as cursor:
        cursor.execute(_RECORD.format(people=_PEOPLE[connection.vendor]), [*common, *listed, *guard])
        return int(cursor.rowcount)


@transaction.atomic
def give(
    *,
    account: Account,
    raw_numbers: Iterable[str],
    text: str,
    channel: Consent.Channel,
    purpose: Consent.Purpose,
    given_at: datetime,
    actor: User | None,
    source: Consent.Source = Consent.Source.PERSON,
) -> int:
    """Record a consent that somebody knows of, and return for how many numbers it is new; raises ConsentRefused."""
    if given_at > clock.now():
        raise ConsentRefused(_("Nobody has agreed to anything in the future. Choose an earlier day."))
    clause = clause_of(account=account, text=text)
    people: list[Given] = [(msisdn, None) for msisdn in numbers.readable(raw_numbers)]
    count = record(
        clause=clause,
        channel=channel,
        purpose=purpose,
        given_at=given_at,
        people=people,
        source=source,
        actor=actor,
    )
    audit.record(actor=actor, action="consent.give", subject=clause, account=account, count=count)
    return count


@transaction.atomic
def withdraw(
    *,
    account: Account,
    raw_numbers: Iterable[str],
    actor: User | None,
    source: Consent.Source,
    channel: Consent.Channel | None = None,
    purpose: Consent.Purpose | None = None,
) -> int:
    """Withdraw consents, all of them unless a channel or purpose is named, and return how many stood."""
    standing = Consent.objects.filter(account=account, withdrawn_at__isnull=True)
    if channel is not None:
        standing = standing.filter(channel=channel)
    if purpose is not None:
        standing = standing.filter(purpose=purpose)
    count = 0
    for some in chunks(numbers.readable(raw_numbers)):
        count += standing.filter(msisdn__in=some).update(
            withdrawn_at=clock.now(), withdrawn_source=source, withdrawn_by=actor
        )
    if count or actor is not None:
        audit.record(actor=actor, action="consent.withdraw", subject=account, account=account, count=count)
    return count
