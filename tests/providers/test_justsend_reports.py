"""Where the recipients of a JustSend bulk are, by its lists and by its post back (protocols 1.9)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from smspanel.providers import errors
from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.values import DeliveryState, Inbound, Push, Report
from tests.providers.justsend import bulk, client_of, ok, refused, targets
from tests.providers.scripted import Reply, Scripted

FIRST, SECOND = "48500501501", "48500501502"
BOTH = [f"12583/{FIRST}", f"12583/{SECOND}"]
PUSHED = {"msisdn": FIRST, "operator": "POLAND_ORANGE", "deliveryTime": 1512724595090, "id": 111}
AT = datetime(2017, 12, 8, 9, 16, 35, 90_000, tzinfo=UTC)


def states(server: Scripted, status: str, size: int | None = 2, **lists: list[str]) -> list[str]:
    """Pull the reports of a bulk of BOTH with these lists, and return the states by number."""
    words = ("NOT_SENT", "NOT_CONFIRMED", "NOT_DELIVERED", "DELIVERED")
    server.script(ok(bulk(status, size=size)), *(ok(lists.get(word, [])) for word in words))
    reports = {report.provider_id: report.state for report in client_of(server).reports(BOTH).reports}
    return [reports.get(one, "") for one in BOTH]


def parsed(**body: object) -> Push:
    """Return what a push says."""
    return client().parse_push({}, json.dumps(body).encode())


def client() -> JustSendClient:
    """A client that calls nobody."""
    return JustSendClient(credentials={"app_key": "key"})


def test_a_bulk_is_read_with_five_calls_in_the_order_messages_move(server: Scripted) -> None:
    states(server, "FINISHED", DELIVERED=[FIRST, SECOND])
    words = ("NOT_SENT", "NOT_CONFIRMED", "NOT_DELIVERED", "DELIVERED")
    assert targets(server) == ["GET bulk/12583", *(f"GET bulk/recipient/{word}/12583" for word in words)]


@pytest.mark.parametrize(
    ("status", "word", "state"),
    [
        ("FINISHED", "DELIVERED", "DELIVERED"),
        ("FINISHED", "NOT_DELIVERED", "UNDELIVERED"),
        ("FINISHED", "NOT_CONFIRMED", "SENT"),
        ("TO_SEND", "NOT_CONFIRMED", "SENT"),
        *((status, "NOT_SENT", "QUEUED") for status in ("TO_PAY", "TO_SEND", "HOLD")),
        *((status, "NOT_SENT", "REJECTED") for status in ("FINISHED", "FINISHED_INCOMPLETE", "CANCELED", "ERROR")),
        ("NEW_WORD", "NOT_SENT", ""),
    ],
)
def test_a_list_means_a_state_and_not_sent_depends_on_the_bulk(
    server: Scripted, status: str, word: str, state: str
) -> None:
    assert states(server, status, 2, **{word: [FIRST, SECOND]}) == [state, state]


def test_a_number_that_moves_while_it_is_read_counts_where_it_was_seen_last(server: Scripted) -> None:
    assert states(server, "FINISHED", size=1, NOT_CONFIRMED=[FIRST], DELIVERED=[FIRST])[0] == "DELIVERED"


@pytest.mark.parametrize("echoed", ["500501501", "+48 500 501 501", "48500501501"])
def test_a_number_may_come_back_without_48(server: Scripted, echoed: str) -> None:
    assert states(server, "FINISHED", DELIVERED=[echoed, SECOND]) == ["DELIVERED", "DELIVERED"]


def test_js_13_a_lost_number_is_rejected_only_when_the_bulk_has_ended(server: Scripted) -> None:
    assert states(server, "TO_SEND", size=1, NOT_CONFIRMED=[FIRST]) == ["SENT", "QUEUED"]
    assert states(server, "FINISHED", size=1, NOT_CONFIRMED=[FIRST]) == ["SENT", "REJECTED"]


@pytest.mark.parametrize("size", [None, 0, 2])
def test_lists_that_are_not_complete_reject_nobody(server: Scripted, size: int | None) -> None:
    assert states(server, "FINISHED", size=size, DELIVERED=[FIRST]) == ["DELIVERED", ""]


def test_js_25_an_empty_list_may_come_as_an_error(server: Scripted) -> None:
    nothing = refused(103, "NOT_FOUND", "Not found")
    server.script(ok(bulk("FINISHED")), nothing, nothing, nothing, ok([FIRST, SECOND]))
    assert {report.state for report in client_of(server).reports(BOTH).reports} == {DeliveryState.DELIVERED}


def test_a_bulk_that_the_provider_has_forgotten_says_nothing(server: Scripted) -> None:
    server.script(refused(103))
    assert client_of(server).reports([*BOTH, "not ours", "12/34"]).reports == ()
    assert targets(server) == ["GET bulk/12583"]


@pytest.mark.parametrize("reply", [refused(101), refused(100), ok("?")])
def test_a_list_that_cannot_be_read_settles_nobody(server: Scripted, reply: Reply) -> None:
    server.script(ok(bulk("FINISHED")), reply)
    with pytest.raises(errors.ProviderError):
        client_of(server).reports(BOTH)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("MESSAGE_DELIVERED", "DELIVERED"),
        ("DELIVERED", "DELIVERED"),
        *((word, "UNDELIVERED") for word in ("MESSAGE_NOT_DELIVERED", "NOT_DELIVERED", "NO_ANSWER", "BUSY")),
        ("UNDELIVERABLE", "UNDELIVERED"),
        ("UNDEFINED", "UNKNOWN"),
        ("NEW_WORD", "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_a_pushed_report_is_known_by_its_number_alone(word: str | None, state: str) -> None:
    (report,) = parsed(**PUSHED, ackId=10000003074072724, deliveryStatus=word).reports
    expected = Report("", DeliveryState(state), word or "", at=AT, msisdn=FIRST, network="POLAND_ORANGE")
    assert report == expected


def test_js_18_a_push_without_a_delivery_status_is_a_handover() -> None:
    assert [report.state for report in parsed(**PUSHED).reports] == [DeliveryState.SENT]


def test_js_20_the_notice_of_a_bulk_touches_no_recipient() -> None:
    notice = {"bulkStatus": "FINISHED", "importedCount": 2000, "name": "k-42", "id": 1096}
    assert parsed(**notice, deliveryTime=1512724595090) == Push()


def test_a_pushed_reply_names_what_it_answers_and_not_what_it_says() -> None:
    reply = {"idMsgContent": 12583, "prefix": "4777", "msisdn": FIRST, "groupId": 4373, "sender": "4777"}
    (inbound,) = parsed(**reply, operator="POLAND_ORANGE", deliveryTime=1512724595090, id=252822).inbound
    assert inbound == Inbound("252822", FIRST, "4777", "", AT, answers=BOTH[0], network="POLAND_ORANGE")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"id": 5}', b'{"msisdn": null}', b"\xff", b"[[["])
def test_a_push_that_makes_no_sense_is_refused(body: bytes) -> None:
    with pytest.raises(errors.RequestRefused):
        client().parse_push({}, body)


@pytest.mark.parametrize("moment", [None, "soon", 10**17, "1512724595090"])
def test_a_wrong_time_hurts_no_report(moment: object) -> None:
    (report,) = parsed(msisdn=FIRST, deliveryStatus="DELIVERED", deliveryTime=moment).reports
    assert report.at == (AT if moment == "1512724595090" else None)


def test_a_push_is_answered_with_an_empty_object() -> None:
    assert client().acknowledge(b"anything") == "{}"
