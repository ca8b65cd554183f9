"""One call to JustSend and its envelope."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy

from smspanel import outbound
from smspanel.providers import errors
from smspanel.providers.base import CredentialField, ProviderClient
from smspanel.providers.http import by_status, call, kept
from smspanel.providers.justsend import codes

Rows = list[Mapping[str, Any]]


class JustSendCalls(ProviderClient):
    """Signs in, calls, and reads errors the way all calls of JustSend share."""

    default_base_url = "https://justsend.pl/api/rest/v2"
    credential_fields = (
        CredentialField(
            "app_key",
            gettext_lazy("App-Key"),
            secret=True,
            required=True,
            help_text=gettext_lazy("From the JustSend panel: account settings, API key."),
        ),
    )
    # An errorId counts whatever the status is, so every answer is read before its status is judged.
    refusing_statuses = frozenset(range(300, 600))

    def _call(self, method: str, path: str, json: object = None, *, personal: bool = False) -> tuple[object, str]:
        """Call once and return the data of a success, and the answer as it may be stored.

        An answer about accounts is `personal`: it holds password hashes and keys, so nothing of it is kept.
        """
        headers = {"App-Key": self.credentials["app_key"], "Accept": "application/json"}
        answer = call(self, method, path, json=json, headers=headers)
        raw = "" if personal else kept(self, answer)
        envelope = _envelope(answer)
        # A call that came too soon was not looked at, whatever the envelope says; another smspanel answers so.
        too_soon = answer.status == HTTPStatus.TOO_MANY_REQUESTS
        if envelope is not None and not too_soon and (error := codes.error_of(envelope, raw)) is not None:
            raise error
        if not 200 <= answer.status < 300:
            raise self._by_status(answer, raw)
        if envelope is None:
            raise errors.Ambiguous("the answer is not an envelope of JustSend", code=str(answer.status), raw=raw)
        return envelope.get("data"), raw

    def _by_status(self, answer: outbound.Answer, raw: str) -> errors.ProviderError:
        if answer.status in ProviderClient.refusing_statuses:
            return errors.RequestRefused(code=str(answer.status), raw=raw)
        error = by_status(self, answer)
        error.raw = raw
        return error

    def _list(self, path: str, *, personal: bool = False) -> tuple[list[Any], str]:
        """Read a list; that there is nothing comes as an empty list or as an error (JS-25)."""
        try:
            data, raw = self._call("GET", path, personal=personal)
        except errors.RequestRefused as error:
            if error.code != codes.NOTHING_FOUND:
                raise
            return [], error.raw
        if not isinstance(data, list):
            raise errors.Ambiguous("the answer holds no list", raw=raw)
        return data, raw

    def _rows(self, path: str, *, personal: bool = False) -> Rows:
        """Read a list of objects."""
        data, _raw = self._list(path, personal=personal)
        return [row for row in data if isinstance(row, Mapping)]

    def _object(self, method: str, path: str, json: object = None, *, personal: bool = False) -> Mapping[str, Any]:
        """Read one object."""
        data, raw = self._call(method, path, json, personal=personal)
        if not isinstance(data, Mapping):
            raise errors.Ambiguous("the answer holds no object", raw=raw)
        return data


def _envelope(answer: outbound.Answer) -> Mapping[str, Any] | None:
    """Return the envelope of an answer, if it is one."""
    try:
        found = answer.json()
    except outbound.NotJson:
        return None
    return found if isinstance(found, Mapping) and "errorId" in found else None
