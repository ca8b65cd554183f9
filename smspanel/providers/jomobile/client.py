"""The calls to JO Mobile that send messages and find out what became of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.base import AckPolicy, CredentialField, OptionField
from smspanel.providers.jomobile import wire
from smspanel.providers.jomobile.catalogue import Catalogue
from smspanel.providers.traits import Trait
from smspanel.providers.values import Acceptance, MessageKind, Push, Receipt, ReportPage, Submission

PHONES_PER_CALL = 100
PAGE = 200
MOST_PAGES = 50
CLOCKS_DIFFER = timedelta(seconds=2)

logger = logging.getLogger(__name__)


class JoMobileClient(Catalogue):
    """JO Mobile, REST API 6.4 (the Gatum platform)."""

    kind = "jomobile"
    label = "JO Mobile"
    acknowledgement_type = "application/json"
    ack_policy = AckPolicy.AT_MOST_ONCE
    grace_seconds = 60
    max_batch = wire.MOST_NUMBERS
    variants = frozenset({"ECO", "FULL", "PRO", "INTER"})
    unicode_variants = variants
    kinds = frozenset({MessageKind.TEXT, MessageKind.FLASH, MessageKind.WAP_PUSH, MessageKind.HLR})
    traits = frozenset({Trait.VALIDITY})
    default_base_url = ""  # published nowhere
    # A refused token makes four calls of one; all of them must end within the lease of a batch.
    deadline_seconds = 12.0
    credential_fields = (
        CredentialField("username", gettext_lazy("Login"), secret=False, required=False),
        CredentialField("password", gettext_lazy("Password"), secret=True, required=False),
        CredentialField(
            "token",
            gettext_lazy("Access token"),
            secret=True,
            required=False,
            help_text=gettext_lazy("Instead of the login and the password, if your provider gave you one."),
        ),
    )
    option_fields = (
        OptionField(
            "sender",
            gettext_lazy("Sender of messages without a sender name"),
            "",
            help_text=gettext_lazy("JO Mobile sends nothing without a sender: letters and digits, at most 11."),
        ),
        OptionField(
            "callback_url",
            gettext_lazy("Name the report address in every message"),
            default=False,
            help_text=gettext_lazy("Only if your provider knows callback_url; else set the webhook in its own panel."),
        ),
    )

    @property
    def _sender(self) -> str:
        return str(self.options["sender"]).strip()

    def submit(self, submission: Submission) -> Acceptance:
        """Hand over one package; the reply is keyed by number and has one id for each part."""
        body = wire.package(submission, sender=self._sender, callback=self.options["callback_url"] is True)
        data, raw = self.ask("send", body)
        receipts = wire.receipts(submission.messages, data)
        if all(receipt.accepted is None for receipt in receipts):
            raise errors.Ambiguous("the answer names none of the messages", raw=raw)
        return Acceptance(receipts, raw)

    def look_up(self, submission: Submission) -> dict[str, Receipt]:
        """Find what was taken by number, sender, text and time since the attempt; what is absent proves nothing."""
        if submission.tried_at is None:
            raise self._unsupported(_("look up a message without knowing when it was sent"))
        since = submission.tried_at + timedelta(seconds=self.clock_offset or 0) - CLOCKS_DIFFER
        given = replace(submission, tried_at=since)
        items, _raw = self._about([message.msisdn for message in given.messages])
        shown = (wire.evidence(message, given, self._sender, items) for message in given.messages)
        return {receipt.ref: receipt for receipt in shown if receipt is not None}

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Read the reports of the last days until these ids are found: the provider cannot be asked by id."""
        return self._page(set(provider_ids), *self._all_pages({}, until=set(provider_ids)))

    def reports_about(self, numbers: Mapping[str, str]) -> ReportPage:
        """Pull the reports of these ids by their numbers, 100 in a call."""
        if not all(numbers.values()):
            return self.reports(list(numbers))
        return self._page(set(numbers), *self._about(list(numbers.values())))

    def _page(self, wanted: Collection[str], items: Sequence[wire.Item], raw: str) -> ReportPage:
        reports = (wire.report(item) for item in items)
        return ReportPage(tuple(report for report in reports if report.provider_id in wanted), raw)

    def parse_push(self, query: Mapping[str, str], body: bytes) -> Push:
        """Read a list of reports, one for each part; a malformed one is left out and hurts no other."""
        del query  # reports travel in the body alone
        items = _read(body)
        if items is None:
            raise errors.RequestRefused("the push is not a JSON list")
        reports = tuple(wire.report(item) for item in items if _has_id(item))
        if len(reports) < len(items):
            logger.warning("JO Mobile pushed %d reports without an id_state", len(items) - len(reports))
        return Push(reports)

    @classmethod
    def acknowledge(cls, body: bytes) -> str:
        """Return the ids of the push as they came: the provider repeats what it does not read in this list."""
        return json.dumps([item["id_state"] for item in _read(body) or [] if _has_id(item)])

    def _about(self, numbers: Sequence[str]) -> tuple[list[wire.Item], str]:
        phones = list(dict.fromkeys(wire.digits(number) for number in numbers))
        items, raws = [], []
        for chunk in _chunks(phones):
            found, raw = self._all_pages({"phone": list(chunk)})
            items += found
            raws.append(raw)
        return items, "\n".join(raws)

    def _all_pages(
        self, condition: Mapping[str, object], *, until: Collection[str] | None = None
    ) -> tuple[list[wire.Item], str]:
        """Read sms-full-data to its end, or until the ids are found; not every version knows `offset`, a page."""
        found: dict[str, wire.Item] = {}
        body = {**condition, "time_period": wire.period(clock.now()), "limit": PAGE}
        for page in range(MOST_PAGES):
            data, raw = self.ask("sms-full-data", body | ({"offset": page} if page else {}))
            known, items = len(found), list(wire.records(data))
            for item in items:
                wire.keep_newest(found, item)
            if len(items) < PAGE or len(found) == known or (until is not None and found.keys() >= set(until)):
                break
        return list(found.values()), raw


def _read(body: bytes) -> list[Any] | None:
    """Return the entries of a pushed body, or None if it is no list of reports."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else None


def _has_id(item: object) -> bool:
    return isinstance(item, dict) and bool(wire.text(item.get("id_state")))


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), PHONES_PER_CALL):
        yield values[start : start + PHONES_PER_CALL]
