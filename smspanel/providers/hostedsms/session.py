"""Signing in to HostedSMS, its two hosts, and what an answer says by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smspanel import clock, outbound
from smspanel.providers import errors
from smspanel.providers.base import CredentialField, OptionField, ProviderClient, TokenStore
from smspanel.providers.hostedsms import wire
from smspanel.providers.http import call, kept

FIRST_HOST, SECOND_HOST = "https://api.hostedsms.pl", "https://api2.hostedsms.pl"


class Session(ProviderClient):
    """Makes calls with the e-mail and password of an account."""

    default_base_url = FIRST_HOST
    credential_fields = (
        CredentialField("user", gettext_lazy("E-mail of the account"), secret=False, required=True),
        CredentialField("password", gettext_lazy("Password"), secret=True, required=True),
    )
    option_fields = (
        OptionField(
            "sender",
            gettext_lazy("Sender of messages without a sender name"),
            "",
            help_text=gettext_lazy("HostedSMS sends nothing without a sender."),
        ),
        OptionField(
            "cost_centre",
            gettext_lazy("Cost centre of messages without one"),
            "",
            help_text=gettext_lazy("One that is set up at HostedSMS, or empty."),
        ),
        OptionField(
            "phone_field",
            gettext_lazy("Field with the numbers"),
            "Phone",
            help_text=gettext_lazy("“Phone”, or “Phones” if HostedSMS refuses that."),
        ),
        OptionField(
            "trust_transaction_id",
            gettext_lazy("HostedSMS drops a call that it has had before"),
            default=False,
            help_text=gettext_lazy(
                "Only if HostedSMS confirmed it for your account. A call whose answer was lost is then made again;"
                " otherwise its messages are assumed to be sent."
            ),
        ),
        OptionField(
            "second_url",
            gettext_lazy("Second address"),
            "",
            help_text=gettext_lazy(
                "Called when the first one cannot be reached. Empty: HostedSMS's own second address, if the first"
                " one is HostedSMS's own."
            ),
        ),
        OptionField(
            "use_simple_api",
            gettext_lazy("Use SimpleApi"),
            default=False,
            help_text=gettext_lazy("For accounts without FullApi: one number in a call, no flash, no priority."),
        ),
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
        # SimpleApi lies beside FullApi, so the address is that of both.
        self.base_url = self.base_url.removesuffix("/FullApi")
        if ":" in self.credentials["user"]:
            raise errors.Misconfigured(_("The e-mail of the account cannot hold a colon."))
        if self.option("phone_field") not in {"Phone", "Phones"}:
            raise errors.Misconfigured(_("The field with the numbers is called “Phone” or “Phones”."))

    @property
    def second_host(self) -> str:
        """The address to call when the first one cannot be reached, or nothing."""
        own = SECOND_HOST if self.base_url == FIRST_HOST else ""
        return self.option("second_url").rstrip("/").removesuffix("/FullApi") or own

    def option(self, name: str) -> str:
        """Return an option that is a text."""
        return str(self.options[name]).strip()

    def zone(self, payload: Mapping[str, Any]) -> tzinfo:
        """Return the zone of the times in an answer."""
        return wire.clock(payload.get("CurrentTime"), clock.now())[0]

    def ask(self, method: str, path: str, body: object = None, *, signed: bool = True) -> tuple[Mapping[str, Any], str]:
        """Make a call and return its answer, parsed and as it may be stored."""
        answer = self._call(method, path, body, signed=signed)
        raw = kept(self, answer)
        try:
            payload = answer.json()
        except outbound.NotJson:
            payload = None
        if isinstance(payload, Mapping) and (error := wire.refusal(payload, raw)) is not None:
            raise error
        if answer.status in self.refusing_statuses:
            raise errors.RequestRefused(code=str(answer.status), raw=raw)
        if not isinstance(payload, Mapping):
            raise errors.Ambiguous("the answer is not a JSON object", code=str(answer.status), raw=raw)
        ahead = wire.clock(payload.get("CurrentTime"), clock.now())[1]
        self.clock_offset = self.clock_offset if ahead is None else ahead
        return payload, raw

    def _call(self, method: str, path: str, body: object, *, signed: bool) -> outbound.Answer:
        """Call the first host, and the second one only if not a byte can have reached the first."""
        auth = (self.credentials["user"], self.credentials["password"]) if signed else None
        headers = {"Accept": "application/json"}
        try:
            return call(self, method, path, json=body, headers=headers, auth=auth)
        except errors.Unreachable:
            if not (second := self.second_host):
                raise
            return call(self, method, path, json=body, headers=headers, auth=auth, base_url=second)
