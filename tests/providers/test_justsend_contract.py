"""JustSend keeps the contract of all providers."""

from __future__ import annotations

from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.values import DeliveryState, Receipt
from tests.providers.contract import FIRST, SECRET, TWO, ProviderContract
from tests.providers.justsend import bulk, ok, refused
from tests.providers.scripted import Reply, Scripted


class TestJustSend(ProviderContract):
    def client(self, url: str) -> JustSendClient:
        return JustSendClient(base_url=url, credentials={"app_key": SECRET})

    def accepted(self) -> Reply:
        return ok(bulk())

    def second_refused(self) -> Reply:
        return ok(bulk(size=1))

    def receipts_when_second_refused(self, server: Scripted) -> tuple[Receipt, ...]:
        """Ask the lists: a bulk that drops a number does not say which one."""
        ended = ok(bulk("FINISHED", size=1))
        server.script(self.second_refused(), ended, ok([]), ok([]), ok([]), ok([FIRST.msisdn]))
        client = self.client(server.url)
        taken = client.submit(TWO).receipts
        states = [report.state for report in client.reports([one.provider_id for one in taken]).reports]
        refs = [message.ref for message in TWO.messages]
        return tuple(
            Receipt(ref, accepted=state is not DeliveryState.REJECTED, code=state)
            for ref, state in zip(refs, states, strict=True)
        )

    def refused(self) -> Reply:
        return refused(332, "DISALLOWED_CHARACTERS", "Value of message contains disallowed characters")

    def credentials_refused(self) -> Reply:
        return refused(101, "NO_AUTHENTICATION")

    def funds_refused(self) -> Reply:
        return refused(301, "NOT_FUNDS")
