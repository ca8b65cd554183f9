"""Sending through JustSend: a bulk is the only way out, also for a single message."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.base import AckPolicy
from smspanel.providers.justsend import codes, fields, push, wire
from smspanel.providers.justsend.accounts import JustSendAccounts
from smspanel.providers.justsend.groups import JustSendGroups
from smspanel.providers.justsend.records import Bulk
from smspanel.providers.traits import Trait
from smspanel.providers.values import (
    Acceptance,
    MessageKind,
    Push,
    Receipt,
    Report,
    ReportPage,
    SenderName,
    SenderStatus,
    Submission,
)

VARIANTS = frozenset({"ECO", "FULL", "PRO", "ECO_RESP", "PRO_RESP", "INTER", "VOICE"})


class JustSendClient(JustSendAccounts, JustSendGroups):
    """JustSend, REST v2."""

    kind = "justsend"
    label = "JustSend"
    ack_policy = AckPolicy.LOOKUP
    grace_seconds = 600
    max_batch = 1000  # the wire takes 18,000; a job stays short, and five calls a report round stay few
    answers_replies = True
    mixes_texts = False
    variants = VARIANTS
    unicode_variants = VARIANTS
    kinds = frozenset({MessageKind.TEXT, MessageKind.VOICE})
    traits = frozenset({Trait.LANGUAGE, Trait.REPETITION})
    acknowledgement_type = "application/json"

    def submit(self, submission: Submission) -> Acceptance:
        """Hand over a bulk; which of its numbers it kept is only known when it has ended (JS-13)."""
        data, raw = self._call("POST", "bulk/send", wire.submission(submission, clock.now()))
        bulk = wire.id_of(data)
        if bulk is None:
            raise errors.Ambiguous("the answer names no bulk", raw=raw)
        return Acceptance(tuple(_taken(submission, bulk)), raw)

    def look_up(self, submission: Submission) -> dict[str, Receipt]:
        """Find the bulk by its name in the report of the day it was tried, and adopt it (JS-14)."""
        days = wire.days_of(submission)
        for day in days:
            for row in wire.named(submission.reference, self._rows(f"report/{day}/{day}")):
                return {receipt.ref: receipt for receipt in _taken(submission, wire.id_of(row))}
        if not days:
            raise errors.Ambiguous("it is not known on which day the bulk was handed over")
        if submission.start_at and clock.now() < submission.start_at + timedelta(seconds=self.grace_seconds):
            raise errors.Ambiguous("a bulk may be in no report before it starts")
        return {}

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Read where the recipients of these bulks are, five calls each."""
        found: list[Report] = []
        raws = []
        for bulk_id, ids in wire.by_bulk(provider_ids).items():
            if (bulk := self.bulk(bulk_id)) is None:
                continue
            lists = {}
            for word in wire.LISTS:
                numbers, raw = self._list(f"bulk/recipient/{word}/{bulk_id}")
                lists[word] = frozenset(map(fields.msisdn, numbers))
                raws.append(raw)
            found += wire.reports(bulk, lists, ids)
        return ReportPage(tuple(found), "\n".join(raws))

    def bulk(self, bulk_id: int) -> Bulk | None:
        """Read a bulk; None if the provider knows none of that id."""
        try:
            return Bulk.of(self._object("GET", f"bulk/{bulk_id}"))
        except errors.RequestRefused as error:
            if error.code != codes.NOTHING_FOUND:
                raise
            return None

    def parse_push(self, query: Mapping[str, str], body: bytes) -> Push:
        """Read a post back."""
        del query
        return push.parse(body)

    @classmethod
    def acknowledge(cls, body: bytes) -> str:
        """Return an empty object: JustSend repeats a push every five minutes until it succeeds."""
        del body
        return "{}"

    def cancel(self, refs: Collection[str]) -> set[str]:
        """Take bulks back that have not started; here the refs are our provider ids.

        A bulk goes back as a whole, so it is left alone unless all of its numbers are named.
        """
        cancelled: set[str] = set()
        for bulk_id, ids in wire.by_bulk(refs).items():
            bulk = self.bulk(bulk_id)
            if bulk is None or bulk.size is None or bulk.size > len(ids):
                continue
            try:
                self.cancel_bulk(bulk_id)
            except errors.RequestRefused:
                continue
            cancelled |= set(ids.values())
        return cancelled

    def cancel_bulk(self, bulk_id: int) -> None:
        """Take one bulk back; raise RequestRefused when it has gone out."""
        try:
            bulk = Bulk.of(self._object("PUT", f"bulk/cancel/{bulk_id}"))
        except errors.RequestRefused as error:
            if error.code not in codes.TOO_LATE:
                raise
            raise errors.RequestRefused(_("it is too late to cancel"), code=error.code, raw=error.raw) from error
        if bulk is None or bulk.status != "CANCELED":
            raise errors.Ambiguous("the answer does not say that the bulk is cancelled")

    def senders(self) -> list[SenderName]:
        """List the sender names that FULL messages may bear; PRO messages take names that no list holds."""
        names = (fields.text(row.get("name")) for row in self._rows("bulk/sender/list"))
        return [SenderName(name, SenderStatus.APPROVED) for name in names if name]


def _taken(submission: Submission, bulk: int | None) -> Iterator[Receipt]:
    """Yield the receipts of a bulk that is there; without its id nobody can tell."""
    for message in submission.messages:
        if bulk is None:
            yield Receipt(message.ref, accepted=None)
        else:
            yield Receipt(message.ref, accepted=True, provider_id=wire.provider_id(bulk, message.msisdn))
