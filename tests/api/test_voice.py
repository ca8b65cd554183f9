"""Calls: a text that is read to phones (JS-32, JS-40, JS-41); what the provider got is in the simulator's journal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts import connections, points
from accounts.models import Connection
from campaigns import calls
from campaigns.models import Campaign, PostbackEvent, Price, Route, Variant
from smspanel import doorbell
from smspanel.simulator import Simulator
from tests.api.calling import Software, bulk, deliver, message
from tests.campaigns.listening import CAMPAIGNS, DELIVERIES, listen
from tests.campaigns.sending import Sending, open_route
from tests.invariants import assert_all_hold
from tests.personas import Persona

LANDLINE, MOBILE = "48221234500", "48500000100"
FILE = "bulk/send/personalized/From a file/VOICE/2018-04-11T17:02:00+02:00/VOICE/true"


def carry(connection: Connection) -> Connection:
    """Let a connection carry calls, at 7 points."""
    Route.objects.create(variant=Variant.VOICE, connection=connection)
    Price.objects.get_or_create(variant=Variant.VOICE, defaults={"points": 7})
    return connection


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulated JustSend that carries calls."""
    simulator.settings("justsend", night_window=False)
    connection = open_route(simulator.url("justsend") + "/api/rest/v2", kind="justsend")
    connections.set_credentials(connection=connection, credentials={"app_key": "sim-app-key"}, actor=None)
    return Sending(simulator, slave, carry(connection))


def call(**fields: Any) -> dict[str, Any]:
    """Return an order of calls in the words of JustSend's example."""
    return bulk(**{"to": [LANDLINE, MOBILE], "from": "VOICE", "bulkVariant": "VOICE", "language": "POLISH"} | fields)


def bodies(simulator: Simulator) -> list[dict[str, Any]]:
    """Return the bulks that JustSend got."""
    return [json.loads(entry["body"]) for entry in simulator.journal(path="/api/rest/v2/bulk/send")]


def test_js_40_a_text_is_read_to_a_fixed_line_and_a_mobile(software: Software, sending: Sending) -> None:
    told = software.post("bulk/send", call())
    assert (told["from"], told["language"], told["bulkSize"], told["costInPoints"]) == ("VOICE", "POLISH", 2, 14)
    assert (told["voiceDuration"], told["autoSend"], told["voiceRepeating"]) == (None, None, None)
    deliver()
    assert sending.air() == {LANDLINE: 1, MOBILE: 1}
    (body,) = bodies(sending.simulator)
    assert (body["from"], body["language"], body["message"]) == ("VOICE", "POLISH", "Hello")
    assert "voiceRepeating" not in body
    assert sending.simulator.lint() == []
    assert points.balance(sending.account).posted == 1_000 - 14
    assert_all_hold()


