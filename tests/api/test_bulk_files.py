"""Sendings from a file (JS-21, JS-30 to JS-35)."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from accounts import points
from campaigns.models import Campaign, ForbiddenWord, Message
from smspanel import doorbell
from tests.api.calling import Software, deliver
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold

NOW = "2014-08-01T09:10:10+02:00"
PATH = f"bulk/send/personalized/From a file/x/{NOW}/ECO/true"
ROWS = [("48500000100", "Hello Ann"), ("48500000300", "Hello Bob; how are you?"), ("4777", "Nobody")]


def as_text(separator: str = ";") -> bytes:
    return "\n".join(f"{number}{separator}{text}" for number, text in ROWS).encode()


def as_workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Numbers", 0)
    for row in ROWS:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def texts_of(campaign_id: int) -> dict[str, str]:
    return dict(Message.objects.filter(campaign=campaign_id).values_list("msisdn", "text"))


@pytest.mark.parametrize("name, content", [("f.txt", as_text), ("f.csv", as_text), ("f.xlsx", as_workbook)])
def test_js_30_js_31_every_number_of_a_file_gets_its_own_text(
    software: Software, sending: Sending, name: str, content: Callable[[], bytes]
) -> None:
    told = software.upload(PATH, content(), name)
    assert told["errorId"] == 0
    deliver()
    assert texts_of(told["data"]) == {"48500000100": "Hello Ann", "48500000300": "Hello Bob; how are you?"}
    assert sending.air() == {"48500000100": 1, "48500000300": 1}
    assert points.balance(sending.account).posted == 1_000 - 6
    assert_all_hold()


@pytest.mark.parametrize("part", ["inputData", "file", "input"])
def test_js_30_the_file_may_be_called_by_any_of_its_names(software: Software, sending: Sending, part: str) -> None:
    assert software.upload(PATH, as_text(), part=part)["errorId"] == 0


def test_js_30_a_plus_in_the_address_may_have_become_a_blank(software: Software, sending: Sending) -> None:
    assert software.upload(PATH.replace("+02", " 02"), as_text())["errorId"] == 0
    assert software.upload(PATH.replace(NOW, "soon"), as_text())["errorId"] == 322


def test_js_30_without_personalized_everybody_gets_the_first_text(software: Software, sending: Sending) -> None:
    told = software.upload(PATH.removesuffix("true") + "false", as_text())["data"]
    doorbell.run_all_due()
    campaign = Campaign.objects.get(pk=told)
    assert (campaign.text, campaign.messages.count()) == ("Hello Ann", 2)


def test_js_30_parameters_of_a_row_are_put_into_its_text(software: Software, sending: Sending) -> None:
    rows = b"48500000100;Dear #1#, code #2#;Ann;17\n48500000200;;Bob;18"
    told = software.upload(f"{PATH}?parametrized=true", rows)["data"]
    doorbell.run_all_due()
    assert texts_of(told) == {"48500000100": "Dear Ann, code 17", "48500000200": "Dear Bob, code 18"}


def test_js_33_a_file_is_read_later_and_told_as_waiting_until_then(software: Software, sending: Sending) -> None:
    told = software.upload(PATH, as_text())["data"]
    before = software.get(f"bulk/{told}")
    assert (before["bulkStatus"], before["bulkSize"], before["autoSend"]) == ("TO_SEND", 0, True)
    doorbell.run_all_due()
    after = software.get(f"bulk/{told}")
    assert (after["bulkSize"], after["costInPoints"], after["personalizedMessage"]) == (2, 6, True)


def test_js_21_numbers_are_listed_with_their_texts_and_rejected_rows_with_what_is_wrong(
    software: Software, sending: Sending
) -> None:
    ForbiddenWord.objects.create(word="casino")
    told = software.upload(PATH, as_text() + b"\n48500000400;Casino\n48500000500")["data"]
    deliver()
    sent = software.get(f"bulk/recipient/personalized/DELIVERED/{told}")
    assert [row["messageContent"] for row in sent] == ["Hello Ann", "Hello Bob; how are you?"]
    rejected = software.get(f"bulk/recipient/personalized/NOT_SENT/{told}")
    assert [(row["msisdn"], row["msisdnValidation"], row["messageValidation"]) for row in rejected] == [
        ("4777", "INVALID", "VALID"),
        ("48500000400", "VALID", "INVALID"),
        ("48500000500", "VALID", "INVALID"),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_refused_and_leaves_nothing(software: Software, sending: Sending, content: bytes) -> None:
    assert software.upload(PATH, content)["errorId"] == 125
    assert not Campaign.objects.exists()


def test_a_file_that_costs_too_much_ends_in_an_error_that_says_so(software: Software, sending: Sending) -> None:
    points.adjust(account=sending.account, points=-998, key="t", memo="t", actor=None)
    told = software.upload(PATH, as_text())["data"]
    doorbell.run_all_due()
    assert software.get(f"bulk/{told}")["bulkStatus"] == "ERROR"
    assert "missing" in Campaign.objects.get(pk=told).problem
    assert_all_hold()


def test_a_number_that_stands_twice_gets_its_first_text(software: Software, sending: Sending) -> None:
    told = software.upload(PATH, b"48500000100;First\n48500000100;Second\n48500000200;Third")["data"]
    doorbell.run_all_due()
    assert texts_of(told) == {"48500000100": "First", "48500000200": "Third"}
    assert software.get(f"bulk/{told}")["costInPoints"] == 6
