"""The calls to SerwerSMS."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import parse_qsl

from smspanel.providers import errors
from smspanel.providers.base import AckPolicy
from smspanel.providers.serwersms import listings, wire
from smspanel.providers.serwersms.account import Account
from smspanel.providers.values import Acceptance, Inbound, MessageKind, Outgoing, Push, Receipt, ReportPage, Submission

T = TypeVar("T")
IDS_PER_CALL = 500
RECEIVED = ("eco", "nd", "ndi")


class SerwerSmsClient(Account):
    """SerwerSMS.pl, HTTPS API v2."""

    kind = "serwersms"
    label = "SerwerSMS"
    ack_policy = AckPolicy.LOOKUP
    grace_seconds = 60
    max_batch = 200
    variants = frozenset({"ECO", "FULL", "VOICE"})
    fetches_replies = True
    unicode_variants = frozenset({"FULL", "VOICE"})
    kinds = frozenset({MessageKind.TEXT, MessageKind.FLASH, MessageKind.WAP_PUSH, MessageKind.VCARD, MessageKind.VOICE})

    def submit(self, submission: Submission) -> Acceptance:
        """Hand over a batch; the reply names each number, and only an item is proof."""
        action, body = wire.submission(submission)
        payload, raw = self.ask(action, body)
        receipts = wire.receipts(submission.messages, wire.items_of(payload))
        if all(receipt.accepted is None for receipt in receipts):
            raise errors.Ambiguous("the answer names none of the messages", raw=raw)
        return Acceptance(receipts, raw)

    def look_up(self, submission: Submission) -> dict[str, Receipt]:
        """Ask the reports for our unique ids."""
        found: dict[str, Receipt] = {}
        for chunk in _chunks(submission.messages):
            ids = [wire.unique_id(message.ref) for message in chunk]
            items, raw = self.all_pages("messages/reports", {"unique_id": ids})
            paired, strangers = wire.pair(chunk, items)
            if strangers:
                raise errors.Ambiguous("the reports name messages that were not asked for", raw=raw)
            found |= {ref: wire.best_receipt(ref, theirs) for ref, theirs in paired.items()}
        return found

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Pull the reports of these ids, 500 in a call."""
        found, raws = [], []
        for chunk in _chunks(list(dict.fromkeys(provider_ids))):
            items, raw = self.all_pages("messages/reports", {"id": list(chunk)})
            found += [report for item in items if (report := wire.report(item)) is not None]
            raws.append(raw)
        return ReportPage(tuple(found), "\n".join(raws))

    def parse_push(self, query: Mapping[str, str], body: bytes) -> Push:
        """Take the id from a push as a hint: its words are not documented, the reports are."""
        fields = dict(parse_qsl(body.decode("utf-8", "replace"))) | dict(query)
        report = wire.pushed_report(fields)
        hint = fields.get("id", "").strip()
        return Push((report,) if report else (), (hint,) if hint else ())

    def cancel(self, refs: Collection[str]) -> set[str]:
        """Delete scheduled messages one by one: an answer about several only counts them."""
        cancelled: set[str] = set()
        for ref in refs:
            try:
                payload, _raw = self.ask("messages/delete", {"unique_id": [wire.unique_id(ref)]})
            except errors.RequestRefused:
                continue
            except errors.ProviderError:
                if not cancelled:
                    raise
                break
            if wire.yes(payload.get("success")) and wire.number(payload.get("correct", 1)):
                cancelled.add(ref)
        return cancelled

    def inbound(self, since: datetime) -> tuple[Inbound, ...]:
        """Pull the messages from phones of every type; they stay unread at the provider."""
        found: dict[str, Inbound] = {}
        for kind in RECEIVED:
            body = {"type": kind, "date_from": wire.local(since), "order": "asc"}
            items, _raw = self.all_pages("messages/recived", body)
            replies = (listings.inbound(item) for item in items)
            found |= {reply.provider_id: reply for reply in replies if reply.provider_id and reply.msisdn}
        return tuple(sorted(found.values(), key=lambda reply: (reply.at or since, reply.provider_id)))

    def send_voice(self, messages: Sequence[Outgoing], *, file_id: str = "") -> tuple[Receipt, ...]:
        """Read one text, or play a file, to numbers in one call without our references.

        It can be looked up by nothing, so the panel sends voice by `submit`; this is for a single try-out.
        """
        body = wire.voice(messages, file_id=file_id)
        payload, raw = self.ask("messages/send_voice", body)
        receipts = wire.receipts(messages, wire.items_of(payload))
        if all(receipt.accepted is None for receipt in receipts):
            raise errors.Ambiguous("the answer names none of the messages", raw=raw)
        return receipts


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), IDS_PER_CALL):
        yield values[start : start + IDS_PER_CALL]
