"""SMS Response by software: reserve a prefix, send under it, read the answers (JS-53); the simulator pushes them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from accounts import connections
from campaigns.models import Campaign, Prefix, Price, Reply, Route, Variant
from smspanel import clock, doorbell
from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.justsend.records import Prefix as TheirPrefix
from smspanel.simulator import Simulator
from tests.api.calling import Software, bulk
from tests.api.reporting import today
from tests.campaigns.reserving import allow, make_prefix
from tests.campaigns.sending import Sending, open_route
from tests.personas import Persona

ANSWERS, SILENT = "48500000110", "48500000200"
BOTH = [Variant.PRO_RESP, Variant.ECO_RESP]


@pytest.fixture
def sending(live_server: LiveServer, simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulated JustSend, which carries both variants and pushes answers."""
    connection = open_route(simulator.url("justsend") + "/api/rest/v2", kind="justsend")
    connections.set_credentials(connection=connection, credentials={"app_key": "sim-app-key"}, actor=None)
    inbox = live_server.url + reverse("inbox", kwargs={"token": connection.inbox_token})
    simulator.settings("justsend", night_window=False, postback_url=inbox)
    for variant, points in ((Variant.PRO_RESP, 14), (Variant.ECO_RESP, 10)):
        Route.objects.create(variant=variant, connection=connection)
        Price.objects.create(variant=variant, points=points)
    allow(slave.account)
    return Sending(simulator, slave, connection)


@pytest.fixture
def prefix(software: Software, sending: Sending) -> Prefix:
    """A prefix that the slave's software has reserved here, and the operator at JustSend, whose bulks need it, too."""
    prefix, until = make_prefix("TUDORS"), clock.now() + timedelta(hours=24)
    software.post("group/reservationPrefix", {"id": prefix.pk, "name": "TUDORS", "dateTo": until.isoformat()})
    client = connections.client_for(sending.connection)
    assert isinstance(client, JustSendClient)
    client.reserve_prefix(TheirPrefix(329, "TUDORS", None), until)
    return prefix


def order(variant: Variant, **fields: Any) -> dict[str, Any]:
    """Return an order of texts that can be answered."""
    return bulk(**{"to": [ANSWERS, SILENT], "from": "TUDORS", "bulkVariant": variant} | fields)


def answered(sending: Sending) -> None:
    """Send what is due, and let the phones answer."""
    doorbell.run_all_due()
    sending.simulator.advance(10)
    sending.simulator.settle()
    doorbell.run_all_due()


@pytest.mark.parametrize("variant, cost", [(Variant.PRO_RESP, 28), (Variant.ECO_RESP, 20)])
def test_js_53_what_is_answered_under_a_reserved_prefix_is_told_by_prefix_and_day(
    software: Software, sending: Sending, prefix: Prefix, variant: Variant, cost: int
) -> None:
    told = software.post("bulk/send", order(variant))
    assert (told["from"], told["bulkVariant"], told["costInPoints"]) == ("TUDORS", variant, cost)
    answered(sending)
    assert sending.air() == {ANSWERS: 1, SILENT: 1}
    (reply,) = software.get(f"report/response/messages/TUDORS/{today(software)}")
    assert (reply["prefix"], reply["msisdn"]) == ("TUDORS", ANSWERS)
    found = Reply.objects.get()
    assert (found.campaign_id, found.prefix, found.account) == (told["id"], prefix, sending.account)


@pytest.mark.parametrize("variant, sender", [(Variant.PRO_RESP, "TUDORS"), (Variant.ECO_RESP, "4777")])
def test_js_53_pro_shows_the_prefix_and_eco_the_access_number_on_the_phone(
    software: Software, sending: Sending, prefix: Prefix, variant: Variant, sender: str
) -> None:
    software.post("bulk/send", order(variant, to=[SILENT], groupSmsContent="Thank you"))
    doorbell.run_all_due()
    assert {one["sender"] for one in sending.simulator.air()} == {sender}
    (call,) = sending.simulator.journal(path="/api/rest/v2/bulk/send")
    body = json.loads(call["body"])
    assert (body["from"], body["groupSmsContent"]) == ("TUDORS", "Thank you")
    assert sending.simulator.lint() == []


@pytest.mark.parametrize("variant", BOTH)
def test_js_53_js_54_who_answers_is_in_the_group_that_the_answer_made(
    software: Software, sending: Sending, prefix: Prefix, variant: Variant
) -> None:
    software.post("bulk/send", order(variant))
    answered(sending)
    (group,) = [row for row in software.get("group/list") if row["name"].startswith("TUDORS_")]
    assert software.get(f"group/getMembersOnPage/{group['id']}/1") == [ANSWERS]


@pytest.mark.parametrize("yes", [True, "true"])
def test_js_53_the_confirmation_and_where_answers_are_forwarded_are_kept(
    software: Software, sending: Sending, prefix: Prefix, yes: Any
) -> None:
    wanted = {"forwardMsisdns": ["48500100200"], "forwardEmails": ["shop@example.com"]}
    told = software.post("bulk/send", order(Variant.PRO_RESP, groupSmsContent="Thank you", forward=yes, **wanted))
    assert {name: told[name] for name in wanted} == wanted
    assert (told["groupSmsContent"], told["forward"]) == ("Thank you", True)
    kept = Campaign.objects.get()
    assert (kept.reply_text, kept.forward_numbers, kept.forward_emails) == ("Thank you", *wanted.values())


def test_js_53_without_forward_nobody_is_told(software: Software, sending: Sending, prefix: Prefix) -> None:
    told = software.post("bulk/send", order(Variant.PRO_RESP, forward="false", forwardMsisdns=["48500100200"]))
    assert (told["forward"], told["forwardMsisdns"], told["forwardEmails"]) == (False, [], [])
    wrong = order(Variant.PRO_RESP, forward=True, forwardEmails=["nobody"])
    assert software.error("POST", "bulk/send", wrong) == (321, "INVALID_VALUE")


def test_js_55_nine_digits_are_handed_over_for_who_may_use_them(software: Software, sending: Sending) -> None:
    sending.account.may_use_nine_digits = True
    sending.account.save()
    told = software.post("bulk/send", order(Variant.ECO_RESP, **{"from": "500600700"}))
    assert (told["from"], told["bulkStatus"], told["costInPoints"]) == ("500600700", "TO_SEND", 20)
    doorbell.run_all_due()
    (call,) = sending.simulator.journal(path="/api/rest/v2/bulk/send")
    assert json.loads(call["body"])["from"] == "500600700"


@pytest.mark.parametrize("variant", BOTH)
def test_js_53_without_a_reservation_of_ones_own_nothing_is_sent(
    software: Software, strangers: Software, sending: Sending, prefix: Prefix, variant: Variant
) -> None:
    allow(strangers.account)
    assert strangers.error("POST", "bulk/send", order(variant)) == (107, "NO_AUTHORIZATION_BULK")
    assert software.error("POST", "bulk/send", order(variant, **{"from": "OTHER"}))[0] == 107
    with clock.travel(hours=25):
        assert software.error("POST", "bulk/send", order(variant))[0] == 107
    assert not Campaign.objects.exists()
