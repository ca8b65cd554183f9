"""The calls to SerwerSMS."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smspanel import outbound
from smspanel.providers import errors
from smspanel.providers.base import (
    Acceptance,
    AckPolicy,
    Balance,
    CredentialField,
    MessageKind,
    ProviderClient,
    Push,
    Receipt,
    ReportPage,
    SenderName,
    Submission,
    TokenStore,
)
from smspanel.providers.http import call, kept
from smspanel.providers.serwersms import wire

T = TypeVar("T")
IDS_PER_CALL = 500
MOST_PAGES = 50


class SerwerSmsClient(ProviderClient):
    """SerwerSMS.pl, HTTPS API v2."""

    kind = "serwersms"
    label = "SerwerSMS"
    ack_policy = AckPolicy.LOOKUP
    grace_seconds = 60
    max_batch = 200
    variants = frozenset({"ECO", "FULL"})
    unicode_variants = frozenset({"FULL"})
    kinds = frozenset({MessageKind.TEXT, MessageKind.FLASH})
    default_base_url = "https://api2.serwersms.pl"
    credential_fields = (
        CredentialField(
            "token",
            gettext_lazy("API token"),
            secret=True,
            required=False,
            help_text=gettext_lazy("From the SerwerSMS panel: interface settings, HTTP API, API tokens."),
        ),
        CredentialField("username", gettext_lazy("API user"), secret=False, required=False),
        CredentialField("password", gettext_lazy("API password"), secret=True, required=False),
    )

    def __init__(
        self,
        *,
        base_url: str = "",
        credentials: Mapping[str, str],
        options: Mapping[str, object] = MappingProxyType({}),
        tokens: TokenStore | None = None,
    ) -> None:
        super().__init__(base_url=base_url, credentials=credentials, options=options, tokens=tokens)
        if self.credentials.keys() not in ({"token"}, {"username", "password"}):
            raise errors.Misconfigured(_("Fill in either the token, or the API user and its password."))

    def submit(self, submission: Submission) -> Acceptance:
        """Hand over a batch; the reply names each number, and only an item is proof."""
        action, body = wire.submission(submission)
        payload, raw = self._post(action, body)
        receipts = wire.receipts(submission.messages, wire.items_of(payload))
        if all(receipt.accepted is None for receipt in receipts):
            raise errors.Ambiguous("the answer names none of the messages", raw=raw)
        return Acceptance(receipts, raw)

    def look_up(self, submission: Submission) -> dict[str, Receipt]:
        """Ask the reports for our unique ids."""
        found: dict[str, Receipt] = {}
        for chunk in _chunks(submission.messages):
            ids = [wire.unique_id(message.ref) for message in chunk]
            items, raw = self._all_pages({"unique_id": ids})
            paired, strangers = wire.pair(chunk, items)
            if strangers:
                raise errors.Ambiguous("the reports name messages that were not asked for", raw=raw)
            found |= {ref: wire.best_receipt(ref, theirs) for ref, theirs in paired.items()}
        return found

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Pull the reports of these ids, 500 in a call."""
        found, raws = [], []
        for chunk in _chunks(list(dict.fromkeys(provider_ids))):
            items, raw = self._all_pages({"id": list(chunk)})
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
                payload, _raw = self._post("messages/delete", {"unique_id": [wire.unique_id(ref)]})
            except errors.RequestRefused:
                continue
            except errors.ProviderError:
                if not cancelled:
                    raise
                break
            if wire.yes(payload.get("success")) and wire.number(payload.get("correct", 1)):
                cancelled.add(ref)
        return cancelled

    def balance(self) -> Balance:
        """Ask for the limits by variant; the provider wants this at most once an hour."""
        payload, raw = self._post("account/limits", {"show_type": True})
        return Balance(wire.limits(wire.items_of(payload)), raw)

    def senders(self) -> list[SenderName]:
        """List the account's own sender names."""
        payload, _raw = self._post("senders/index", {"sort": "name", "order": "asc"})
        items = wire.items_of(payload)
        names = ((wire.text(item.get("name")), wire.sender_state(item.get("status"))) for item in items)
        return [SenderName(name, status) for name, status in names if name]

    def blacklist_add(self, msisdn: str) -> None:
        """Put a number on the account's blacklist."""
        self._succeed("blacklist/add", msisdn)

    def blacklist_remove(self, msisdn: str) -> None:
        """Take a number off the account's blacklist."""
        self._succeed("blacklist/delete", msisdn)

    def blacklist_has(self, msisdn: str) -> bool:
        """Ask whether a number is on the account's blacklist."""
        payload, raw = self._post("blacklist/check", {"phone": f"+{msisdn}"})
        if "exists" not in payload:
            raise errors.Ambiguous("the answer does not say whether the number is listed", raw=raw)
        return wire.yes(payload.get("exists"))

    def _succeed(self, action: str, msisdn: str) -> None:
        payload, raw = self._post(action, {"phone": f"+{msisdn}"})
        if not wire.yes(payload.get("success")):
            raise errors.RequestRefused(raw=raw)

    def _all_pages(self, condition: Mapping[str, list[str]]) -> tuple[list[wire.Item], str]:
        """Read messages/reports to its last page; `paging.count` is the number of pages."""
        items: list[wire.Item] = []
        for page in range(1, MOST_PAGES + 1):
            payload, raw = self._post("messages/reports", {**condition, "limit": IDS_PER_CALL, "page": page})
            if not isinstance(payload.get("items"), list):
                raise errors.Ambiguous("the reports hold no list", raw=raw)
            items += wire.items_of(payload)
            if page >= wire.pages(payload):
                return items, raw
        raise errors.Ambiguous("the reports have no last page", raw=raw)

    def _post(self, action: str, body: Mapping[str, object]) -> tuple[Mapping[str, Any], str]:
        """Call an action and return its answer, parsed and as it may be stored."""
        headers = {}
        if token := self.credentials.get("token"):
            headers["Authorization"] = f"Bearer {token}"
        else:
            body = {**self.credentials, **body}
        answer = call(self, "POST", f"{action}.json", json=body, headers=headers)
        raw = kept(self, answer)
        try:
            payload = answer.json()
        except outbound.NotJson:
            payload = None
        if isinstance(payload, Mapping) and (error := wire.general_error(payload, raw)) is not None:
            raise error
        if answer.status in self.refusing_statuses:
            raise errors.RequestRefused(code=str(answer.status), raw=raw)
        if not isinstance(payload, Mapping):
            raise errors.Ambiguous("the answer is not a JSON object", code=str(answer.status), raw=raw)
        return payload, raw


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), IDS_PER_CALL):
        yield values[start : start + IDS_PER_CALL]
