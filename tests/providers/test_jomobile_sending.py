"""What JO Mobile is sent, and what its reply to a package means (protocols 2.7)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from smspanel.providers import errors
from smspanel.providers.jomobile import wire
from smspanel.providers.values import MessageKind, Outgoing, Receipt, Submission
from tests.providers.jomobile import FIRST, SECOND, done, fixed, package, refused, taken, targets
from tests.providers.scripted import Reply, Scripted, answer, answer_json

WARSAW = ZoneInfo("Europe/Warsaw")


def sent(server: Scripted, submission: Submission, **options: object) -> Any:
    """Submit and return the body that arrived."""
    server.script(taken(*submission.messages))
    fixed(server, **options).submit(submission)
    return server.requests[-1].json()


def numbers(count: int, text: str = "Hi", first: int = 48_500_501_000) -> tuple[Outgoing, ...]:
    return tuple(Outgoing(f"r{first + n}", str(first + n), text) for n in range(count))


def test_jo_04_a_word_is_the_code_of_a_refusal(server: Scripted) -> None:
    server.script(refused("no_client_price"))
    with pytest.raises(errors.RequestRefused) as caught:
        fixed(server).submit(package(FIRST))
    assert (caught.value.code, caught.value.detail) == ("no_client_price", "")


def test_jo_05_a_refusal_with_http_200_is_a_refusal(server: Scripted) -> None:
    server.script(refused("invalid_sender", status=200))
    with pytest.raises(errors.RequestRefused, match="invalid_sender"):
        fixed(server).submit(package(FIRST))
    assert len(server.requests) == 1


def test_jo_08_one_recipient_is_an_array_in_an_array(server: Scripted) -> None:
    body = sent(server, package(FIRST))
    assert body == [{"number": ["48500501501"], "senderID": "INFO", "text": "Hi", "type": "sms", "delivery": True}]
    assert server.requests[0].headers["content-type"] == "application/json; charset=utf-8"


def test_jo_09_a_number_is_its_digits(server: Scripted) -> None:
    assert sent(server, package(Outgoing("ref1", "+48 500-501-501", "Hi")))[0]["number"] == ["48500501501"]


def test_jo_10_101_numbers_never_leave_in_one_package(server: Scripted) -> None:
    with pytest.raises(errors.RequestRefused, match="100"):
        fixed(server).submit(package(*numbers(101)))
    assert server.connections == 0
    assert sent(server, package(*numbers(100)))[0]["number"] == [one.msisdn for one in numbers(100)]


def test_jo_11_the_numbers_of_all_texts_count(server: Scripted) -> None:
    first, second = numbers(60, "One"), numbers(60, "Two", first=48_500_502_000)
    with pytest.raises(errors.RequestRefused):
        fixed(server).submit(package(*first, *second))
    body = sent(server, package(*first, *second[:40]))
    assert [(part["text"], len(part["number"])) for part in body] == [("One", 60), ("Two", 40)]


def test_jo_12_a_number_is_in_a_package_only_once() -> None:
    with pytest.raises(ValueError, match="distinct"):
        package(FIRST, Outgoing("ref2", FIRST.msisdn, "Another text"))


@pytest.mark.parametrize(
    "local, day, hour",
    [
        pytest.param((2026, 7, 1, 0, 30), "2026-06-30", "22:30:00", id="JO-13"),
        pytest.param((2026, 1, 15, 0, 30), "2026-01-14", "23:30:00", id="JO-14"),
    ],
)
def test_jo_13_jo_14_a_schedule_is_told_in_utc(
    server: Scripted, local: tuple[int, int, int, int, int], day: str, hour: str
) -> None:
    (part,) = sent(server, package(FIRST, start_at=datetime(*local, tzinfo=WARSAW)))
    assert (part["beginDate"], part["beginTime"]) == (day, hour)


def test_what_is_not_asked_for_is_absent(server: Scripted) -> None:
    (part,) = sent(server, package(FIRST, dlr_url="https://panel.example.com/in/x"))
    assert part.keys() == {"number", "senderID", "text", "type", "delivery"}


def test_jo_15_letters_and_emoji_are_plain_json(server: Scripted) -> None:
    body = sent(server, package(Outgoing("ref1", FIRST.msisdn, "Zażółć 😀")))
    assert rb'"text": "Za\u017c\u00f3\u0142\u0107 \ud83d\ude00"' in server.requests[0].body
    assert body[0]["text"] == "Zażółć 😀"


def test_jo_16_a_validity_is_a_number_of_seconds(server: Scripted) -> None:
    assert sent(server, package(FIRST, validity=7200))[0]["lifetime"] == 7200


@pytest.mark.parametrize(
    "kind, word, text",
    [
        (MessageKind.TEXT, "sms", "Hi"),
        (MessageKind.FLASH, "flashsms", "Hi"),
        (MessageKind.WAP_PUSH, "wappush", "Hi https://example.com/"),
        (MessageKind.HLR, "hlr", "Hi"),
    ],
)
def test_every_kind_has_its_type(server: Scripted, kind: MessageKind, word: str, text: str) -> None:
    (part,) = sent(server, package(FIRST, kind=kind, link="https://example.com/"))
    assert (part["type"], part["text"]) == (word, text)


def test_a_kind_that_the_provider_does_not_have_never_leaves(server: Scripted) -> None:
    with pytest.raises(errors.Unsupported):
        fixed(server).submit(package(FIRST, kind=MessageKind.VOICE))
    assert server.connections == 0


def test_equal_texts_share_one_object(server: Scripted) -> None:
    third = Outgoing("ref3", "48500501503", "Hi Ola")
    body = sent(server, package(FIRST, third, SECOND))
    assert [(part["text"], part["number"]) for part in body] == [
        ("Hi", ["48500501501", "48500501502"]),
        ("Hi Ola", ["48500501503"]),
    ]


def test_a_message_without_a_sender_takes_that_of_the_connection(server: Scripted) -> None:
    assert sent(server, package(FIRST, sender=""))[0]["senderID"] == "INFO"
    with pytest.raises(errors.Misconfigured, match="sender"):
        fixed(server, sender=" ").submit(package(FIRST, sender=""))


def test_the_report_address_is_told_where_the_connection_says_so(server: Scripted) -> None:
    submission = package(FIRST, dlr_url="https://panel.example.com/in/x")
    assert sent(server, submission, callback_url=True)[0]["callback_url"] == "https://panel.example.com/in/x"


def receipts_of(data: object, *messages: Outgoing) -> list[tuple[bool | None, tuple[str, ...]]]:
    return [(one.accepted, one.part_ids) for one in wire.receipts(messages or (FIRST, SECOND), data)]


def test_jo_17_two_ids_are_two_parts_of_one_message() -> None:
    (receipt,) = wire.receipts([FIRST], {"48500501501": [{"id_state": 1}, {"id_state": 2}]})
    assert receipt == Receipt("ref1", accepted=True, provider_id="1", parts=2, part_ids=("1", "2"))


def test_jo_18_a_number_that_the_reply_lacks_is_unclear() -> None:
    assert receipts_of({"48500501501": [{"id_state": "a"}]}) == [(True, ("a",)), (None, ())]


@pytest.mark.parametrize("key", ["+48500501501", "48 500-501-501", "0048500501501"])
def test_jo_19_a_number_is_matched_by_its_digits(key: str) -> None:
    assert receipts_of({key: [{"id_state": "a"}]}, FIRST) == [(True, ("a",))]


ONE_AND_TWO = [(True, ("a",)), (True, ("b",))]


@pytest.mark.parametrize(
    "data",
    [
        {"48500501501": [{"id_state": "a"}], "48500501502": [{"id_state": "b"}]},
        {"48500501501": {"id_state": "a"}, "48500501502": {"id_state": "b"}},
        {"48500501501": "a", "48500501502": ["b"]},
        {
            "sending": {
                "details": [
                    {"number": "48500501501", "senderID": "INFO", "sentID": "a"},
                    {"number": 48500501502, "sentID": "b"},
                ]
            }
        },
        {"details": [{"number": ["+48500501501"], "sentID": "a"}, {"phone": "48500501502", "sentID": ["b"]}]},
        [{"phone": "48500501501", "id_state": "a"}, {"msisdn": "48500501502", "id_state": "b"}],
        [{"48500501501": [{"id_state": "a"}]}, {"48500501502": [{"id_state": "b"}]}],
    ],
)
def test_every_shape_of_the_reply_is_understood(data: object) -> None:
    assert receipts_of(data) == ONE_AND_TWO


def test_an_id_of_a_whole_message_says_nothing_about_its_parts() -> None:
    (receipt,) = wire.receipts([FIRST], [{"number": FIRST.msisdn, "sentID": 7}])
    assert (receipt.provider_id, receipt.parts) == ("7", None)


@pytest.mark.parametrize("data", [{}, [], None, "ok", 5, {"48500501501": []}, {"48511111111": [{"id_state": 1}]}])
def test_a_reply_that_names_nobody_is_ambiguous(server: Scripted, data: object) -> None:
    server.script(done(data))
    with pytest.raises(errors.Ambiguous):
        fixed(server).submit(package(FIRST, SECOND))


@pytest.mark.parametrize(
    "said, kind, code, detail",
    [
        ("no_client_price", errors.RequestRefused, "no_client_price", ""),
        ("no_active_aggregator", errors.RequestRefused, "no_active_aggregator", ""),
        ("not_registr_originator", errors.RequestRefused, "not_registr_originator", ""),
        ("no_money", errors.FundsRefused, "no_money", ""),
        ("Insufficient funds", errors.FundsRefused, "400", "Insufficient funds"),
        ({"text": ["Too long.", "Bad."], "type": "Bad"}, errors.RequestRefused, "400", "Too long.; Bad.; Bad"),
        (["One", {"two": ["Two"]}], errors.RequestRefused, "400", "One; Two"),
        (None, errors.RequestRefused, "400", ""),
    ],
)
def test_a_refusal_is_told_by_its_words(
    server: Scripted, said: object, kind: type[errors.ProviderError], code: str, detail: str
) -> None:
    for reply in (refused(said), answer_json({"status": False, "error_code": 400, "error": said})):
        server.script(reply)
        with pytest.raises(errors.ProviderError) as caught:
            fixed(server).submit(package(FIRST))
        assert (type(caught.value), caught.value.code, caught.value.detail) == (kind, code, detail)


@pytest.mark.parametrize(
    "body, kind",
    [
        ({"status": False}, errors.Ambiguous),
        ({"status": False, "error_code": 500, "errors": "Internal"}, errors.Ambiguous),
        ({"status": False, "error_code": 429, "errors": "Slow down"}, errors.Throttled),
        ({"status": "true", "data": {"48500501501": ["a"]}}, errors.Ambiguous),
        ({"data": {"48500501501": ["a"]}}, errors.Ambiguous),
    ],
)
def test_only_a_clear_word_is_a_success_or_a_refusal(
    server: Scripted, body: object, kind: type[errors.ProviderError]
) -> None:
    server.script(answer_json(body))
    with pytest.raises(errors.ProviderError) as caught:
        fixed(server).submit(package(FIRST))
    assert type(caught.value) is kind


@pytest.mark.parametrize("reply", [answer(400, "<h1>Bad</h1>"), answer(413), answer(422, "{}")])
def test_a_refusing_status_without_words_is_a_refusal(server: Scripted, reply: Reply) -> None:
    server.script(reply)
    with pytest.raises(errors.RequestRefused):
        fixed(server).submit(package(FIRST))
    assert targets(server) == ["/v1/send"]


def test_the_provider_s_clock_is_known_from_its_answer(server: Scripted) -> None:
    body = json.dumps({"status": True, "data": {FIRST.msisdn: ["a"]}})
    server.script(answer(200, body, Date="Fri, 01 Jan 2100 00:00:00 GMT"))
    client = fixed(server)
    client.submit(package(FIRST))
    assert client.clock_offset is not None
    assert client.clock_offset > 86400
