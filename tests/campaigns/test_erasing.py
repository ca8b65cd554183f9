"""Erasing a person: nothing in the whole database holds their number or what was written to them alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import downloads
from accounts.models import AuditEntry, ConnectionCall, IdempotencyKey
from campaigns import erasing, inbox, orders, report_files
from campaigns.errors import CampaignRefused
from campaigns.models import (
    Batch,
    BatchEvidence,
    Campaign,
    InboxItem,
    Message,
    PostbackEndpoint,
    Recipient,
    Reply,
    Variant,
)
from campaigns.report_types import Type
from contacts import blacklist, bulk, consents, erasure, imports, upsert
from contacts.models import BlacklistEntry, BulkJob, Consent, Contact, Erasure, Import
from contacts.selecting import Selection
from smspanel import clock, crypto, doorbell
from tests.campaigns.sending import PRICE, Sending, make_group, number
from tests.invariants import assert_all_hold

CANARY, DIGITS, NAME = "48500731900", "500731900", "Kanarek"
TEXT = "Your appointment, dear Kanarek, is on Friday."
OTHER = number(7)


def dump() -> str:
    """Return every row of every table as text, and what is sealed for software in the open."""
    models = [model for model in apps.get_models() if model._meta.managed]
    rows = serializers.serialize("json", (row for model in models for row in model._base_manager.all()))
    opened = [crypto.unseal(key.sealed_answer, place=key.place) for key in IdempotencyKey.objects.all()]
    return json.dumps([json.loads(rows), opened], ensure_ascii=False)


@pytest.fixture
def planted(sending: Sending, settings: Any) -> Campaign:
    """Everything that can hold a person, holding one, and a finished campaign to them and somebody else."""
    account = sending.account
    sending.persona.client.post(
        "/contacts/contact/add/",
        {"msisdn": CANARY, "first_name": NAME, "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
    )
    group = make_group(account, [CANARY, OTHER])
    PostbackEndpoint.objects.create(
        account=account, kind="DELIVERIES", url="http://127.0.0.1:9/", is_active=True, on_since=clock.now()
    )
    settings.DATA_DIR = settings.DATA_DIR / "erasing"
    settings.DATA_DIR.mkdir(exist_ok=True)
    campaign = sending.send([group], text="Your appointment, dear #first_name#, is on Friday.", numbers="0-500 731 900")
    with clock.travel(minutes=1):
        doorbell.run_all_due()
    sending.send([], text="Hello", numbers=f"{OTHER}\n+{CANARY} ext. 5")
    orders.single(account=account, to=CANARY, key=None, order=orders.Order(name="API", text=TEXT, variant=Variant.ECO))
    doorbell.run_all_due()
    plant_lists(sending)
    plant_answers(sending, campaign)
    return campaign


def plant_lists(sending: Sending) -> None:
    """Put the person on lists: consents, a blacklist, imports and drafts."""
    account, user = sending.account, sending.persona.user
    consents.give(
        account=account,
        raw_numbers=[CANARY],
        text="Yes.",
        channel=Consent.Channel.SMS,
        purpose=Consent.Purpose.MARKETING,
        given_at=clock.now(),
        actor=user,
    )
    rows = f"phone;born\n{DIGITS};never\n500-731-900;1990-02-31\n{OTHER};1990-01-01".encode()
    for start in (True, False):
        spreadsheet = imports.upload(
            account=account, actor=user, file=SimpleUploadedFile("a.csv", rows), target=Import.Target.CONTACTS
        )
        if start:
            columns = {"msisdn": 0, "birth_date": 1}
            imports.start(spreadsheet=spreadsheet, columns=columns, has_header=True, group=None, actor=user)
    doorbell.run_all_due()
    source = BlacklistEntry.Source.PERSON
    blacklist.add(account=account, raw_numbers=[CANARY], source=source, actor=user, reason=NAME)
    sending.draft([], numbers=f"{CANARY}\n{OTHER}", forward_numbers=[CANARY])
    found, action = Selection(search="500 731 900"), BulkJob.Action.BLACKLIST
    bulk.stop(job=bulk.ask(account=account, action=action, selection=found, actor=user), actor=user)


def plant_answers(sending: Sending, campaign: Campaign) -> None:
    """Put the person into what was answered and told."""
    connection, batch = sending.connection, Batch.objects.filter(campaign=campaign).latest("pk")
    Reply.objects.create(
        connection=connection, account=sending.account, msisdn=CANARY, text=TEXT, received_at=clock.now(), digest="1"
    )
    inbox.receive(connection=connection, query={"from": f"+{CANARY}"}, body=json.dumps({"to": int(CANARY)}))
    InboxItem.objects.update(state=InboxItem.State.APPLIED, next_attempt_at=None)
    BatchEvidence.objects.create(batch=batch, outcome="ACCEPTED", raw=json.dumps([DIGITS, TEXT]))
    Batch.objects.filter(pk=batch.pk).update(provider_answer=f"{CANARY}: {TEXT}")
    ConnectionCall.objects.create(
        connection=connection, path=f"/{CANARY}", milliseconds=1, size=1, outcome="ANSWERED", excerpt=json.dumps(TEXT)
    )
    key = IdempotencyKey.objects.create(account=sending.account, key="once", digest="1")
    key.sealed_answer = crypto.seal(json.dumps({"data": [int(CANARY), TEXT]}), place=key.place)
    key.save()
    report_files.of_campaign(campaign=campaign, kind=Type.BULK_RECIPIENTS)
    doorbell.run_all_due()


def erase(sending: Sending) -> dict[str, int]:
    """Erase the person from the sender's account."""
    return erasing.erase(account=sending.account, msisdn=CANARY, actor=sending.persona.user)


