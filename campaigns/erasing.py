"""Erases a person from an account: everything that holds their number or a text that was sent to it.

Messages stay as rows with their points and states, so that the ledger and what was charged remain true; nobody can
tell any more to whom they went. What a provider, another account or a backup holds is not ours to erase.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts import audit, downloads
from accounts.models import Account, Connection, ConnectionCall, Download, IdempotencyKey, User
from campaigns.models import (
    Batch,
    BatchEvidence,
    Campaign,
    DryRun,
    InboxItem,
    Message,
    Plan,
    PostbackEvent,
    Recipient,
    Reply,
)
from campaigns.report_types import Type
from contacts import erasure, wish_log
from contacts.erasure import Scrubber
from contacts.models import BlacklistEntry
from smspanel import bulk, crypto
from smspanel.redaction import MASK

HOLDING_NOBODY = (Type.BULK_HISTORY, Type.SINGLE_BULK_HISTORY)
"""Files that name nobody; all others are deleted, as they can be asked for again."""

INBOX = ("query", "body", "problem")
CHUNK = 500


class ErasureRefused(Exception):
    """Nobody was erased; the message says why and what to do."""


@transaction.atomic
def erase(*, account: Account, msisdn: str, actor: User | None) -> dict[str, int]:
    """Erase a person and return how much was erased of what; raises ErasureRefused.

    Imports of the account take turns with it, and no campaign makes messages meanwhile. What reads the number at this
    very moment may still write it; it is never sent, and erasing again takes it away.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    beginning = Campaign.objects.filter(state__in=[Campaign.State.TO_SEND, Campaign.State.EXPANDING], account=account)
    list(beginning.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    messages = list(_messages(account, msisdn).select_related("campaign").order_by("pk"))
    if any(message.state in Message.OPEN for message in messages):
        raise ErasureRefused(
            _("A message to this number is on its way. Cancel its campaign, or wait until its fate is known.")
        )
    scrubber = Scrubber(msisdn, _texts(messages))
    if _inbox(scrubber).filter(next_attempt_at__isnull=False).exists():
        raise ErasureRefused(
            _("A report or reply with this number is not dealt with yet. Try again in some minutes, or in three days.")
        )
    tree = BlacklistEntry.objects.filter(account=account, msisdn=msisdn, scope=BlacklistEntry.Scope.TREE).exists()
    erasure.remember(account=account, msisdn=msisdn, for_tree=tree, actor=actor)
    scope = BlacklistEntry.Scope.TREE if tree else BlacklistEntry.Scope.ACCOUNT
    wish_log.note(wish_log.Kind.ERASE, account_id=account.pk, scope=scope, msisdns=[msisdn])
    done = erasure.forget_person(account=account, msisdn=msisdn, scrubber=scrubber)
    done |= _forget_sent(account, msisdn, messages, scrubber)
    _forget_answers(account, messages, scrubber)
    audit.record(actor=actor, action="person.erase", subject=account, account=account, **done)
    return done


def _messages(account: Account, msisdn: str) -> QuerySet[Message]:
    return Message.objects.filter(campaign__account=account, msisdn=msisdn)


def _texts(messages: Sequence[Message]) -> set[str]:
    """Return what was written to this person alone."""
    return {message.campaign.text if message.campaign.single else message.text for message in messages} - {""}


def _forget_sent(account: Account, msisdn: str, messages: Sequence[Message], scrubber: Scrubber) -> dict[str, int]:
    """Take the person out of messages, recipients, plans, replies and files."""
    concerned = {message.campaign_id for message in messages}
    for message in messages:
        message.msisdn, message.text, message.contact_id = message.forgotten_number, "", None
        message.reason = scrubber.clean(message.reason)
    bulk.save(messages, "msisdn", "text", "contact", "reason")
    singles = [message.campaign_id for message in messages if message.campaign.single]
    for some in bulk.chunks(singles):
        Campaign.objects.filter(pk__in=some).update(text=MASK, voice={})
    replies = Reply.objects.filter(Q(account=account) | Q(account__isnull=True), msisdn=msisdn)
    done = {
        "messages": len(messages),
        "recipients": _forget_recipients(account, msisdn, scrubber),
        "replies": replies.delete()[1].get(Reply._meta.label, 0),
        "files": _forget_files(account),
    }
    _scrub(Plan.objects.filter(campaign__account=account), scrubber, "waterfall", "samples", "problems")
    DryRun.objects.filter(campaign__account=account).delete()
    told = Q(pk__in=concerned) | Q(problem__contains=scrubber.digits) | Q(provider_answer__contains=scrubber.digits)
    own = Campaign.objects.filter(account=account)
    _scrub(own.filter(told | ~Q(forward_numbers=[])), scrubber, "name", "problem", "provider_answer", "forward_numbers")
    return done


def _forget_recipients(account: Account, msisdn: str, scrubber: Scrubber) -> int:
    """Delete what was pasted or uploaded for campaigns, also where it could not be read."""
    own = Recipient.objects.filter(campaign__account=account)
    named = own.filter(msisdn=msisdn).delete()[0]
    refused = own.exclude(problem="").values_list("pk", "raw", "text", "problem")
    found = [pk for pk, *told in refused.iterator(chunk_size=CHUNK) if scrubber.finds(told)]
    return named + sum(Recipient.objects.filter(pk__in=some).delete()[0] for some in bulk.chunks(found))


def _forget_files(account: Account) -> int:
    """Delete files that may name the person, from the disk after the commit."""
    files = list(Download.objects.filter(account=account).exclude(type__in=HOLDING_NOBODY))
    paths = [path for file in files for path in downloads.paths_of(file)]
    transaction.on_commit(partial(_unlink, paths))
    return Download.objects.filter(pk__in=[file.pk for file in files]).delete()[0]


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _forget_answers(account: Account, messages: Sequence[Message], scrubber: Scrubber) -> None:
    """Take the person out of what providers, programs of the account and its software were told and answered."""
    batches = Batch.objects.filter(campaign__in={message.campaign_id for message in messages})
    _scrub(batches, scrubber, "problem", "provider_answer")
    _scrub(BatchEvidence.objects.filter(batch__in=batches), scrubber, "raw")
    _scrub(_inbox(scrubber), scrubber, *INBOX)
    told = PostbackEvent.objects.filter(endpoint__account=account)
    _scrub(_holding(told, scrubber, "payload"), scrubber, "payload")
    used = Connection.objects.filter(batches__in=batches).values("pk")
    calls = ConnectionCall.objects.filter(
        Q(connection__in=used) | Q(path__contains=scrubber.digits) | Q(excerpt__contains=scrubber.digits)
    )
    _scrub(calls, scrubber, "path", "excerpt")
    _scrub(Connection.objects.filter(last_error__contains=scrubber.digits), scrubber, "last_error")
    _scrub_sealed(IdempotencyKey.objects.filter(account=account), scrubber)


def _inbox(scrubber: Scrubber) -> QuerySet[InboxItem]:
    """Return what came in with the number, for whichever account; what still waits must be read as it came."""
    return _holding(InboxItem.objects.all(), scrubber, *INBOX)


def _holding(rows: QuerySet[Any], scrubber: Scrubber, *names: str) -> QuerySet[Any]:
    """Keep rows in one of whose columns the number stands."""
    as_text = {f"{name}_as_text": Cast(name, TextField()) for name in names}
    found = Q()
    for name in as_text:
        found |= Q(**{f"{name}__contains": scrubber.digits})
    holding: QuerySet[Any] = rows.annotate(**as_text).filter(found)
    return holding


def _scrub(rows: QuerySet[Any], scrubber: Scrubber, *names: str) -> None:
    """Clean these columns of the rows, and write those that changed."""
    changed: list[Model] = []
    for row in rows.only("pk", *names).iterator(chunk_size=CHUNK):
        cleaned = {name: scrubber.clean(getattr(row, name)) for name in names}
        if any(getattr(row, name) != value for name, value in cleaned.items()):
            for name, value in cleaned.items():
                setattr(row, name, value)
            changed.append(row)
    bulk.save(changed, *names)


def _scrub_sealed(rows: Iterable[IdempotencyKey], scrubber: Scrubber) -> None:
    """Clean answers that are kept for software, and seal them again; one that no key opens tells nobody anything."""
    for row in rows:
        try:
            answer = json.loads(crypto.unseal(row.sealed_answer, place=row.place)) if row.sealed_answer else None
        except crypto.CannotOpen:
            continue
        if scrubber.finds(answer):
            sealed = crypto.seal(json.dumps(scrubber.clean(answer)), place=row.place)
            IdempotencyKey.objects.filter(pk=row.pk).update(sealed_answer=sealed)
