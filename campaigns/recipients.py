"""Who a campaign is for: pasted numbers and groups, less excluded groups, blacklist and repetitions.

The plan counts with these conditions and the expansion inserts with them, so that both mean the same people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from campaigns import frequency
from campaigns.models import Campaign, Kind, Recipient, RecipientFile, Variant
from campaigns.text import tags
from contacts import blacklist, erasure, numbers
from contacts.fields import FIELDS
from contacts.operators import RANGE
from smspanel.redaction import MASK

_SEPARATORS: Final = re.compile(r"[\n\r,;]+")
MAX_PASTED: Final = 100_000

CONTACT_FIELDS: Final = tuple(field for field in FIELDS if field != "sex")
"""Fields of a contact that a text may merge in."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One reason to leave a number out, as an SQL condition on `n.msisdn`."""

    reason: str
    condition: str
    parameters: tuple[Any, ...]


def exclusions(campaign: Campaign) -> list[Exclusion]:
    """Return the reasons to leave a number out, in the order in which they are counted."""
    found = []
    if campaign.variant != Variant.INTER:
        found.append(Exclusion("FOREIGN", "n.msisdn NOT LIKE %s", ("48%",)))
    if groups := group_ids(campaign.excluded_groups.all()):
        condition = f"""EXISTS (SELECT 1 FROM contacts_membership xm JOIN contacts_contact x ON x.id = xm.contact_id
            WHERE xm.group_id IN ({_marks(groups)}) AND x.msisdn = n.msisdn)"""
        found.append(Exclusion("EXCLUDED_GROUP", condition, tuple(groups)))
    found.append(Exclusion("BLACKLISTED", *blacklist.condition(campaign.account, "n.msisdn")))
    if (capped := frequency.condition(campaign, "n.msisdn")) is not None:
        found.append(Exclusion("TOO_OFTEN", *capped))
    return found


def group_ids(groups: Any) -> list[int]:
    """Return the ids of groups in a stable order."""
    return list(groups.order_by("pk").values_list("pk", flat=True))


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _listed(campaign: Campaign, limit: int) -> tuple[str, list[Any]]:
    """Return SQL for every valid number that is named, with repetitions."""
    sql = """SELECT r.msisdn, r.id AS recipient_id FROM campaigns_recipient r
        WHERE r.campaign_id = %s AND r.problem = ''"""
    parameters: list[Any] = [campaign.pk]
    if groups := group_ids(campaign.groups.all()):
        sql += f""" UNION ALL SELECT g.msisdn, NULL
            FROM contacts_membership m JOIN contacts_contact g ON g.id = m.contact_id
            WHERE m.group_id IN ({_marks(groups)}) AND m.id <= %s"""
        parameters += [*groups, limit]
    return sql, parameters


def count_listed(campaign: Campaign, limit: int) -> tuple[int, int]:
    """Return how many valid numbers are named, with repetitions and without."""
    sql, parameters = _listed(campaign, limit)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), count(DISTINCT l.msisdn) FROM ({sql}) l", parameters)
        total, distinct = cursor.fetchone()
    return total, distinct


def count_left_out(campaign: Campaign, limit: int) -> list[tuple[str, int, list[str]]]:
    """Return (reason, how many distinct numbers, up to three of them); a number counts for its first reason."""
    listed, parameters = _listed(campaign, limit)
    found = []
    earlier: list[Exclusion] = []
    for exclusion in exclusions(campaign):
        where = " AND ".join([exclusion.condition, *(f"NOT ({other.condition})" for other in earlier)])
        values = [
            *parameters,
            *exclusion.parameters,
            *(value for other in earlier for value in other.parameters),
        ]
        base = f"FROM (SELECT DISTINCT msisdn FROM ({listed}) l) n WHERE {where}"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {base}", values)
            (count,) = cursor.fetchone()
            cursor.execute(f"SELECT n.msisdn {base} ORDER BY n.msisdn LIMIT 3", values)
            examples = [row[0] for row in cursor.fetchall()]
        found.append((exclusion.reason, count, examples))
        earlier.append(exclusion)
    return found


def has_own_texts(campaign: Campaign) -> bool:
    """Say whether the campaign is read from a file with a text in every row."""
    return RecipientFile.objects.filter(campaign=campaign, personalized=True).exists()


def has_personal_texts(campaign: Campaign) -> bool:
    """Say whether two people may read different texts."""
    return bool(tags(campaign.text)) or has_own_texts(campaign)


