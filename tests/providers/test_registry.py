"""Providers are known by one line each, and refuse loudly what they cannot do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from smspanel.providers import errors, registry
from smspanel.providers.base import AckPolicy, ProviderClient
from smspanel.providers.values import Acceptance, Submission

KINDS = [kind for kind, _ in registry.kinds()]


class Bare(ProviderClient):
    """A provider that can only send."""

    kind = "bare"
    label = "Bare"
    ack_policy = AckPolicy.AT_MOST_ONCE
    grace_seconds = 0
    max_batch = 1
    variants = frozenset({"ECO"})
    unicode_variants = frozenset()
    default_base_url = "https://bare.example.com/"
    credential_fields = ()

    def submit(self, submission: Submission) -> Acceptance:
        return Acceptance((), "")


@pytest.mark.parametrize("kind", KINDS)
def test_every_provider_is_complete(kind: str) -> None:
    client = registry.client_class(kind)
    assert client.kind == kind
    assert client.variants >= client.unicode_variants
    assert client.max_batch > 0
    assert client.ack_policy is not AckPolicy.LOOKUP or client.look_up is not ProviderClient.look_up
    folder = Path(registry.__file__).parent / kind
    assert {"client.py", "wire.py", "docs.md"} <= {path.name for path in folder.iterdir()}


def test_an_unknown_provider_is_a_matter_of_the_connection() -> None:
    with pytest.raises(errors.Misconfigured, match="carrier-pigeon"):
        registry.client_class("carrier-pigeon")


ABILITIES: dict[str, tuple[object, ...]] = {
    "look_up": (Submission("", ()),),
    "reports": ([],),
    "parse_push": ({}, b""),
    "cancel": ([],),
    "inbound": (datetime(2026, 1, 1, tzinfo=UTC),),
    "check_number": ("48500100200",),
    "balance": (),
    "senders": (),
    "blacklist_add": ("48500100200",),
    "blacklist_remove": ("48500100200",),
    "blacklist_has": ("48500100200",),
}


@pytest.mark.parametrize("ability", ABILITIES)
def test_what_a_provider_cannot_do_is_refused_by_name(ability: str) -> None:
    with pytest.raises(errors.Unsupported, match="Bare cannot"):
        getattr(Bare(credentials={}), ability)(*ABILITIES[ability])


def test_the_address_of_a_connection_outranks_the_provider_s_own() -> None:
    assert Bare(credentials={}).base_url == "https://bare.example.com"
    assert Bare(base_url="http://127.0.0.1:9101/", credentials={}).base_url == "http://127.0.0.1:9101"


@pytest.mark.parametrize("kind", errors.ProviderError.__subclasses__())
def test_no_error_may_be_retried_without_proof_that_nothing_left(kind: type[errors.ProviderError]) -> None:
    assert kind.never_left or not kind.retryable
    assert not (kind.retryable and kind.stops_campaign)
    assert str(kind("why", code="7")) == f"{kind.explanation} (7: why)"
