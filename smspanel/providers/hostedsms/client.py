"""The calls to HostedSMS."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.base import AckPolicy
from smspanel.providers.hostedsms import wire
from smspanel.providers.hostedsms.session import Session
from smspanel.providers.values import (
    Acceptance,
    Balance,
    Inbound,
    MessageKind,
    Outgoing,
    Receipt,
    Report,
    ReportPage,
    SenderName,
    SenderStatus,
    Submission,
)

IDS_PER_CALL = 40
REPLIES_PER_CALL = 50
MOST_CALLS = 60
SECOND = timedelta(seconds=1)

logger = logging.getLogger(__name__)


class HostedSmsClient(Session):
    """HostedSMS.pl, FullApi over REST, with SimpleApi to fall back on."""

    kind = "hostedsms"
    label = "HostedSMS"
    ack_policy = AckPolicy.AT_MOST_ONCE
    grace_seconds = 60
    max_batch = 100
    mixes_texts = False
    variants = frozenset({"ECO", "FULL", "PRO", "INTER"})
    unicode_variants = variants
    kinds = frozenset({MessageKind.TEXT, MessageKind.FLASH})
    fetches_replies = True

    @classmethod
    def settled_by(cls, options: Mapping[str, object]) -> AckPolicy:
        """Repeat an unclear call only where HostedSMS is trusted to drop it."""
        chosen = cls.chosen(options)
        trusting = chosen["trust_transaction_id"] is True and chosen["use_simple_api"] is not True
        return AckPolicy.IDEMPOTENT if trusting else AckPolicy.AT_MOST_ONCE

    @classmethod
    def largest_batch(cls, options: Mapping[str, object]) -> int:
        """SimpleApi takes one number in a call."""
        return 1 if cls.chosen(options)["use_simple_api"] is True else cls.max_batch

    def submit(self, submission: Submission) -> Acceptance:
        """Hand over one text to many numbers under our transaction id; ids come without numbers."""
        if self.options["use_simple_api"] is True:
            return self._submit_singly(submission)
        body = wire.smses(
            submission,
            phone_field=self.option("phone_field"),
            sender=self.option("sender"),
            cost_centre=self.option("cost_centre"),
        )
        try:
            payload, raw = self.ask("POST", "FullApi/Smses", body)
        except errors.RequestRefused as error:
            if not (self._known_already(submission) and wire.speaks_of_transaction(error)):
                raise
            receipts = tuple(Receipt(message.ref, accepted=True) for message in submission.messages)
            return Acceptance(receipts, error.raw)
        ids = wire.ids_of(payload)
        if not ids:
            raise errors.Ambiguous("the answer names no message", raw=raw)
        receipts, unpaired = wire.receipts(submission, ids)
        return Acceptance(receipts, raw, unpaired)

    def _known_already(self, submission: Submission) -> bool:
        """Say whether a refusal of the transaction id means that an earlier call with it was taken."""
        return submission.repeated and self.settled_by(self.options) is AckPolicy.IDEMPOTENT

    def _submit_singly(self, submission: Submission) -> Acceptance:
        """Make one call for each number; once one may have been taken, those that cannot be sent are refused."""
        if submission.kind is not MessageKind.TEXT:
            raise errors.RequestRefused(_("SimpleApi sends plain texts only."))
        receipts: list[Receipt] = []
        raws: list[str] = []
        for message in submission.messages:
            try:
                receipt, raw = self._submit_one(submission, message)
            except errors.ProviderError as error:
                untouched = all(earlier.accepted is False for earlier in receipts)
                if len(submission.messages) == 1 or (untouched and (error.stops_campaign or error.retryable)):
                    raise
                accepted = False if error.never_left else None
                receipt, raw = Receipt(message.ref, accepted, code=error.code, reason=str(error)), error.raw
            receipts.append(receipt)
            raws.append(raw)
        if all(receipt.accepted is None for receipt in receipts):
            raise errors.Ambiguous("none of the calls was answered clearly", raw="\n".join(raws))
        return Acceptance(tuple(receipts), "\n".join(raws))

    def _submit_one(self, submission: Submission, message: Outgoing) -> tuple[Receipt, str]:
        body = {
            "UserEmail": self.credentials["user"],
            "Password": self.credentials["password"],
            "Phone": message.msisdn,
            "Message": wire.checked(message.text),
            "Sender": wire.sender_of(submission, self.option("sender")),
        }
        payload, raw = self.ask("POST", "SimpleApi", body, signed=False)
        ids = wire.ids_of(payload)
        if len(ids) != 1:
            raise errors.Ambiguous("the answer does not name the message", raw=raw)
        return Receipt(message.ref, accepted=True, provider_id=ids[0]), raw

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Pull the reports of these ids, 40 in a call, and leave them unread at the provider."""
        found: dict[str, Report] = {}
        raws = []
        for chunk in _chunks(list(dict.fromkeys(map(wire.guid, provider_ids)))):
            payload, raw = self._reports([*(("MessageIds", one) for one in chunk), ("MarkAsRead", "false")])
            found |= wire.reports(wire.items_of(payload, "DeliveryReports"), self.zone(payload))
            raws.append(raw)
        return ReportPage(tuple(found.values()), "\n".join(raws))

    def unread_reports(self) -> ReportPage:
        """Pull the reports that nobody has marked as read; asking may mark them."""
        payload, raw = self._reports([])
        found = wire.reports(wire.items_of(payload, "DeliveryReports"), self.zone(payload))
        return ReportPage(tuple(found.values()), raw)

    def mark_read(self, provider_ids: Sequence[str]) -> None:
        """Mark the reports of these ids as read, once they are stored."""
        for chunk in _chunks(provider_ids):
            self._reports([*(("MessageIds", one) for one in chunk), ("MarkAsRead", "true")])

    def _reports(self, query: Sequence[tuple[str, str]]) -> tuple[Mapping[str, Any], str]:
        path = "FullApi/DeliveryReports" + (f"?{urlencode(query)}" if query else "")
        payload, raw = self.ask("GET", path)
        if not isinstance(payload.get("DeliveryReports"), list):
            raise errors.Ambiguous("the answer holds no list of reports", raw=raw)
        return payload, raw

    def inbound(self, since: datetime) -> tuple[Inbound, ...]:
        """Pull the messages from phones; a span of time with more than fit into an answer is asked for in halves."""
        spans = [(since, clock.now() + SECOND)]
        found: dict[str, Inbound] = {}
        for _call in range(MOST_CALLS):
            if not spans:
                break
            begin, end = spans.pop()
            replies = self._replies(begin, end)
            found |= {reply.provider_id: reply for reply in replies}
            if len(replies) >= REPLIES_PER_CALL and end - begin > 3 * SECOND:
                middle = begin + (end - begin) / 2
                spans += [(begin, middle + SECOND), (middle, end)]
        if spans:
            logger.warning("HostedSMS has more replies than %d calls could bring", MOST_CALLS)
        return tuple(sorted(found.values(), key=lambda reply: (reply.at or since, reply.provider_id)))

    def _replies(self, begin: datetime, end: datetime) -> list[Inbound]:
        query = {
            "Limit": REPLIES_PER_CALL,
            "From": wire.local(begin),
            "To": wire.local(end),
            "MarkAsRead": "false",
        }
        payload, raw = self.ask("GET", f"FullApi/InputSmses?{urlencode(query)}")
        if not isinstance(payload.get("InputSmses"), list):
            raise errors.Ambiguous("the answer holds no list of messages", raw=raw)
        zone = self.zone(payload)
        replies = (wire.inbound(item, zone) for item in wire.items_of(payload, "InputSmses"))
        return [reply for reply in replies if reply.provider_id and reply.msisdn]

    def balance(self) -> Balance:
        """Ask for the counter of the account; whether it counts what is left is not published."""
        payload, raw = self.ask("GET", "FullApi/CustomerInfo")
        counter = wire.number(payload.get("SmsCounter"))
        if counter is None:
            raise errors.Ambiguous("the answer holds no counter", raw=raw)
        return Balance({"SMS": counter}, raw)

    def senders(self) -> list[SenderName]:
        """List the senders that may be used."""
        payload, raw = self.ask("GET", "FullApi/ValidSenders")
        names = payload.get("Senders")
        if not isinstance(names, list):
            raise errors.Ambiguous("the answer holds no list of senders", raw=raw)
        return [SenderName(name, SenderStatus.APPROVED) for name in map(wire.text, names) if name]


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), IDS_PER_CALL):
        yield values[start : start + IDS_PER_CALL]
