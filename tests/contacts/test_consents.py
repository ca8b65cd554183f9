"""Consents: recorded with their evidence, once, many at once, and withdrawn for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from contacts import consents
from contacts.models import Consent, ConsentClause, Import
from smspanel import clock
from tests.personas import People, Persona

NUMBER, OTHER = "48500100200", "48500100201"
CLAUSE = "I want to get news."


def give(persona: Persona, *numbers: str, text: str = CLAUSE, **fields: Any) -> int:
    """Record by hand that these numbers agreed to get news by text message."""
    wanted: dict[str, Any] = {
        "channel": Consent.Channel.SMS,
        "purpose": Consent.Purpose.MARKETING,
        "given_at": clock.now(),
    } | fields
    return consents.give(
        account=persona.account, raw_numbers=numbers or [NUMBER], text=text, actor=persona.user, **wanted
    )


def withdraw(persona: Persona, **fields: Any) -> int:
    """Withdraw what NUMBER agreed to."""
    source = Consent.Source.REPLY
    return consents.withdraw(account=persona.account, raw_numbers=[NUMBER], actor=None, source=source, **fields)


def record(persona: Persona, people: list[consents.Given], **fields: Any) -> int:
    """Record a chunk of a file."""
    spreadsheet = Import.objects.get_or_create(account=persona.account, file_name="people.csv")[0]
    wanted: dict[str, Any] = {
        "channel": Consent.Channel.SMS,
        "purpose": Consent.Purpose.MARKETING,
        "given_at": clock.now(),
    } | fields
    clause = consents.clause_of(account=persona.account, text=CLAUSE)
    return consents.record(
        clause=clause,
        people=people,
        source=Consent.Source.IMPORT,
        spreadsheet=spreadsheet,
        actor=persona.user,
        **wanted,
    )


def test_a_consent_says_when_how_and_to_what(slave: Persona) -> None:
    assert give(slave, "500 100 200", "nobody", f" {OTHER}") == 2
    consent = Consent.objects.get(msisdn=NUMBER)
    assert (consent.clause.text, consent.given_by, consent.source) == (CLAUSE, slave.user, "PERSON")
    assert AuditEntry.objects.get(action="consent.give").details == {"count": 2}


def test_a_file_is_named_with_the_row(slave: Persona) -> None:
    assert record(slave, [(NUMBER, 7), (OTHER, None)]) == 2
    found = Consent.objects.order_by("msisdn").values_list("spreadsheet__file_name", "row", "given_by")
    assert list(found) == [("people.csv", 7, slave.user.pk), ("people.csv", None, slave.user.pk)]


def test_words_are_kept_once(slave: Persona, stranger: Persona) -> None:
    give(slave)
    give(slave, OTHER, text=f" {CLAUSE}\n")
    give(stranger)
    assert ConsentClause.objects.count() == 2


def test_the_same_consent_is_recorded_once_and_other_words_are_another_one(slave: Persona) -> None:
    assert [give(slave), give(slave), record(slave, [(NUMBER, 2)])] == [1, 0, 0]
    assert give(slave, text="And calls.") == 1
    assert give(slave, channel=Consent.Channel.VOICE) == 1


def test_withdrawing_ends_everything_or_what_is_named(slave: Persona) -> None:
    give(slave)
    give(slave, channel=Consent.Channel.VOICE)
    assert withdraw(slave, channel=Consent.Channel.VOICE) == 1
    assert [withdraw(slave), withdraw(slave)] == [1, 0]
    assert set(Consent.objects.values_list("withdrawn_source", flat=True)) == {"REPLY"}


def test_an_old_list_brings_nobody_back(slave: Persona) -> None:
    before = clock.now() - timedelta(days=1)
    give(slave, given_at=before)
    withdraw(slave)
    assert record(slave, [(NUMBER, 1)], given_at=before) == 0
    assert record(slave, [(NUMBER, 1)], channel=Consent.Channel.VOICE, given_at=before) == 1
    with clock.travel(hours=1):
        assert record(slave, [(NUMBER, 1)]) == 1


def test_accounts_do_not_share_consents(people: People) -> None:
    give(people.slave)
    assert [withdraw(people.stranger), withdraw(people.master)] == [0, 0]


@pytest.mark.parametrize("text", ["", " ", "x" * 4001])
def test_a_consent_to_nothing_is_refused(slave: Persona, text: str) -> None:
    with pytest.raises(consents.ConsentRefused):
        give(slave, text=text)


def test_nobody_has_agreed_in_the_future(slave: Persona) -> None:
    with pytest.raises(consents.ConsentRefused):
        give(slave, given_at=clock.now() + timedelta(days=1))


def test_the_database_itself_keeps_one_standing_consent_to_a_clause(slave: Persona) -> None:
    give(slave)
    twin = Consent.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_many_are_recorded_with_one_statement(slave: Persona, django_assert_max_num_queries: Any) -> None:
    people: list[consents.Given] = [(f"48500{index:06d}", index) for index in range(5_000)]
    record(slave, people[:1])
    with django_assert_max_num_queries(8):
        assert record(slave, people) == 4_999
