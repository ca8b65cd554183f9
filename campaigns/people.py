"""Everything that an account knows of one number, and the proof of it as a file to hand over."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from campaigns.models import Message, Reply
from contacts import blacklist
from contacts.blacklist import Block
from contacts.fields import FIELDS, label_of
from contacts.models import Consent, Contact, Group
from smspanel import clock, downloads

CHUNK: Final = 2_000
_BOM: Final = "\ufeff"

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Person:
    """What an account knows of a number; nothing of it is loaded before it is looked at."""

    account: Account
    msisdn: str

    @property
    def contact(self) -> Contact | None:
        """The account's contact, if there is one."""
        return Contact.objects.filter(account=self.account, msisdn=self.msisdn).first()

    @property
    def groups(self) -> QuerySet[Group]:
        """The groups that the contact is in."""
        return Group.objects.filter(account=self.account, members__msisdn=self.msisdn).order_by("name")

    @property
    def consents(self) -> QuerySet[Consent]:
        """What was agreed to, the newest first."""
        rows = Consent.objects.filter(account=self.account, msisdn=self.msisdn)
        return rows.select_related("clause", "spreadsheet", "given_by", "withdrawn_by")

    @property
    def messages(self) -> QuerySet[Message]:
        """What was written to the number, the newest first."""
        rows = Message.objects.filter(campaign__account=self.account, msisdn=self.msisdn)
        return rows.select_related("campaign").order_by("-pk")

    @property
    def replies(self) -> QuerySet[Reply]:
        """What was written back, the newest first."""
        return Reply.objects.filter(account=self.account, msisdn=self.msisdn)

    @property
    def blocks(self) -> list[Block]:
        """Who blocks the number for the account."""
        return blacklist.blocks(account=self.account, msisdns=[self.msisdn])


def text_of(message: Message) -> str:
    """Return what a message says: a text of its own, or that of its campaign."""
    return message.text or message.campaign.text


@transaction.atomic
def proof(*, person: Person, actor: User) -> bytes:
    """Return a ZIP of everything that an account knows of a number, with a README in the language at hand."""
    audit.record(actor=actor, action="person.proof", subject=person.account, account=person.account)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(person))
        for name, (headings, rows) in _TABLES.items():
            archive.writestr(f"{name}.csv", _sheet(headings(), rows(person)))
    return made.getvalue()


def _readme(person: Person) -> str:
    told = {"number": person.msisdn, "account": person.account.name, "at": _moment(person, clock.now())}
    lines = [
        _("What %(account)s knows of the number %(number)s, as of %(at)s.") % told,
        "",
        _("contact.csv: name, birth date and notes."),
        _("groups.csv: the groups that the contact is in."),
        _("consents.csv: what was agreed to and when, how it is known, and when it was withdrawn."),
        _("messages.csv: what was sent, and what became of it."),
        _("replies.csv: what was written back."),
        _("blacklist.csv: who blocks the number."),
        "",
        _("A file with headings alone says that there is nothing of the kind. Times are those of the account."),
    ]
    return _BOM + "\r\n".join(lines) + "\r\n"


def _sheet(headings: Iterable[object], rows: Iterable[Row]) -> str:
    """Return a CSV that no spreadsheet program takes for formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([str(heading) for heading in headings])
    for row in rows:
        writer.writerow([downloads.harmless(str(cell)) if cell is not None else "" for cell in row])
    return _BOM + text.getvalue()


def _moment(person: Person, at: datetime | None) -> str:
    return f"{at.astimezone(person.account.zone):%Y-%m-%d %H:%M:%S}" if at else ""


def _contact(person: Person) -> Iterator[Row]:
    contact = person.contact
    if contact is not None:
        yield [contact.msisdn, *(getattr(contact, field) for field in FIELDS), _moment(person, contact.created_at)]


def _groups(person: Person) -> Iterator[Row]:
    yield from ([group.name] for group in person.groups)


def _consents(person: Person) -> Iterator[Row]:
    for consent in person.consents:
        yield [
            consent.get_channel_display(),
            consent.get_purpose_display(),
            consent.clause.text,
            _moment(person, consent.given_at),
            consent.get_source_display(),
            consent.spreadsheet or "",
            consent.row,
            _moment(person, consent.withdrawn_at),
            consent.get_withdrawn_source_display(),
        ]


def _messages(person: Person) -> Iterator[Row]:
    for message in person.messages.iterator(chunk_size=CHUNK):
        yield [
            _moment(person, message.campaign.started_at),
            message.campaign.name,
            message.campaign.shown_sender,
            text_of(message),
            message.get_state_display(),
            message.reason,
            _moment(person, message.reported_at),
        ]


def _replies(person: Person) -> Iterator[Row]:
    for reply in person.replies.iterator(chunk_size=CHUNK):
        yield [_moment(person, reply.received_at), reply.sent_to, reply.text]


def _blocks(person: Person) -> Iterator[Row]:
    for block in person.blocks:
        yield [block.by, block.scope.label if block.is_own else "", block.reason, _moment(person, block.expires_at)]


_TABLES: Final[dict[str, tuple[Callable[[], list[Any]], Callable[[Person], Iterator[Row]]]]] = {
    "contact": (lambda: [_("Number"), *map(label_of, FIELDS), _("Created")], _contact),
    "groups": (lambda: [_("Name")], _groups),
    "consents": (
        lambda: [
            *(_("Channel"), _("Purpose"), _("Wording"), _("Given"), _("How it is known"), _("File"), _("Row")),
            *(_("Withdrawn"), _("How it was withdrawn")),
        ],
        _consents,
    ),
    "messages": (
        lambda: [
            *(_("Sent"), _("Campaign"), _("Sender name"), _("Text"), _("State"), _("Reason"), _("Reported")),
        ],
        _messages,
    ),
    "replies": (lambda: [_("Received"), _("Sent to"), _("Text")], _replies),
    "blacklist": (lambda: [_("By whom"), _("Holds for"), _("Reason"), _("Until")], _blocks),
}
