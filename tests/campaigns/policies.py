"""Providers of the tests' own, for the two policies that no provider of the panel has yet."""

from __future__ import annotations

from typing import ClassVar

from smspanel.providers import errors
from smspanel.providers.base import AckPolicy, ProviderClient
from smspanel.providers.values import Acceptance, Receipt, Submission


class Forgetful(ProviderClient):
    """Takes everything, and loses the answers of `lost` in turn: None is answered, an error is raised."""

    label = "Forgetful"
    grace_seconds = 30
    max_batch = 100
    variants = unicode_variants = frozenset({"ECO"})
    default_base_url = "http://127.0.0.1:9"
    credential_fields = ()

    lost: ClassVar[list[errors.ProviderError | None]] = []
    calls: ClassVar[list[Submission]] = []
    air: ClassVar[dict[str, int]] = {}

    def submit(self, submission: Submission) -> Acceptance:
        """Take the messages, each reference once if this is an idempotent provider."""
        self.calls.append(submission)
        answer = self.lost.pop(0) if self.lost else None
        if answer is None or not answer.never_left:
            for message in submission.messages:
                repeated = self.ack_policy == AckPolicy.IDEMPOTENT and message.ref in self.air
                self.air[message.ref] = self.air.get(message.ref, 0) + (not repeated)
        if answer is not None:
            raise answer
        receipts = (Receipt(one.ref, accepted=True, provider_id=f"p{one.ref}") for one in submission.messages)
        return Acceptance(tuple(receipts), "taken")


class Idempotent(Forgetful):
    """Drops a reference that it has already."""

    kind = "idempotent"
    ack_policy = AckPolicy.IDEMPOTENT


class AtMostOnce(Forgetful):
    """Can neither be asked nor called again."""

    kind = "at-most-once"
    ack_policy = AckPolicy.AT_MOST_ONCE