def test_everything_that_was_planted_is_found_before_and_nothing_afterwards(
    sending: Sending, planted: Campaign, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    held = {line["model"] for line in json.loads(dump())[0] if DIGITS in json.dumps(line)}
    assert len(held) >= 12, held
    files = list(downloads.folder().iterdir())
    assert any(DIGITS in file.read_text() for file in files)
    with django_capture_on_commit_callbacks(execute=True):
        erase(sending)
    left = [line for line in json.loads(dump())[0] if any(word in json.dumps(line) for word in (DIGITS, NAME))]
    assert left == []
    assert not any(word in dump() for word in (DIGITS, NAME, "500-731-900", "500 731 900"))
    assert not any(file.exists() for file in files)


def test_points_and_invariants_stay(sending: Sending, planted: Campaign) -> None:
    before = sending.persona.available
    figures = list(Message.objects.order_by("pk").values_list("pk", "points", "parts", "state"))
    erase(sending)
    assert list(Message.objects.order_by("pk").values_list("pk", "points", "parts", "state")) == figures
    assert sending.persona.available == before
    assert_all_hold()


def test_everybody_else_stays(sending: Sending, planted: Campaign) -> None:
    erase(sending)
    assert Contact.objects.get(account=sending.account).msisdn == OTHER
    assert Message.objects.filter(msisdn=OTHER).count() == 2
    assert OTHER in dump()


def test_the_audit_trail_says_how_much_and_not_who(sending: Sending, planted: Campaign) -> None:
    done = erase(sending)
    entry = AuditEntry.objects.get(action="person.erase")
    assert (entry.details, done["messages"], done["contacts"]) == (done, 2, 1)
    assert LogEntry.objects.exists()


@pytest.mark.parametrize("state", Message.OPEN)
def test_nobody_is_erased_while_a_message_is_on_its_way(sending: Sending, planted: Campaign, state: str) -> None:
    Message.objects.filter(msisdn=CANARY, campaign=planted).update(state=state)
    with pytest.raises(erasing.ErasureRefused, match="on its way"):
        erase(sending)
    assert (Erasure.objects.count(), Contact.objects.filter(msisdn=CANARY).count()) == (0, 1)


def test_nobody_is_erased_while_something_from_them_is_to_be_read(sending: Sending) -> None:
    item = inbox.receive(connection=sending.connection, query={"from": CANARY}, body="")
    with pytest.raises(erasing.ErasureRefused, match="not dealt with yet"):
        erase(sending)
    InboxItem.objects.update(state="UNMATCHED", next_attempt_at=None)
    erase(sending)
    item.refresh_from_db()
    assert item.query == {"from": "48000000000"}


def test_a_text_to_somebody_who_was_erased_is_refused(sending: Sending) -> None:
    erase(sending)
    order = orders.Order(name="API", text="Hello", variant=Variant.ECO)
    with pytest.raises(CampaignRefused, match="asked to be erased"):
        orders.single(account=sending.account, to=CANARY, key=None, order=order)


def test_pasting_somebody_who_was_erased_leaves_them_out_and_keeps_no_number(sending: Sending) -> None:
    erase(sending)
    campaign = sending.draft([], numbers=f"{CANARY}\n{OTHER}")
    assert [row.problem for row in Recipient.objects.order_by("pk")] == ["This person asked to be erased.", ""]
    assert (campaign.plan.recipients, DIGITS in dump()) == (1, False)


@pytest.mark.parametrize("target", list(Import.Target))
def test_an_import_counts_who_was_erased_and_keeps_nothing(sending: Sending, target: Import.Target) -> None:
    erase(sending)
    file = SimpleUploadedFile("a.csv", f"phone\n{CANARY}\n{OTHER}".encode())
    spreadsheet = imports.upload(account=sending.account, actor=None, file=file, target=target)
    imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=True, group=None, actor=None)
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    assert (spreadsheet.status, spreadsheet.created_count, DIGITS in dump()) == ("DONE", 1, False)


