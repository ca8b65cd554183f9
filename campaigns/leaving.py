"""Erases what an account that is switched off knew of people: to whom it wrote, and what.

The account stays with its points and the figures of its campaigns, as the books need them. Every transaction deals with
at most CHUNK rows; one that a crash ended is taken up where it stood, because what is erased is not found again. What
was logged and pushed by the providers that the account used is deleted, whomever it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts import audit, downloads
from accounts.models import Account, Connection, ConnectionCall, Download, IdempotencyKey, Notice, User
from campaigns.models import (
    Batch,
    BatchEvidence,
    Campaign,
    DryRun,
    Greeting,
    InboxItem,
    Message,
    Plan,
    PostbackEndpoint,
    PostbackEvent,
    Recipient,
    RecipientFile,
    Repetition,
    Reply,
    TextTemplate,
)
from campaigns.retention import NO_NUMBER
from contacts import uploads
from contacts.models import BlacklistEntry, BulkJob, Consent, Contact, Group, Import, ImportChange, RejectedRow
from smspanel.redaction import MASK

CHUNK: Final = 5_000
QUIET: Final = (Campaign.State.DRAFT, Campaign.State.PLANNING, *Campaign.TERMINAL)

DELETED: Final[tuple[tuple[type[Model], str], ...]] = (
    (Reply, "account"),
    (PostbackEvent, "endpoint__account"),
    (PostbackEndpoint, "account"),
    (DryRun, "campaign__account"),
    (Recipient, "campaign__account"),
    (Repetition, "account"),
    (Greeting, "group__account"),
    (IdempotencyKey, "account"),
    (TextTemplate, "account"),
    (Notice, "person__account"),
    (RejectedRow, "spreadsheet__account"),
    (ImportChange, "spreadsheet__account"),
    (BulkJob, "account"),
    (Consent, "account"),
    (BlacklistEntry, "account"),
    (Contact, "account"),
)
"""What is deleted, and how it leads to the account."""


class StillBusy(Exception):
    """The account was not erased; the message says what to do first."""


def erase(*, account: Account, actor: User | None) -> dict[str, int]:
    """Erase chunk after chunk and return how much was; doing it again erases what is left. Raises StillBusy."""
    _refuse_if_busy(account)
    done: Counter[str] = Counter()
    for name, step in _steps(account):
        while count := step():
            done[name] += count
    audit.record(actor=actor, action="account.erase", subject=account, account=account, **done)
    return dict(done)


def _refuse_if_busy(account: Account) -> None:
    if account.is_active:
        raise StillBusy("The account is in use. Switch it off first.")
    if Campaign.objects.filter(account=account).exclude(state__in=QUIET).exists():
        raise StillBusy("Campaigns of the account have not ended. Cancel them and wait.")
    if Message.objects.filter(campaign__account=account, state__in=Message.OPEN).exists():
        raise StillBusy("Messages of the account are on their way. Wait until their fate is known.")


def _steps(account: Account) -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield what is to be done until it finds nothing more."""
    for campaign_id in list(Campaign.objects.filter(account=account).order_by("pk").values_list("pk", flat=True)):
        yield "messages", lambda of=campaign_id: _unname(of)  # type: ignore[misc]
        yield "texts", lambda of=campaign_id: _blank_texts(of)  # type: ignore[misc]
    yield "log_lines", lambda: _blank_log(account)
    for model, path in DELETED:
        rows = model._default_manager.filter(**{path: account})
        yield model._meta.model_name or "", lambda rows=rows: _delete(rows)  # type: ignore[misc]
    yield "files", lambda: _delete_files(account)
    used = Connection.objects.filter(batches__campaign__account=account)
    yield "calls", lambda: _delete(ConnectionCall.objects.filter(connection__in=used))
    yield "inbox", lambda: _delete(InboxItem.objects.filter(connection__in=used, next_attempt_at__isnull=True))
    yield "campaigns", lambda: _blank_campaigns(account)


@transaction.atomic
def _unname(campaign_id: int) -> int:
    """Forget to whom and what messages went; the unique index leads to what is left, as that does not begin with 0."""
    named = Message.objects.filter(campaign=campaign_id, msisdn__gte="1").order_by("msisdn")
    ids = list(named.values_list("pk", flat=True)[:CHUNK])
    return Message.objects.filter(pk__in=ids).update(msisdn=NO_NUMBER, contact=None, text="", reason="") if ids else 0


@transaction.atomic
def _blank_texts(campaign_id: int) -> int:
    """Forget texts of messages whose numbers had been forgotten before."""
    ids = list(Message.objects.filter(campaign=campaign_id).exclude(text="").values_list("pk", flat=True)[:CHUNK])
    return Message.objects.filter(pk__in=ids).update(text="", reason="") if ids else 0


@transaction.atomic
def _delete(rows: QuerySet[Any]) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    if ids:
        rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def _blank_log(account: Account) -> int:
    """Blank the lines that Django's forms wrote about contacts and by the account's people."""
    lines = LogEntry.objects.exclude(object_repr=MASK)
    ids = list(lines.filter(user__in=User.objects.filter(account=account)).values_list("pk", flat=True)[:CHUNK])
    if not ids:
        contacts = Contact.objects.filter(account=account).values(text=Cast("pk", CharField()))
        about = lines.filter(content_type__app_label="contacts", content_type__model="contact")
        ids = list(about.filter(object_id__in=contacts).values_list("pk", flat=True)[:CHUNK])
    return LogEntry.objects.filter(pk__in=ids).update(object_repr=MASK, change_message="") if ids else 0


@transaction.atomic
def _delete_files(account: Account) -> int:
    """Delete what was uploaded and what was made to be fetched, the rows after the files."""
    made = list(Download.objects.filter(account=account)[:CHUNK])
    read = list(Import.objects.filter(account=account)[:CHUNK])
    lists = list(RecipientFile.objects.filter(campaign__account=account)[:CHUNK])
    uploaded = [*(file.public_id for file in read), *(file.public_id for file in lists)]
    paths: list[Path] = [path for download in made for path in downloads.paths_of(download)]
    paths += [uploads.path_of(public_id) for public_id in uploaded]
    for path in paths:
        path.unlink(missing_ok=True)
    for model, rows in ((Download, made), (RecipientFile, lists), (Import, read)):
        model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return len(made) + len(read) + len(lists)


@transaction.atomic
def _blank_campaigns(account: Account) -> int:
    """Blank what campaigns, their plans and submissions say, and the names of groups; done once, and at last."""
    own = Campaign.objects.filter(account=account)
    batches = Batch.objects.filter(campaign__in=own)
    BatchEvidence.objects.filter(batch__in=batches).update(raw="")
    batches.update(problem="", provider_answer="", verdict_reason="")
    Plan.objects.filter(campaign__in=own).update(waterfall=[], samples=[], problems=[])
    Group.objects.filter(account=account).update(name=Concat(Value("0"), Cast("pk", CharField())), reply_text="")
    blank = own.exclude(text=MASK, problem="", provider_answer="")
    gone: dict[str, Any] = {"name": MASK, "text": MASK, "voice": {}, "reply_text": "", "forward_numbers": []}
    return blank.update(**gone, forward_emails=[], problem="", provider_answer="", link="", report_url="")