def test_js_98_a_post_back_about_a_call_tells_its_language(software: Software, sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", CAMPAIGNS, DELIVERIES)
    software.post("bulk/send", call(to=[MOBILE], language="GERMAN"))
    deliver()
    found = PostbackEvent.objects.order_by("pk").values_list("payload__bulkStatus", "payload__language")
    assert list(found) == [("FINISHED", "GERMAN"), (None, "GERMAN")]


def test_js_40_only_calls_reach_a_fixed_line(software: Software, sending: Sending) -> None:
    assert software.error("POST", "bulk/send", bulk(to=[LANDLINE]))[0] == 125
    assert software.post("bulk/send", call(to=[LANDLINE]))["bulkSize"] == 1


@pytest.mark.parametrize("name", ["VOICE", "Shop", "x", "", None])
def test_js_40_a_sender_name_is_ignored_and_told_as_voice(software: Software, sending: Sending, name: Any) -> None:
    assert software.post("bulk/send", call(**{"from": name}))["from"] == "VOICE"


def test_js_40_a_call_is_repeated_four_times_at_most_as_the_words_of_the_order_say(
    software: Software, sending: Sending
) -> None:
    asked = {"repeatDtmf": "true", "minPeriod": "1", "maxPeriod": "10", "maxCount": "9", "pause": "4"}
    told = software.post("bulk/send", call(voiceRepeating=asked))
    assert told["voiceRepeating"] == asked | {"maxCount": "4"}
    doorbell.run_all_due()
    assert [body["voiceRepeating"] for body in bodies(sending.simulator)] == [asked | {"maxCount": "4"}]


@pytest.mark.parametrize(
    "asked, handed_over",
    [
        ({"repeatDtmf": False, "maxCount": 0}, {"repeatDtmf": "false", "maxCount": "0"}),
        ({"repeatDtmf": "true/false", "minPeriod": None, "pause": 10}, {"repeatDtmf": "false", "pause": "10"}),
        ({}, None),
        (None, None),
    ],
)
def test_js_40_what_an_order_does_not_say_is_left_to_the_provider(
    software: Software, sending: Sending, asked: Any, handed_over: Any
) -> None:
    assert software.post("bulk/send", call(voiceRepeating=asked))["voiceRepeating"] == handed_over
    doorbell.run_all_due()
    assert [body.get("voiceRepeating") for body in bodies(sending.simulator)] == [handed_over]


@pytest.mark.parametrize(
    "wrong", [{"pause": 11}, {"pause": "-1"}, {"minPeriod": -1}, {"maxPeriod": "1441"}, {"maxCount": "often"}, "twice"]
)
def test_js_40_a_repetition_that_makes_no_sense_is_refused_and_nothing_is_left(
    software: Software, sending: Sending, wrong: Any
) -> None:
    assert software.error("POST", "bulk/send", call(voiceRepeating=wrong)) == (321, "INVALID_VALUE")
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("written, stored", [("english_british", "ENGLISH_BRITISH"), ("", "POLISH"), (None, "POLISH")])
def test_js_40_a_language_is_one_of_justsends_words(
    software: Software, sending: Sending, written: Any, stored: str
) -> None:
    assert software.post("bulk/send", call(language=written))["language"] == stored
    doorbell.run_all_due()
    assert [body["language"] for body in bodies(sending.simulator)] == [stored]


def test_js_40_the_languages_are_those_of_justsend() -> None:
    spoken = {
        *("POLISH", "RUSSIAN", "ENGLISH", "ENGLISH_BRITISH", "ENGLISH_AUSTRALIAN", "ENGLISH_INDIAN", "ENGLISH_WELSH"),
        *("SPANISH", "CATALAN", "CHINESE_SIMPLIFIED", "CHINESE_TRADITIONAL", "DANISH", "DUTCH", "FRENCH", "GERMAN"),
        *("ITALIAN", "JAPANESE", "KOREAN", "NORWEGIAN", "PORTUGUESE", "PORTUGUESE_BRAZILIAN", "SWEDISH", "FINNISH"),
        *("TURKISH", "WELSH"),
    }
    assert set(calls.LANGUAGES) == spoken


@pytest.mark.parametrize("wrong", ["KLINGON", "PL", "POLISH ENGLISH"])
def test_js_40_a_language_that_nobody_reads_is_refused(software: Software, sending: Sending, wrong: str) -> None:
    assert software.error("POST", "bulk/send", call(language=wrong)) == (321, "INVALID_VALUE")
    assert software.error("POST", "message/sendVoice", message(bulkVariant="VOICE", languageMessage=wrong))[0] == 321
    assert software.upload(f"{FILE}/{wrong}", b"48500000100;Hello")["errorId"] == 321
    assert not Campaign.objects.exists()


def test_js_40_a_text_message_has_no_language(software: Software, sending: Sending) -> None:
    assert software.post("bulk/send", bulk(language="KLINGON"))["language"] is None


def test_js_40_a_provider_without_repetitions_is_named_and_nothing_is_held(
    software: Software, simulator: Simulator, slave: Persona
) -> None:
    sending = Sending(simulator, slave, carry(open_route(simulator.url("serwersms"))))
    refused = software.call("POST", "bulk/send", call(voiceRepeating={"maxCount": 2, "pause": 4}))
    assert refused["errorId"] == 321
    assert refused["message"].startswith("SerwerSMS cannot carry calls that are repeated.")
    assert points.balance(sending.account).held == 0
    assert not Campaign.objects.exists()


def test_js_41_one_call_is_made_and_answered_with_its_id(software: Software, sending: Sending) -> None:
    order = message(to=LANDLINE, bulkVariant="VOICE", languageMessage="WELSH", **{"from": "VOICE"})
    own = software.post("message/sendVoice", order)
    assert isinstance(own, int)
    deliver()
    assert sending.air() == {LANDLINE: 1}
    assert [body["language"] for body in bodies(sending.simulator)] == ["WELSH"]
    assert software.get(f"report/message/{own}")["delivered"] == 1


def test_js_41_message_send_reads_polish_to_a_phone(software: Software, sending: Sending) -> None:
    software.post("message/send", message(bulkVariant="VOICE"))
    doorbell.run_all_due()
    assert [(body["from"], body["language"]) for body in bodies(sending.simulator)] == [("VOICE", "POLISH")]


def test_js_41_only_calls_are_made_by_send_voice(software: Software, sending: Sending) -> None:
    assert software.error("POST", "message/sendVoice", message(bulkVariant="ECO")) == (321, "INVALID_VALUE")


def test_js_41_a_recording_that_no_provider_plays_is_refused_by_name(software: Software, sending: Sending) -> None:
    order = message(bulkVariant="VOICE", audioFileUrl="https://example.com/hello.wav")
    refused = software.call("POST", "message/sendVoice", order)
    assert refused["message"].startswith("JustSend cannot carry calls that play a recording.")
    assert not Campaign.objects.exists()


def test_js_41_a_call_without_a_text_and_a_wrong_address_are_refused(software: Software, sending: Sending) -> None:
    order = message(bulkVariant="VOICE", message="")
    assert software.error("POST", "message/sendVoice", order)[0] == 331
    for wrong in ("hello.wav", "file:///etc/hosts", "https://", "http://[::1"):
        order = message(bulkVariant="VOICE", audioFileUrl=wrong)
        assert software.error("POST", "message/sendVoice", order)[0] == 321
    assert not Campaign.objects.exists()


def test_js_32_every_phone_of_a_file_hears_its_own_text_in_the_language_of_the_address(
    software: Software, sending: Sending
) -> None:
    told = software.upload(f"{FILE}/GERMAN", f"{LANDLINE};Hallo Anna\n{MOBILE};Hallo Bert\n".encode())
    assert told["errorId"] == 0
    deliver()
    heard = {(body["to"][0], body["message"], body["language"]) for body in bodies(sending.simulator)}
    assert heard == {(LANDLINE, "Hallo Anna", "GERMAN"), (MOBILE, "Hallo Bert", "GERMAN")}
    assert software.get(f"bulk/{told['data']}")["language"] == "GERMAN"
    assert sending.air() == {LANDLINE: 1, MOBILE: 1}


def test_js_32_a_file_without_a_language_is_read_in_polish(software: Software, sending: Sending) -> None:
    told = software.upload(FILE, f"{LANDLINE};Dzień dobry".encode())
    assert software.get(f"bulk/{told['data']}")["language"] == "POLISH"
