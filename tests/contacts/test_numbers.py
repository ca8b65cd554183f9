"""Whatever people write becomes E.164 digits or a refusal that says what to do (contract E2)."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contacts.numbers import VOICE, InvalidNumber, Kind, Number, Problem, normalise


@pytest.mark.parametrize(
    "raw",
    [
        "500100200",
        "500 100 200",
        " 500\u00a0100\u202f200 ",
        "500-100-200",
        "500–100–200",
        "(500) 100.200",
        "500/100/200",
        "'500100200",
        "500100200.0",
        "500100200,00",
        "48500100200",
        "48500100200.0",
        "+48500100200",
        "+48 (500) 100-200",
        "0048 500 100 200",
        "\u202a+48 500 100 200\u202c",
        "\ufeff500100200",
        "tel. 500 100 200",
        "Kom.: +48500100200",
        "５００１００２００",
        "٥٠٠١٠٠٢٠٠",
    ],
)
def test_a_polish_mobile_number_is_read_however_it_is_written(raw: str) -> None:
    assert normalise(raw) == Number("48500100200", "PL", Kind.MOBILE)


@pytest.mark.parametrize("raw", ["0500100200", "0 500 100 200", "+48 (0) 500 100 200"])
def test_a_leading_zero_is_dropped_with_a_note(raw: str) -> None:
    number = normalise(raw)
    assert number.msisdn == "48500100200"
    assert "leading 0" in number.repaired


@pytest.mark.parametrize(
    "raw, problem",
    [
        ("", Problem.EMPTY),
        ("  ' ", Problem.EMPTY),
        ("4.85E+10", Problem.SCIENTIFIC),
        ("4,85001E+10", Problem.SCIENTIFIC),
        ("4777", Problem.SHORT_CODE),
        ("45616", Problem.SHORT_CODE),
        ("112", Problem.SHORT_CODE),
        ("12", Problem.TOO_SHORT),
        ("7799123", Problem.TOO_SHORT),
        ("50010020", Problem.TOO_SHORT),
        ("+4850010020", Problem.TOO_SHORT),
        ("5001002003", Problem.TOO_LONG),
        ("485001002003", Problem.TOO_LONG),
        ("+485001002003", Problem.TOO_LONG),
        ("50010020030040050060", Problem.TOO_LONG),
        ("221234567", Problem.LANDLINE),
        ("22/123-45-67", Problem.LANDLINE),
        ("0221234567", Problem.LANDLINE),
        ("700100200", Problem.PREMIUM),
        ("800100200", Problem.PREMIUM),
        ("+48801100200", Problem.PREMIUM),
        ("500100200 wew. 12", Problem.EXTENSION),
        ("500100200 ext 5", Problem.EXTENSION),
        ("500100200x5", Problem.EXTENSION),
        ("500100200#5", Problem.EXTENSION),
        ("500100200, 501100200", Problem.TWO_NUMBERS),
        ("500100200/501100200", Problem.TWO_NUMBERS),
        ("500100200 lub 501100200", Problem.TWO_NUMBERS),
        ("500100200 501100200", Problem.TWO_NUMBERS),
        ("+48500100200 +48501100200", Problem.TWO_NUMBERS),
        ("500100200\n501100200", Problem.TWO_NUMBERS),
        ("+999500100200", Problem.UNKNOWN_COUNTRY),
        ("000500100200", Problem.UNKNOWN_COUNTRY),
        ("400100200", Problem.UNASSIGNED),
        ("Łukasz", Problem.NOT_A_NUMBER),
        ("5OO100200", Problem.NOT_A_NUMBER),
        ("500abc200", Problem.NOT_A_NUMBER),
        ("#N/A", Problem.NOT_A_NUMBER),
        ("-", Problem.NOT_A_NUMBER),
        ("+", Problem.NOT_A_NUMBER),
        ("48+500100200", Problem.NOT_A_NUMBER),
    ],
)
def test_a_text_that_is_no_mobile_number_is_refused_with_its_reason(raw: str, problem: Problem) -> None:
    with pytest.raises(InvalidNumber) as caught:
        normalise(raw)
    assert caught.value.code is problem
    assert str(caught.value) == caught.value.message != ""


def test_every_problem_has_a_sentence_of_its_own() -> None:
    assert len({InvalidNumber(problem).message for problem in Problem}) == len(Problem)


@pytest.mark.parametrize("raw, msisdn", [("22 123 45 67", "48221234567"), ("500100200", "48500100200")])
def test_a_voice_message_may_go_to_a_fixed_line(raw: str, msisdn: str) -> None:
    assert normalise(raw, kinds=VOICE).msisdn == msisdn


def test_a_voice_message_never_goes_to_a_premium_number() -> None:
    with pytest.raises(InvalidNumber) as caught:
        normalise("700100200", kinds=VOICE)
    assert caught.value.code is Problem.PREMIUM


@pytest.mark.parametrize(
    "raw, msisdn, country",
    [
        ("+49 1512 3456789", "4915123456789", "DE"),
        ("0049 1512 3456789", "4915123456789", "DE"),
        ("+1 212-555-0123", "12125550123", "US"),
        ("+420 601 123 456", "420601123456", "CZ"),
        ("+48 211 000 000", "48211000000", "PL"),
    ],
)
def test_a_number_with_a_country_code_keeps_its_country(raw: str, msisdn: str, country: str) -> None:
    assert normalise(raw) == Number(msisdn, country, Kind.MOBILE)


def test_a_foreign_number_without_plus_is_read_with_a_note() -> None:
    assert normalise("4915123456789") == Number("4915123456789", "DE", Kind.MOBILE, "Read as a foreign number: +49.")


def test_another_default_country_reads_its_own_numbers() -> None:
    assert normalise("0151 23456789", default_country="DE").msisdn == "4915123456789"
    assert normalise("+48500100200", default_country="DE").country == "PL"


written = st.text("0123456789+-. ()/'\u00a0;,xeE#wul", max_size=30)


@given(st.text() | written)
@example("\x00500100200")
@example("+48\x00")
@example("²²²²²²²²²")
@example("1" * 5000)
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        number = normalise(text, kinds=VOICE)
    except InvalidNumber:
        return
    assert number.msisdn.isascii()
    assert number.msisdn.isdigit()
    assert 7 <= len(number.msisdn) <= 15
    assert normalise("+" + number.msisdn, kinds=VOICE)[:3] == number[:3]


@given(st.from_regex(r"(45|5[0137]|6[069]|7[2389]|88)[0-9]{7}", fullmatch=True))
def test_a_polish_mobile_number_is_one_for_the_library_too(national: str) -> None:
    assert library_calls_it_mobile(national)
    assert normalise(national).msisdn == normalise("48" + national).msisdn == "48" + national


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_what_the_library_calls_no_mobile_number_is_refused(national: str) -> None:
    try:
        accepted = normalise(national).msisdn == "48" + national
    except InvalidNumber:
        accepted = False
    assert accepted == library_calls_it_mobile(national)


def library_calls_it_mobile(national: str) -> bool:
    parsed = phonenumbers.parse(national, "PL")
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
