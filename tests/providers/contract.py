"""What every provider client must do, whatever its provider answers; test modules inherit from here."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod

import pytest

from smspanel.providers import errors
from smspanel.providers.base import ProviderClient
from smspanel.providers.values import Outgoing, Receipt, Submission
from tests.providers.scripted import (
    CUT_BODY,
    DROP_AFTER_READING,
    DROP_BEFORE_READING,
    Reply,
    Scripted,
    answer,
)

SECRET = "s3cret/K€y+"
FIRST = Outgoing("ref1", "48500100200", "Hello")
SECOND = Outgoing("ref2", "48500100201", "Hello")
TWO = Submission("batch1", (FIRST, SECOND), sender="PANEL", variant="FULL")

SILENCE = Reply([b""] * 200, pause=0.1)
DRIP = Reply([b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b" "] * 500], pause=0.1)
HUGE = Reply([b"HTTP/1.1 200 OK\r\n\r\n", *[b" " * 100_000] * 20])
GARBAGE = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"1",
    b'"ok"',
    b"<html>Busy</html>",
    b'{"success":tr',
    b"\xff\xfe\x00",
    b"[[[",
]
LOST = [DROP_BEFORE_READING, DROP_AFTER_READING, CUT_BODY, SILENCE, DRIP, HUGE]


class ProviderContract(ABC):
    """Subclasses say how their provider spells the usual answers to a submission of TWO."""

    before: tuple[Reply, ...] = ()  # answers to the calls that come first, such as a sign-in

    @abstractmethod
    def client(self, url: str) -> ProviderClient:
        """Return a client whose secret credential is SECRET."""

    @abstractmethod
    def accepted(self) -> Reply:
        """Both messages are taken."""

    @abstractmethod
    def second_refused(self) -> Reply:
        """The first message is taken, the second one is not."""

    @abstractmethod
    def refused(self) -> Reply:
        """The whole request is refused because something in it is wrong."""

    @abstractmethod
    def credentials_refused(self) -> Reply:
        """The credentials are wrong."""

    @abstractmethod
    def funds_refused(self) -> Reply:
        """The account is used up."""

    def duplicate(self) -> Reply | None:
        """A reference is known already; None if this provider never says so."""
        return None

    def receipts_when_second_refused(self, server: Scripted) -> tuple[Receipt, ...]:
        """Submit TWO, and return what is known of both as soon as this provider can know it."""
        server.script(*self.before, self.second_refused())
        return self.client(server.url).submit(TWO).receipts

    def failure(self, server: Scripted, *replies: Reply, deadline: float = 5.0) -> errors.ProviderError:
        """Submit TWO once and return the error, having seen that nothing was tried twice."""
        server.script(*self.before, *replies)
        client = self.client(server.url)
        client.deadline_seconds = deadline
        with pytest.raises(errors.ProviderError) as caught:
            client.submit(TWO)
        assert server.connections <= len(self.before) + 1
        assert SECRET not in f"{caught.value} {caught.value.raw}"
        return caught.value

    def test_each_message_gets_a_receipt_in_order(self, server: Scripted) -> None:
        server.script(*self.before, self.accepted())
        acceptance = self.client(server.url).submit(TWO)
        assert [(r.ref, r.accepted) for r in acceptance.receipts] == [("ref1", True), ("ref2", True)]
        assert acceptance.raw
        assert len(server.requests) == len(self.before) + 1

    def test_one_bad_number_does_not_hurt_the_others(self, server: Scripted) -> None:
        receipts = self.receipts_when_second_refused(server)
        assert [(r.ref, r.accepted) for r in receipts] == [("ref1", True), ("ref2", False)]
        assert receipts[1].code

    @pytest.mark.parametrize("body", GARBAGE)
    def test_garbage_is_ambiguous(self, server: Scripted, body: bytes) -> None:
        assert type(self.failure(server, answer(200, body))) is errors.Ambiguous

    @pytest.mark.parametrize("status", [301, 302, 408, 409, 500, 502, 503, 504])
    def test_an_unclear_status_is_ambiguous(self, server: Scripted, status: int) -> None:
        assert type(self.failure(server, answer(status, "<h1>Busy</h1>", Location="/"))) is errors.Ambiguous

    @pytest.mark.parametrize(
        "reply",
        [DROP_BEFORE_READING, DROP_AFTER_READING, CUT_BODY, SILENCE, DRIP, HUGE],
        ids=lambda reply: "",
    )
    def test_a_lost_answer_is_ambiguous(self, server: Scripted, reply: Reply) -> None:
        assert type(self.failure(server, reply, deadline=1.5)) is errors.Ambiguous

    def test_a_refused_connection_never_left(self) -> None:
        with Scripted() as server:
            url = server.url
        with pytest.raises(errors.Unreachable) as caught:
            self.client(url).submit(TWO)
        assert (caught.value.never_left, caught.value.retryable) == (True, True)

    def test_a_forbidden_address_is_a_matter_of_the_connection(self) -> None:
        for url in ("http://10.0.0.1", "http://[::1]:80", "ftp://example.com"):
            with pytest.raises(errors.Misconfigured):
                self.client(url).submit(TWO)

    def test_too_many_calls_wait_as_long_as_asked(self, server: Scripted) -> None:
        error = self.failure(server, answer(429, Retry_After="7"))
        assert (type(error), error.retry_after, error.never_left) == (errors.Throttled, 7.0, True)

    def test_a_refused_request_never_left_and_is_not_repeated(self, server: Scripted) -> None:
        error = self.failure(server, self.refused())
        assert (type(error), error.never_left, error.retryable) == (errors.RequestRefused, True, False)

    def test_wrong_credentials_stop_the_campaign(self, server: Scripted) -> None:
        error = self.failure(server, self.credentials_refused())
        assert (type(error), error.never_left, error.stops_campaign) == (errors.AuthRefused, True, True)

    def test_an_empty_account_stops_the_campaign(self, server: Scripted) -> None:
        error = self.failure(server, self.funds_refused())
        assert (type(error), error.never_left, error.stops_campaign) == (errors.FundsRefused, True, True)

    def test_a_known_reference_is_no_refusal(self, server: Scripted) -> None:
        if (reply := self.duplicate()) is not None:
            error = self.failure(server, reply)
            assert (type(error), error.never_left) == (errors.DuplicateReference, False)

    def test_a_wrong_address_is_a_matter_of_the_connection(self, server: Scripted) -> None:
        assert type(self.failure(server, answer(404, "<h1>Not Found</h1>"))) is errors.Misconfigured

    def test_no_secret_is_logged_or_kept(self, server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        self.failure(server, answer(500, f'{{"you said": "{SECRET}"}}'))
        assert SECRET not in caplog.text
        assert "Hello" not in caplog.text
        assert FIRST.msisdn not in caplog.text

    def test_a_client_without_credentials_is_misconfigured(self) -> None:
        client = self.client("http://127.0.0.1:9")
        with pytest.raises(errors.Misconfigured):
            type(client)(base_url="", credentials={})
