"""Signing in to SerwerSMS, and what an answer says by itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smspanel import outbound
from smspanel.providers import errors
from smspanel.providers.base import CredentialField, ProviderClient, TokenStore
from smspanel.providers.http import call, kept
from smspanel.providers.serwersms import wire

PER_PAGE = 500
MOST_PAGES = 50


class Session(ProviderClient):
    """Calls actions by a token, or by an API user and its password in the body."""

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

    def ask(self, action: str, body: Mapping[str, object] = MappingProxyType({})) -> tuple[Mapping[str, Any], str]:
        """Call an action and return its answer, parsed and as it may be stored."""
        payload, answer = self._exchange(action, body)
        raw = kept(self, answer)
        if not isinstance(payload, Mapping):
            raise errors.Ambiguous("the answer is not a JSON object", code=str(answer.status), raw=raw)
        return payload, raw

    def download(self, action: str, body: Mapping[str, object]) -> bytes:
        """Call an action that answers with a PDF."""
        _payload, answer = self._exchange(action, body)
        if not answer.body.startswith(b"%PDF"):
            raise errors.Ambiguous("the answer is not a PDF", raw=kept(self, answer))
        return answer.body

    def succeed(self, action: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Call an action that says whether it worked, and return its answer if it did."""
        payload, raw = self.ask(action, body)
        if not wire.yes(payload.get("success")):
            raise errors.RequestRefused(raw=raw)
        return payload

    def listed(self, action: str, body: Mapping[str, object] = MappingProxyType({})) -> tuple[list[wire.Item], str]:
        """Return the items of a list that has no pages."""
        payload, raw = self.ask(action, body)
        if not isinstance(payload.get("items"), list):
            raise errors.Ambiguous("the answer holds no list", raw=raw)
        return wire.items_of(payload), raw

    def all_pages(self, action: str, body: Mapping[str, object]) -> tuple[list[wire.Item], str]:
        """Read a list to its last page; `paging.count` is the number of pages."""
        items: list[wire.Item] = []
        for page in range(1, MOST_PAGES + 1):
            payload, raw = self.ask(action, {**body, "limit": PER_PAGE, "page": page})
            if not isinstance(payload.get("items"), list):
                raise errors.Ambiguous("the answer holds no list", raw=raw)
            items += wire.items_of(payload)
            if page >= wire.pages(payload):
                return items, raw
        raise errors.Ambiguous("the list has no last page", raw=raw)

    def _exchange(self, action: str, body: Mapping[str, object]) -> tuple[object, outbound.Answer]:
        """Call an action once; the answer is None where it is not JSON."""
        headers = {}
        if token := self.credentials.get("token"):
            headers["Authorization"] = f"Bearer {token}"
        else:
            body = {**self.credentials, **body}
        answer = call(self, "POST", f"{action}.json", json={**body}, headers=headers)
        raw = kept(self, answer)
        try:
            payload = answer.json()
        except outbound.NotJson:
            payload = None
        if isinstance(payload, Mapping) and (error := wire.general_error(payload, raw)) is not None:
            raise error
        if answer.status in self.refusing_statuses:
            raise errors.RequestRefused(code=str(answer.status), raw=raw)
        return payload, answer
