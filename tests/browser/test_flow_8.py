"""Post backs: a program of the owner's is told, signed, and again when it did not listen."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Enter, Owner, again, look, open_account, reaches, row, send
from tests.providers.scripted import Scripted, answer
from tests.running import Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

NUMBER = "48500801001"


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody whose program wants to know."""
    return open_account(panel, "Flow eight")


@pytest.fixture(scope="module")
def program() -> Iterator[Scripted]:
    """The owner's program: it refuses the first call and accepts every other."""
    with Scripted(answer(500, "no"), answer(200, "{}")) as running:
        yield running


def listen(page: Page, panel: Installation, program: Scripted) -> str:
    """Have the program told about deliveries, and return the secret that signs."""
    page.goto(f"{panel.url}/postbacks/")
    page.fill("#id_url_DELIVERIES", f"{program.url}/told")
    page.locator("#id_on_DELIVERIES").set_checked(True, force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.locator("button[formaction$='/postbacks/DELIVERIES/secret/']").click()
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page.get_by_text("whsec_").first.inner_text())
    assert found is not None
    return found[0]


def signed(request: object, secret: str) -> bool:
    """Say whether a request is signed with the secret, as Standard Webhooks are."""
    headers, body = request.headers, request.body  # type: ignore[attr-defined]
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), told, hashlib.sha256).digest()
    return bool(headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}")


def test_a_refused_test_is_shown_told_again_and_a_delivery_is_told_signed(
    enter: Enter, panel: Installation, owner: Owner, program: Scripted, pictures: Path
) -> None:
    page = enter(owner.email)
    secret = listen(page, panel, program)
    page.goto(f"{panel.url}/postbacks/")
    page.locator("button[formaction$='/postbacks/DELIVERIES/test/']").click()
    expect(page.get_by_text("The test is on its way.")).to_be_visible()
    page.goto(f"{panel.url}/campaigns/postbackevent/")
    again(page, row(page, "500"))
    page.goto(f"{panel.url}/postbacks/")
    expect(page.get_by_text("It has failed since")).to_be_visible()
    look(page, pictures, "postbacks-failing")
    page.fill("#id_url_DELIVERIES", f"{program.url}/repaired")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"{panel.url}/campaigns/postbackevent/")
    again(page, row(page, "Accepted"))
    look(page, pictures, "postback-log")
    send(page, panel, NUMBER)
    reaches(page, "FINISHED")
    page.goto(f"{panel.url}/campaigns/postbackevent/")
    again(page, lambda: page.locator("tbody tr", has_text="Accepted").nth(1))
    told = json.loads(program.requests[-1].body)
    assert (told["msisdn"], told["deliveryStatus"]) == (NUMBER, "MESSAGE_DELIVERED")
    assert all(signed(request, secret) for request in program.requests)