def test_a_cell_with_two_people_who_were_erased_is_rejected_once(sending: Sending) -> None:
    for msisdn in (CANARY, OTHER):
        erasing.erase(account=sending.account, msisdn=msisdn, actor=None)
    file = SimpleUploadedFile("a.csv", f"phone\n{CANARY} / {OTHER}\n{number(8)}".encode())
    spreadsheet = imports.upload(account=sending.account, actor=None, file=file, target=Import.Target.CONTACTS)
    columns = {"msisdn": 0}
    imports.start(spreadsheet=spreadsheet, columns=columns, has_header=True, group=None, actor=None, split=True)
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    assert (spreadsheet.status, spreadsheet.created_count, spreadsheet.invalid_count) == ("DONE", 1, 1)


def test_a_wrong_row_about_somebody_who_was_erased_is_not_kept(sending: Sending) -> None:
    erase(sending)
    file = SimpleUploadedFile("a.csv", f"phone;born\n{CANARY};never\n{OTHER};never".encode())
    spreadsheet = imports.upload(account=sending.account, actor=None, file=file, target=Import.Target.CONTACTS)
    columns = {"msisdn": 0, "birth_date": 1}
    imports.start(spreadsheet=spreadsheet, columns=columns, has_header=True, group=None, actor=None)
    doorbell.run_all_due()
    assert (spreadsheet.rejected_rows.count(), DIGITS in dump(), OTHER in dump()) == (2, False, True)


def test_nothing_brings_the_person_back(sending: Sending) -> None:
    erase(sending)
    make_group(sending.account, [CANARY, OTHER])
    source = BlacklistEntry.Source.IMPORT
    assert blacklist.add(account=sending.account, raw_numbers=[CANARY], source=source, actor=None) == 0
    fields = {"msisdn": CANARY, "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    page = sending.persona.client.post("/contacts/contact/add/", fields)
    assert "This person asked to be erased." in page.text
    assert DIGITS not in dump()


def test_what_was_read_at_the_same_moment_is_never_sent(sending: Sending) -> None:
    campaign = sending.confirm([make_group(sending.account, [CANARY, OTHER])])
    erasure.remember(account=sending.account, msisdn=CANARY, for_tree=False, actor=None)
    doorbell.run_all_due()
    assert dict(campaign.messages.values_list("msisdn", "state"))[CANARY] == "EXCLUDED"
    assert (set(sending.air()), sending.persona.available) == ({OTHER}, 1_000 - PRICE)
    assert_all_hold()


def test_a_master_that_blocked_for_its_tree_still_does(sending: Sending, master: Any, stranger: Any) -> None:
    source, scope = BlacklistEntry.Source.PERSON, BlacklistEntry.Scope.TREE
    blacklist.add(account=master.account, raw_numbers=[CANARY], source=source, actor=None, scope=scope)
    erasing.erase(account=master.account, msisdn=CANARY, actor=None)
    gone = [
        erasure.erased(account_id=persona.account.pk, msisdns=[CANARY])
        for persona in (master, sending.persona, stranger)
    ]
    assert gone == [{CANARY}, {CANARY}, set()]


def test_the_hash_survives_new_encryption_keys(sending: Sending, settings: Any) -> None:
    from cryptography.fernet import Fernet

    from accounts import rotation

    erase(sending)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    rotation.rotate_all()
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert erasure.erased(account_id=sending.account.pk, msisdns=[CANARY, OTHER]) == {CANARY}


def test_an_account_without_erased_people_asks_once(sending: Sending, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert erasure.erased(account_id=sending.account.pk, msisdns=[CANARY]) == set()


def test_who_was_erased_stays_refused_for_good(sending: Sending) -> None:
    erase(sending)
    with clock.travel(days=timedelta(days=4000).days):
        upsert.contacts(account_id=sending.account.pk, rows=[(CANARY,), (OTHER,)])
    assert not Contact.objects.filter(account=sending.account, msisdn=CANARY).exists()
    assert Contact.objects.filter(account=sending.account, msisdn=OTHER).exists()
