"""/bulk: sendings to many, told and cancelled (JS-10 to JS-21, JS-93)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts import points
from accounts.models import Account, Connection
from campaigns.models import Campaign, Price, Route, Variant
from contacts.models import Group
from smspanel import clock, doorbell
from tests.api.calling import Software, bulk, deliver
from tests.campaigns.sending import Sending, make_group
from tests.invariants import assert_all_hold

FIELDS = {
    *("id", "name", "shortName", "from", "message", "sendDate", "estimatedEndDate", "bulkStatus", "bulkSize"),
    *("costInPoints", "bulkVariant", "groupId", "groupIds", "country", "language", "groupSmsContent", "forward"),
    *("forwardMsisdns", "forwardEmails", "personalizedMessage", "parametrizedMessage", "alert", "doubleEncode"),
    *("autoSend", "voiceDuration", "voiceRepeating"),
}


def test_js_10_a_bulk_is_planned_held_sent_and_answered_with_its_cost(software: Software, sending: Sending) -> None:
    told = software.post("bulk/send", bulk(**{"from": "INFO", "bulkVariant": "PRO"}))
    assert set(told) == FIELDS
    assert (told["bulkStatus"], told["bulkSize"], told["costInPoints"], told["from"]) == ("TO_SEND", 2, 14, "INFO")
    assert points.balance(sending.account).held == 14
    doorbell.run_all_due()
    assert sending.air() == {"48500000100": 1, "48500000200": 1}
    assert software.get(f"bulk/{told['id']}")["bulkStatus"] == "FINISHED"
    assert_all_hold()


def test_js_10_numbers_and_group_are_united(software: Software, sending: Sending) -> None:
    group = sending.group(["48500000200", "48500000300"])
    told = software.post("bulk/send", bulk(groupId=group.pk))
    assert (told["bulkSize"], told["groupId"], told["groupIds"]) == (3, group.pk, [group.pk])


@pytest.mark.parametrize("none", [0, "0", "", None])
def test_js_10_no_group_is_written_in_four_ways(software: Software, sending: Sending, none: Any) -> None:
    assert software.post("bulk/send", bulk(groupId=none))["groupIds"] == []


@pytest.mark.parametrize("yes", [True, "true", "TRUE"])
def test_js_10_an_alert_goes_before_other_bulks(software: Software, sending: Sending, yes: Any) -> None:
    told = software.post("bulk/send", bulk(alert=yes))
    assert told["alert"] is True
    assert Campaign.objects.get(pk=told["id"]).priority == 1


def test_js_11_the_name_comes_back_with_the_moment_and_the_short_name_without(
    software: Software, sending: Sending
) -> None:
    told = software.post("bulk/send", bulk(name="Spring sale"))
    assert told["shortName"] == "Spring sale"
    made = datetime.strptime(told["name"], "Spring sale_%Y-%m-%d-%H-%M-%S").replace(tzinfo=sending.account.zone)
    assert abs(clock.now() - made) < timedelta(minutes=1)


def test_js_12_the_end_is_estimated_twenty_seconds_after_the_start(software: Software, sending: Sending) -> None:
    told = software.post("bulk/send", bulk(to=["48500000100"]))
    began, ends = map(datetime.fromisoformat, (told["sendDate"], told["estimatedEndDate"]))
    assert timedelta(seconds=19) <= ends - began <= timedelta(seconds=21)


@pytest.mark.parametrize("text, cost", [("a" * 160, 7), ("a" * 161, 14), ("ą" * 70, 7), ("ą" * 71, 14)])
def test_js_13_every_started_part_is_charged(software: Software, sending: Sending, text: str, cost: int) -> None:
    order = bulk(to=["48500000100"], message=text, bulkVariant="PRO", **{"from": "Shop"})
    assert software.post("bulk/send", order)["costInPoints"] == cost


@pytest.mark.parametrize(
    "variant, price", [("ECO", 3), ("FULL", 6), ("PRO", 7), ("BASIC", 3), ("UNIQUE", 6), ("DYNAMIC", 7)]
)
def test_js_14_a_variant_has_its_price_by_either_name(
    software: Software, sending: Sending, variant: str, price: int
) -> None:
    order = bulk(to=["48500000100"], bulkVariant=variant, **{"from": "Shop"})
    assert software.post("bulk/send", order)["costInPoints"] == price


def test_js_10_inter_reaches_the_country_that_it_names(software: Software, sending: Sending) -> None:
    Route.objects.create(variant=Variant.INTER, connection=Connection.objects.get(kind="jomobile"))
    Price.objects.create(variant=Variant.INTER, country="DE", points=20)
    Account.objects.update(countries="PL DE")
    order = bulk(to=["+4915112345678"], bulkVariant="INTER", **{"from": "INFO"})
    told = software.post("bulk/send", order | {"country": "DE"})
    assert (told["country"], told["bulkSize"], told["costInPoints"]) == ("DE", 1, 20)
    assert software.error("POST", "bulk/send", order | {"country": "ATLANTIS"}) == (321, "INVALID_VALUE")
    doorbell.run_all_due()
    assert sending.air() == {"4915112345678": 1}


def test_js_15_several_groups_get_one_bulk(software: Software, sending: Sending) -> None:
    groups = [sending.group(["48500000100"], "A"), sending.group(["48500000100", "48500000200"], "B")]
    told = software.post("bulk/sendToGroups", bulk(to=[], groupIds=[group.pk for group in groups]))
    assert told["bulkSize"] == 2
    assert told["groupIds"] == [group.pk for group in groups]


def test_js_16_only_accounts_with_the_right_skip_the_approval(software: Software, sending: Sending) -> None:
    sending.account.approval_above = 1
    sending.account.save()
    assert software.error("POST", "bulk/send", bulk())[0] == 126
    assert software.error("POST", "bulk/sendWithoutConfirmation", bulk())[0] == 102
    sending.account.may_skip_approval = True
    sending.account.save()
    assert software.post("bulk/sendWithoutConfirmation", bulk())["bulkStatus"] == "TO_SEND"


def test_js_17_the_sender_names_are_those_of_everybody_and_ones_own(
    software: Software, strangers: Software, sending: Sending
) -> None:
    assert [row["name"] for row in software.get("bulk/sender/list")] == ["INFO", "Shop"]
    assert [row["name"] for row in strangers.get("bulk/sender/list")] == ["INFO"]


def test_js_18_another_accounts_bulk_is_told_like_a_missing_one(
    software: Software, strangers: Software, sending: Sending
) -> None:
    own = software.post("bulk/send", bulk())["id"]
    assert strangers.call("GET", f"bulk/{own}") == strangers.call("GET", "bulk/999999")
    assert strangers.error("PUT", f"bulk/cancel/{own}") == (103, "NOT_FOUND")
    assert strangers.error("GET", f"bulk/recipient/NOT_SENT/{own}") == (103, "NOT_FOUND")


def test_js_19_a_cancelled_bulk_frees_its_points_and_sends_nothing(software: Software, sending: Sending) -> None:
    later = (clock.now() + timedelta(days=1)).isoformat()
    own = software.post("bulk/send", bulk(sendDate=later))["id"]
    assert software.put(f"bulk/cancel/{own}")["bulkStatus"] == "CANCELED"
    doorbell.run_all_due()
    assert points.balance(sending.account).held == 0
    assert sending.air() == {}


def test_js_19_what_has_ended_cannot_be_cancelled(software: Software, sending: Sending) -> None:
    own = software.post("bulk/send", bulk())["id"]
    doorbell.run_all_due()
    assert software.error("PUT", f"bulk/cancel/{own}") == (107, "INVALID_BULK_STATE")


def test_js_20_numbers_are_listed_by_state_with_the_country_code(software: Software, sending: Sending) -> None:
    own = software.post("bulk/send", bulk(to=["500000100", "500 000 300"]))["id"]
    deliver()
    delivered = software.get(f"bulk/recipient/DELIVERED/{own}")
    assert delivered == ["48500000100", "48500000300"]
    assert software.get(f"bulk/recipient/NOT_SENT/{own}") == []


def test_js_93_every_number_is_listed_with_its_state(software: Software, sending: Sending) -> None:
    own = software.post("bulk/send", bulk())["id"]
    deliver()
    assert software.get(f"bulk/retrieveBulkRecipientsStatuses/{own}") == [
        {"msisdn": "48500000100", "status": "DELIVERED"},
        {"msisdn": "48500000200", "status": "DELIVERED"},
    ]


@pytest.mark.parametrize(
    "written, sooner",
    [("2018-06-20T16:54:67-00:00", True), ("2014-08-01T09:10:10+00:00", True), ("", True), (None, True)],
)
def test_js_27_a_careless_or_past_date_means_now(
    software: Software, sending: Sending, written: Any, sooner: bool
) -> None:
    told = software.post("bulk/send", bulk(sendDate=written))
    assert abs(datetime.fromisoformat(told["sendDate"]) - clock.now()) < timedelta(minutes=1)


def test_a_strangers_group_cannot_be_sent_to(software: Software, sending: Sending, stranger: Any) -> None:
    foreign: Group = make_group(stranger.account, ["48500000100"])
    assert software.error("POST", "bulk/send", bulk(groupId=foreign.pk)) == (103, "NOT_FOUND")
    assert not Campaign.objects.exists()
