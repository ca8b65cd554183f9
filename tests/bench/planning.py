"""The plan of many recipients, beside the statements that it needs and the parts of its distinct texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection, transaction

from accounts.models import Account
from campaigns import composing, planning, text
from campaigns.models import Campaign, Plan, Variant
from contacts.models import Group
from tests.bench import filling
from tests.bench.measure import WHOLE, Row, compare
from tests.campaigns.sending import open_route
from tests.invariants import assert_all_hold
from tests.personas import Persona, make_people

PEOPLE: Final = 1_000_000 if WHOLE else 100_000
SAME: Final = "Dear customer, your parcel waits until 18:00."
PERSONAL: Final = "Dear #first_name# #last_name#, your parcel waits until 18:00."

Asked = list[tuple[str, Any]]


def rows() -> Iterator[Row]:
    """Measure one text for everybody, and one for each."""
    owner = make_people().slave
    open_route("http://127.0.0.1:9/")
    filling.rich(owner.account)
    group = filling.contacts(owner.account, PEOPLE)
    for name, words in (("one text", SAME), ("personal texts", PERSONAL)):
        yield plan(owner, group, f"planning {PEOPLE:,} recipients, {name}", words)
    assert_all_hold()


def plan(owner: Persona, group: Group, work: str, words: str) -> Row:
    """Compare the plan of a campaign with its statements, asked again, and its distinct texts, counted."""
    campaign = draft(owner, group, words)
    asked: Asked = []

    def listen(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "DECLARE")):
            asked.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(listen):
        make(campaign)
    texts = _distinct(owner.account, words)
    amount = Plan.objects.get(campaign=campaign).recipients
    return compare(
        f"{work} / its statements, and the parts of {len(texts):,} distinct texts",
        "recipients",
        amount,
        bare=lambda: _bare(asked, texts),
        ours=lambda: make(campaign),
        target=0.5,
    )


def draft(owner: Persona, group: Group, words: str) -> Campaign:
    """Write a campaign to everybody in a group."""
    return composing.save(
        campaign=Campaign(),
        account=owner.account,
        actor=owner.user,
        numbers="",
        groups=[group],
        excluded_groups=[],
        name="Bench",
        text=words,
        variant=Variant.ECO,
    )


def make(campaign: Campaign) -> None:
    """Make its plan, again if there is one."""
    made = planning.make(planning.request(campaign=campaign).pk)
    if made is None or made.status != Plan.Status.READY:
        raise RuntimeError(f"There is no plan: {made and made.problems}")


def _bare(asked: Asked, texts: Sequence[str]) -> None:
    with transaction.atomic():
        for sql, values in asked:
            with connection.chunked_cursor() as cursor:
                cursor.execute(sql, values)
                while cursor.fetchmany(2000):
                    pass
    for one in texts:
        text.count(one)


def _distinct(account: Account, words: str) -> list[str]:
    names = account.contacts.values_list("first_name", "last_name").distinct()
    return sorted({words.replace("#first_name#", first).replace("#last_name#", last) for first, last in names})
