"""HostedSMS keeps the contract of all providers, but it never says which number it refuses."""

from __future__ import annotations

import pytest

from smspanel.providers import errors
from smspanel.providers.hostedsms.client import HostedSmsClient
from tests.providers.contract import SECRET, TWO, ProviderContract
from tests.providers.hostedsms import IDS, refused, taken
from tests.providers.scripted import Reply, Scripted


class TestHostedSms(ProviderContract):
    def client(self, url: str) -> HostedSmsClient:
        return HostedSmsClient(base_url=url, credentials={"user": "api@example.com", "password": SECRET})

    def accepted(self) -> Reply:
        return taken(*IDS[:2])

    def second_refused(self) -> Reply:
        return taken(IDS[0])

    def refused(self) -> Reply:
        return refused("Invalid sender")

    def credentials_refused(self) -> Reply:
        return refused("Invalid Credentials")

    def funds_refused(self) -> Reply:
        return refused("Insufficient funds")

    def test_one_bad_number_does_not_hurt_the_others(self, server: Scripted) -> None:
        server.script(self.second_refused())
        acceptance = self.client(server.url).submit(TWO)
        assert [receipt.accepted for receipt in acceptance.receipts] == [True, True]
        assert acceptance.unpaired == (IDS[0],)

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_refused_sign_in_stops_the_campaign(self, server: Scripted, status: int) -> None:
        assert type(self.failure(server, refused("", status))) is errors.AuthRefused

    @pytest.mark.parametrize("status", [400, 415])
    def test_a_refusing_status_is_a_refusal(self, server: Scripted, status: int) -> None:
        assert type(self.failure(server, refused("", status))) is errors.RequestRefused
