"""Signing in to JO Mobile: a fixed token, or one that a login and its password are exchanged for in two steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from smspanel import clock, outbound
from smspanel.providers import errors
from smspanel.providers.base import ProviderClient, TokenStore
from smspanel.providers.http import call, kept
from smspanel.providers.jomobile import wire

MARGIN = 300
"""Seconds before its end from which a token is not used any more."""


class SignedIn(ProviderClient):
    """Makes calls with a token, and gets a new one, once, where the provider refuses it."""

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
            raise errors.Misconfigured(_("Fill in either the token, or the login and its password."))
        if not self.base_url:
            raise errors.Misconfigured(_("Fill in the address that your provider gave you for its REST API."))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials and the token, which may never appear in a log or a stored answer."""
        token = self._kept_token()
        return (*super().secrets, token) if token else super().secrets

    def ask(self, path: str, body: object = None, *, method: str = "POST") -> tuple[Any, str]:
        """Return the data of a successful answer, and the answer as it may be stored.

        A refused token means that the provider took nothing, so the call is then made once more with a new one.
        """
        token = self._token()
        try:
            return self._exchange(method, path, body, token)
        except errors.AuthRefused:
            if "token" in self.credentials:
                raise
        return self._exchange(method, path, body, self._token(refused=token))

    def logout(self) -> None:
        """Destroy the token at the provider, and forget it."""
        token = self._token()
        self._exchange("GET", "logout", None, token)
        self.tokens.write("")

    def _exchange(self, method: str, path: str, body: object, token: str = "") -> tuple[Any, str]:
        headers = {"X-Access-Token": token} if token else {}
        answer = call(self, method, f"v1/{path}", json=body, headers=headers)
        raw = outbound.redact(kept(self, answer), [token])
        try:
            payload = answer.json()
        except outbound.NotJson:
            payload = None
        if (refusal := wire.refusal(payload, raw)) is not None:
            raise refusal
        if answer.status in self.refusing_statuses:
            raise errors.RequestRefused(code=str(answer.status), raw=raw)
        if not isinstance(payload, Mapping) or payload.get("status") is not True:
            raise errors.Ambiguous("the answer does not say that it worked", code=str(answer.status), raw=raw)
        return payload.get("data"), raw

    def _token(self, *, refused: str = "") -> str:
        """Return a token other than the refused one; one process at a time signs in, the others use its token."""
        if "token" in self.credentials:
            return self.credentials["token"]
        if (token := self._kept_token()) and token != refused:
            return token
        with self.tokens.refreshing():
            if (token := self._kept_token()) and token != refused:
                return token
            return self._sign_in()

    def _kept_token(self) -> str:
        """Return the token of this login that is still good for a while, or nothing."""
        try:
            stored = json.loads(self.tokens.read() or "{}")
        except ValueError:
            return ""
        if not isinstance(stored, dict) or stored.get("login") != self._login():
            return ""
        ends = wire.whole_seconds(stored.get("expires_at"))
        alive = ends is None or ends - MARGIN > clock.now().timestamp()
        return wire.text(stored.get("token")) if alive else ""

    def _login(self) -> str:
        """Return what tells this login from an earlier one of the same connection, whose token is of no use."""
        parts = [self.base_url, self.credentials.get("username", ""), self.credentials.get("password", "")]
        return sha256(json.dumps(parts).encode()).hexdigest()

    def _sign_in(self) -> str:
        login = {name: self.credentials[name] for name in ("username", "password")}
        code, _ends = self._step("authorize", login, "authorization_code")
        token, ends = self._step("accesstoken", {"authorization_code": code}, "access_token")
        self.tokens.write(json.dumps({"token": token, "expires_at": ends, "login": self._login()}))
        return token

    def _step(self, path: str, body: Mapping[str, str], wanted: str) -> tuple[str, int | None]:
        """Return what one step of signing in brings, and when it ends; no failure of it can have sent a message."""
        try:
            data, _raw = self._exchange("POST", path, body)
        except errors.RequestRefused as error:
            raise errors.AuthRefused(error.detail, code=error.code, raw=error.raw) from error
        except errors.Ambiguous as error:
            raise errors.Unreachable(error.detail or "the sign-in was not answered clearly", code=error.code) from error
        found = wire.text(data.get(wanted)) if isinstance(data, Mapping) else ""
        if not found:
            raise errors.Unreachable(f"the sign-in brought no {wanted}")
        return found, wire.whole_seconds(data.get("expires_at"))