def each_remaining(
    campaign: Campaign, limit: int, *, only: Sequence[str] = (), most: int | None = None
) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield (number, merge values, own text or "") of everybody who remains, each once, in no particular order.

    With `only`, just of those who have one of these numbers; at most `most` of them.
    """
    for number, own_text, *cells in rows_remaining(campaign, limit, only=only, most=most):
        yield number, merge_values(number, cells), own_text


def rows_remaining(
    campaign: Campaign,
    limit: int,
    fields: Sequence[str] = CONTACT_FIELDS,
    *,
    only: Sequence[str] = (),
    most: int | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield (number, own text or "", these fields of the contact …), as each_remaining does."""
    listed, parameters = _listed(campaign, limit)
    left_out = exclusions(campaign)
    people = f"(SELECT msisdn, min(recipient_id) AS recipient_id FROM ({listed}) l GROUP BY msisdn) n"
    own = has_own_texts(campaign)
    columns = ["n.msisdn", "COALESCE(t.text, '')" if own else "''", *(f"c.{field}" for field in fields)]
    texts = "LEFT JOIN campaigns_recipient t ON t.id = n.recipient_id" if own else ""
    sql = f"""SELECT {", ".join(columns)} FROM {people} {texts}
        LEFT JOIN contacts_contact c ON c.account_id = %s AND c.msisdn = n.msisdn
        WHERE {" AND ".join(f"NOT ({one.condition})" for one in left_out)}"""
    values = [*parameters, campaign.account_id, *(value for one in left_out for value in one.parameters)]
    if only:
        sql, values = f"{sql} AND n.msisdn IN ({_marks(only)})", [*values, *only]
    if most is not None:
        sql, values = f"{sql} LIMIT %s", [*values, most]
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(2000):
            yield from rows


def count_remaining(campaign: Campaign, limit: int) -> dict[str, int]:
    """Return how many people remain, by the first RANGE digits of their numbers."""
    listed, parameters = _listed(campaign, limit)
    left_out = exclusions(campaign)
    unwanted = " AND ".join(f"NOT ({one.condition})" for one in left_out)
    sql = f"""SELECT substr(n.msisdn, 1, {RANGE}), count(*) FROM (SELECT DISTINCT msisdn FROM ({listed}) l) n
        WHERE {unwanted} GROUP BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, *(value for one in left_out for value in one.parameters)])
        return dict(cursor.fetchall())


def merge_values(msisdn: str, cells: Sequence[Any], fields: Sequence[str] = CONTACT_FIELDS) -> dict[str, str]:
    """Return what the merge tags of a text stand for."""
    values = {field: "" if cell is None else str(cell) for field, cell in zip(fields, cells, strict=True)}
    values["number"] = msisdn
    return values


def chunk_sql(campaign: Campaign, source: int | None) -> tuple[str, str, list[Any]]:
    """Return (FROM and WHERE, column of the order, parameters) of one source: a group's id, or None for pasted.

    Three parameters are left open at the end: from which id (excluded) to which id (included), in that order.
    """
    left_out = exclusions(campaign)
    unwanted = " AND ".join(f"NOT ({one.condition})" for one in left_out)
    unwanted_values = [value for one in left_out for value in one.parameters]
    if source is None:
        sql = f"""FROM campaigns_recipient n
            LEFT JOIN contacts_contact c ON c.account_id = %s AND c.msisdn = n.msisdn
            WHERE n.campaign_id = %s AND n.problem = '' AND {unwanted} AND n.id > %s AND n.id <= %s"""
        return sql, "n.id", [campaign.account_id, campaign.pk, *unwanted_values]
    sql = f"""FROM contacts_membership m
        JOIN contacts_contact n ON n.id = m.contact_id JOIN contacts_contact c ON c.id = n.id
        WHERE m.group_id = %s AND {unwanted} AND m.id > %s AND m.id <= %s"""
    return sql, "m.id", [source, *unwanted_values]


@transaction.atomic
def paste(*, campaign: Campaign, text: str) -> tuple[int, int]:
    """Replace the pasted numbers of a campaign; returns how many are valid and how many are not."""
    campaign.recipients.filter(from_file=False).delete()
    return add(campaign=campaign, raws=split(text))


@transaction.atomic
def add(*, campaign: Campaign, raws: Iterable[str]) -> tuple[int, int]:
    """Add numbers as they are written; returns how many are valid and how many are not."""
    rows = [read(campaign, raw) for raw in raws]
    leave_out_erased(campaign.account_id, rows)
    Recipient.objects.bulk_create(rows, batch_size=1000)
    invalid = sum(bool(row.problem) for row in rows)
    return len(rows) - invalid, invalid


def leave_out_erased(account_id: int, rows: Sequence[Recipient]) -> None:
    """Put the reason in the place of everything that unsaved recipients say of people who asked to be erased."""
    gone = erasure.erased(account_id=account_id, msisdns={row.msisdn for row in rows if row.msisdn})
    for row in rows:
        if row.msisdn in gone:
            row.raw, row.msisdn, row.text, row.problem = MASK, "", "", str(erasure.Erased())


def split(text: str) -> list[str]:
    """Return what stands between line ends, commas and semicolons, blanks left out."""
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def read(campaign: Campaign, raw: str) -> Recipient:
    """Return an unsaved recipient with its number, or with what is wrong with it; a call also reaches a fixed line."""
    kinds = numbers.SMS | numbers.VOICE if campaign.kind == Kind.VOICE else numbers.SMS
    try:
        number = numbers.normalise(raw, kinds=kinds)
    except numbers.InvalidNumber as error:
        return Recipient(campaign=campaign, raw=raw[:60], problem=str(error)[:200])
    return Recipient(campaign=campaign, raw=raw[:60], msisdn=number.msisdn)
