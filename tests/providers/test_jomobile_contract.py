"""JO Mobile keeps the contract of all providers, with a fixed token and with a sign-in."""

from __future__ import annotations

import pytest

from smspanel.providers import errors
from smspanel.providers.jomobile.client import JoMobileClient
from tests.providers.contract import FIRST, SECOND, SECRET, TWO, ProviderContract
from tests.providers.jomobile import UNAUTHORIZED, done, refused, sign_in, taken
from tests.providers.scripted import Reply, Scripted


class TestJoMobile(ProviderContract):
    def client(self, url: str) -> JoMobileClient:
        return JoMobileClient(base_url=url, credentials={"token": SECRET})

    def accepted(self) -> Reply:
        return taken(FIRST, SECOND)

    def second_refused(self) -> Reply:
        return done({FIRST.msisdn: [{"id_state": 1}], SECOND.msisdn: [{"error": "invalid_number"}]})

    def refused(self) -> Reply:
        return refused("no_client_price")

    def credentials_refused(self) -> Reply:
        return UNAUTHORIZED

    def funds_refused(self) -> Reply:
        return refused("no_money")


class TestJoMobileWithASignIn(TestJoMobile):
    before = sign_in()

    def client(self, url: str) -> JoMobileClient:
        return JoMobileClient(base_url=url, credentials={"username": "u", "password": SECRET})

    def test_wrong_credentials_stop_the_campaign(self, server: Scripted) -> None:
        server.script(refused({"password": ["Incorrect username or password."]}))
        with pytest.raises(errors.AuthRefused) as caught:
            self.client(server.url).submit(TWO)
        assert (caught.value.never_left, len(server.requests)) == (True, 1)
