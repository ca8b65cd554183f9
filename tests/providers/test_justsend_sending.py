"""What JustSend is sent, and what its reply to a submission means (protocols 1.9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from campaigns.models import Variant
from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.justsend import fields, wire
from smspanel.providers.justsend.client import VARIANTS
from smspanel.providers.values import MessageKind, Outgoing, Submission, VoiceOptions
from tests.providers.justsend import FIRST, SECOND, bulk, client_of, ok, refused, submission, targets
from tests.providers.scripted import DROP_AFTER_READING, Scripted, answer

NOON = datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
ROW = {"bulkId": 12583, "bulkName": "k-42_2026-08-03-09-00-01"}


def body_of(given: Submission, now: datetime = NOON) -> dict[str, Any]:
    """Return what a submission would look like."""
    return wire.submission(given, now)


def sent(server: Scripted, given: Submission) -> dict[str, Any]:
    """Submit and return the body that arrived."""
    server.script(ok(bulk()))
    client_of(server).submit(given)
    found: dict[str, Any] = server.requests[-1].json()
    return found


def test_js_01_a_bulk_is_numbers_a_text_and_a_local_time(server: Scripted) -> None:
    ahead = (NOON - datetime.now(UTC)).total_seconds()
    with clock.travel(seconds=ahead):
        body = sent(server, submission())
    (request,) = server.requests
    assert (targets(server), request.headers["app-key"]) == (["POST bulk/send"], "key")
    assert "charset=utf-8" in request.headers["content-type"]
    assert body == {
        "name": "k-42",
        "to": ["48500501501", "48500501502"],
        "from": "JUSTSEND",
        "message": "Zażółć",
        "bulkVariant": "PRO",
        "sendDate": "2026-07-01T12:30:00+02:00",
        "doubleEncode": False,
    }


@pytest.mark.parametrize(("hour", "local"), [(0, "02:30:00+02:00"), (1, "02:30:00+01:00")])
def test_js_03_the_repeated_hour_of_october_has_two_offsets(hour: int, local: str) -> None:
    moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert body_of(submission(), moment)["sendDate"] == f"2026-10-25T{local}"


@pytest.mark.parametrize(
    ("start", "expected"), [(None, "12:30"), (NOON.replace(hour=12), "14:30"), (NOON.replace(hour=9), "12:30")]
)
def test_a_later_start_is_handed_over_and_a_past_one_is_now(start: datetime | None, expected: str) -> None:
    assert body_of(submission(start_at=start))["sendDate"] == f"2026-07-01T{expected}:00+02:00"


def test_js_05_eco_has_no_sender_even_if_one_is_known() -> None:
    assert "from" not in body_of(submission(variant="ECO"))


def test_js_06_only_the_wire_names_of_variants_are_sent() -> None:
    assert set(Variant.values) == VARIANTS
    assert body_of(submission(variant=Variant.PRO))["bulkVariant"] == "PRO"


def test_js_07_no_group_is_no_key() -> None:
    assert "groupId" not in body_of(submission())


@pytest.mark.parametrize("status", [200, 401, 500])
def test_js_08_a_wrong_key_is_refused_whatever_the_status(server: Scripted, status: int) -> None:
    server.script(refused(101, "NO_AUTHENTICATION", "No user authentication", status))
    with pytest.raises(errors.AuthRefused, match="101: NO_AUTHENTICATION: No user authentication"):
        client_of(server).submit(submission())


def test_js_09_a_code_that_no_table_has_is_shown_with_its_word(server: Scripted) -> None:
    server.script(refused(332, "DISALLOWED_CHARACTERS", "Value of message contains disallowed characters"))
    with pytest.raises(errors.RequestRefused, match="332: DISALLOWED_CHARACTERS: Value of message"):
        client_of(server).submit(submission())


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ((100, 999, "", None, True), errors.Ambiguous),
        ((102, 104), errors.AuthRefused),
        ((106, 301, "301"), errors.FundsRefused),
        ((103, 105, 107, 108, 109, 125, 302, 311, 322, 331, 333, 341, 342, 400), errors.RequestRefused),
        ((126,), errors.ApprovalAwaited),
    ],
)
def test_an_error_is_what_its_number_says(
    server: Scripted, codes: tuple[object, ...], kind: type[errors.ProviderError]
) -> None:
    for code in codes:
        server.script(refused(code))
        with pytest.raises(errors.ProviderError) as caught:
            client_of(server).submit(submission())
        assert type(caught.value) is kind, code


def test_a_bulk_that_waits_for_approval_may_be_there_already() -> None:
    error = errors.ApprovalAwaited(code="126")
    assert (error.never_left, error.retryable, error.stops_campaign) == (False, False, True)


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusing_status_without_an_envelope_took_nothing(server: Scripted, status: int) -> None:
    server.script(answer(status, "<h1>Bad Request</h1>"))
    with pytest.raises(errors.RequestRefused):
        client_of(server).submit(submission())


@pytest.mark.parametrize(("data", "expected"), [(1127, 1127), (bulk(), 12583), (1075, 1075), ("1075", 1075)])
def test_js_11_an_id_comes_bare_or_in_an_object(data: object, expected: int) -> None:
    assert wire.id_of(data) == expected


@pytest.mark.parametrize("data", [None, 0, "", [], {}, {"id": None}, True, "OK"])
def test_an_answer_without_an_id_is_ambiguous(server: Scripted, data: object) -> None:
    server.script(ok(data))
    with pytest.raises(errors.Ambiguous):
        client_of(server).submit(submission())


def test_a_recipient_is_known_by_bulk_and_number(server: Scripted) -> None:
    server.script(ok(bulk()))
    receipts = client_of(server).submit(submission()).receipts
    assert [one.provider_id for one in receipts] == ["12583/48500501501", "12583/48500501502"]


def test_js_12_more_than_18_000_numbers_never_leave(server: Scripted) -> None:
    many = tuple(Outgoing(f"ref{n}", f"485{n:08d}", "Hi") for n in range(18_001))
    assert len(body_of(submission(*many[:18_000]))["to"]) == 18_000
    with pytest.raises(errors.RequestRefused, match="18,000"):
        client_of(server).submit(submission(*many))
    assert server.connections == 0


def test_js_24_personal_texts_never_leave_in_one_call(server: Scripted) -> None:
    with pytest.raises(errors.RequestRefused, match="one text a call"):
        client_of(server).submit(submission(FIRST, replace(SECOND, text="Other")))
    assert (server.connections, client_of(server).mixes_texts) == (0, False)


@pytest.mark.parametrize(
    "given",
    [
        submission(sender=""),
        submission(variant="FULL", sender=""),
        submission(variant="PRO_RESP", sender=""),
        submission(kind=MessageKind.FLASH),
        submission(kind=MessageKind.VOICE),
        replace(submission(), reference=""),
    ],
)
def test_what_cannot_be_right_is_refused_before_it_leaves(server: Scripted, given: Submission) -> None:
    with pytest.raises(errors.RequestRefused):
        client_of(server).submit(given)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"variant": "VOICE", "language": "pl"}, {"from": "VOICE", "language": "POLISH"}),
        ({"variant": "VOICE"}, {"from": "VOICE", "language": "POLISH"}),
        ({"variant": "VOICE", "language": "welsh"}, {"from": "VOICE", "language": "WELSH"}),
        ({"variant": "INTER", "country": "pl"}, {"from": "JUSTSEND", "country": "POLAND"}),
        ({"variant": "ECO_RESP", "reply_text": "Thanks"}, {"from": "JUSTSEND", "groupSmsContent": "Thanks"}),
        ({"variant": "PRO", "reply_text": "Thanks", "language": "pl", "country": "pl"}, {"from": "JUSTSEND"}),
        ({"variant": "ECO", "priority": 3}, {"alert": True}),
    ],
)
def test_a_field_goes_only_where_it_belongs(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    body = body_of(submission(**changes))
    common = {"name", "to", "message", "bulkVariant", "sendDate", "doubleEncode"}
    assert {name: value for name, value in body.items() if name not in common} == expected


@pytest.mark.parametrize(
    ("tried", "days"),
    [
        ("2026-08-03T07:00:00+00:00", ["2026-08-03"]),
        ("2026-08-03T21:59:00+00:00", ["2026-08-03", "2026-08-04"]),
        ("2026-08-03T22:30:00+00:00", ["2026-08-03", "2026-08-04"]),
        ("2026-10-25T12:00:00+00:00", ["2026-10-25"]),
    ],
)
def test_a_lost_bulk_is_looked_for_on_the_polish_day_it_was_tried(
    server: Scripted, tried: str, days: list[str]
) -> None:
    server.script(ok([]))
    assert client_of(server).look_up(submission(tried_at=datetime.fromisoformat(tried))) == {}
    assert targets(server) == [f"GET report/{day}/{day}" for day in days]


def test_js_14_a_lost_bulk_is_found_by_its_name_and_adopted(server: Scripted) -> None:
    strangers = [{"bulkId": 1, "bulkName": "k-421_2026"}, {"bulkId": 2}, "k-42", {"bulkId": 3, "bulkName": "xk-42"}]
    server.script(DROP_AFTER_READING, ok([*strangers, ROW]))
    given = submission(tried_at=datetime(2026, 8, 3, 7, tzinfo=UTC))
    with pytest.raises(errors.Ambiguous):
        client_of(server).submit(given)
    found = client_of(server).look_up(given)
    assert {ref: one.provider_id for ref, one in found.items()} == {
        "ref1": "12583/48500501501",
        "ref2": "12583/48500501502",
    }
    assert targets(server) == ["POST bulk/send", "GET report/2026-08-03/2026-08-03"]


def test_js_15_a_single_is_a_bulk_of_one_so_that_it_can_be_found_again(server: Scripted) -> None:
    server.script(DROP_AFTER_READING, ok([ROW]))
    given = submission(FIRST, tried_at=datetime(2026, 8, 3, 7, tzinfo=UTC))
    with pytest.raises(errors.Ambiguous):
        client_of(server).submit(given)
    assert client_of(server).look_up(given)["ref1"].accepted
    assert "message/send" not in "".join(targets(server))


@pytest.mark.parametrize("row", [{"bulkName": "k-42"}, {"bulkName": "k-42", "bulkId": "?"}])
def test_a_bulk_without_an_id_is_neither_taken_nor_absent(server: Scripted, row: dict[str, str]) -> None:
    server.script(ok([row]))
    found = client_of(server).look_up(submission(tried_at=NOON))
    assert {one.accepted for one in found.values()} == {None}


@pytest.mark.parametrize(
    "given", [submission(), submission(tried_at=NOON, start_at=datetime(2999, 1, 1, 12, tzinfo=UTC))]
)
def test_absence_is_no_proof_where_the_bulk_could_not_be_seen(server: Scripted, given: Submission) -> None:
    server.script(ok([]))
    with pytest.raises(errors.Ambiguous):
        client_of(server).look_up(given)


@pytest.mark.parametrize("reply", [ok(None), ok({}), refused(100), DROP_AFTER_READING])
def test_a_report_that_cannot_be_read_proves_nothing(server: Scripted, reply: Any) -> None:
    server.script(reply)
    with pytest.raises(errors.Ambiguous):
        client_of(server).look_up(submission(tried_at=NOON))


def test_a_day_without_any_bulk_is_proof_js_25(server: Scripted) -> None:
    server.script(refused(103, "NOT_FOUND"))
    assert client_of(server).look_up(submission(tried_at=NOON)) == {}


def test_a_moment_is_written_with_the_offset_of_its_season() -> None:
    assert fields.iso(datetime(2026, 1, 1, 11, tzinfo=UTC)) == "2026-01-01T12:00:00+01:00"


def test_a_call_names_only_what_was_asked_for_in_texts() -> None:
    asked = VoiceOptions(repeat_dtmf=True, min_period=1, max_period=10, max_count=0, pause=0)
    body = body_of(submission(variant="VOICE", voice=asked))
    assert body["voiceRepeating"] == {
        "repeatDtmf": "true",
        "minPeriod": "1",
        "maxPeriod": "10",
        "maxCount": "0",
        "pause": "0",
    }
    assert "voiceRepeating" not in body_of(submission(variant="VOICE"))
    recording = VoiceOptions(audio_url="https://example.com/hello.wav")
    assert body_of(submission(variant="VOICE", voice=recording)) == body_of(submission(variant="VOICE"))


def test_a_text_carries_nothing_of_a_call() -> None:
    assert body_of(submission(language="POLISH", voice=VoiceOptions(max_count=2))) == body_of(submission())
