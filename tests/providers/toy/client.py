"""The call to the toy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smspanel import outbound
from smspanel.providers import errors
from smspanel.providers.base import AckPolicy, CredentialField, OptionField, ProviderClient
from smspanel.providers.http import call, kept
from smspanel.providers.values import Acceptance, Submission
from tests.providers.toy import wire


class ToyClient(ProviderClient):
    """A provider with one call."""

    kind = "toy"
    label = "Toy"
    ack_policy = AckPolicy.AT_MOST_ONCE
    grace_seconds = 0
    max_batch = 50
    variants = unicode_variants = frozenset({"ECO"})
    default_base_url = "https://toy.example.com"
    credential_fields = (CredentialField("key", "Toy key", secret=True, required=True),)
    option_fields = (OptionField("loud", "Loud", default=False),)

    def submit(self, submission: Submission) -> Acceptance:
        """Hand over a batch."""
        payload, raw = self._post(wire.body_of(submission))
        return Acceptance(wire.receipts(submission.messages, payload, raw), raw)

    def _post(self, body: Mapping[str, object]) -> tuple[Mapping[str, Any], str]:
        answer = call(self, "POST", "send", json=body, headers={"Key": self.credentials["key"]})
        raw = kept(self, answer)
        try:
            payload = answer.json()
        except outbound.NotJson:
            payload = None
        if not isinstance(payload, Mapping):
            raise errors.Ambiguous("the answer is not a JSON object", code=str(answer.status), raw=raw)
        if (error := wire.error_of(payload, raw)) is not None:
            raise error
        return payload, raw
