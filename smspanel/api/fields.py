"""How single fields are read: in both dialects of JustSend's clients, and never so that a database chokes on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, Field

from campaigns.models import Variant
from campaigns.text import decode_percent
from smspanel.api import codes
from smspanel.api.errors import ApiError

_NAMES: Final = {"BASIC": "ECO", "UNIQUE": "FULL", "DYNAMIC": "PRO"}
_LEAP_SECONDS: Final = re.compile(r"(T\d\d:\d\d):[6-9]\d")
_LOST_PLUS: Final = re.compile(r"[ ](\d\d:?\d\d)$")


def _storable(value: str) -> str:
    if "\0" in value:
        raise ValueError("it contains a NUL character")
    return value


def _flag(value: object) -> object:
    """Read "true" and "false" as JustSend's clients write them, and the nothing that some of them send."""
    if isinstance(value, str):
        return value.strip().lower() in {"true", "1", "yes"}
    return False if value is None else value


def _variant(value: object) -> object:
    name = value.strip().upper() if isinstance(value, str) else value
    return _NAMES.get(name, name) if isinstance(name, str) else name


def _blank_is_none(value: object) -> object:
    return None if value in ("", "0", 0) else value


def _numbers(value: object) -> object:
    """Read numbers as strings, as integers, or as objects that hold them (A.1.12)."""
    if not isinstance(value, list):
        return [] if value is None else value
    return [_number(item) for item in value]


def _number(item: object) -> object:
    found = item.get("msisdn", "") if isinstance(item, Mapping) else item
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else found


def _loose_numbers(value: object) -> object:
    """Leave out what no number could be, so that one bad item does not spoil a long list."""
    if not isinstance(value, list):
        return [] if value is None else value
    return [item for one in value if isinstance(item := _number(one), str)]


Text = Annotated[str, AfterValidator(_storable)]
Blank = Annotated[str, BeforeValidator(lambda value: "" if value is None else value), AfterValidator(_storable)]
Flag = Annotated[bool, BeforeValidator(_flag)]
VariantName = Annotated[Variant, BeforeValidator(_variant)]
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
OptionalId = Annotated[Id | None, BeforeValidator(_blank_is_none)]
Number = Annotated[Text, Field(max_length=60)]
Numbers = Annotated[list[Number], BeforeValidator(_numbers)]
LooseNumbers = Annotated[list[str], BeforeValidator(_loose_numbers)]
Day = int | Text | None


class ApiSchema(Schema):
    """A body; what JustSend's clients send besides the fields that are known is passed over."""

    model_config = {"extra": "ignore", "populate_by_name": True, "str_max_length": 100_000}


def send_date(written: str | None) -> datetime | None:
    """Return the moment that an ISO 8601 date with an offset names, None for none; raises ApiError 322.

    Read leniently where its clients are careless: a 67th second (JS-27), a plus that became a blank in an address.
    """
    if not written or not written.strip():
        return None
    at = _moment(written)
    if at is None or at.tzinfo is None:
        raise ApiError(
            codes.DATE_FORMAT, "Invalid format of sendDate: write it as 2014-08-01T09:10:10+00:00, with the offset."
        )
    return at


def local_moment(written: str, zone: ZoneInfo) -> datetime:
    """Return the moment that an ISO 8601 date names, in the zone if it has no offset (JS-52); raises ApiError 322."""
    at = _moment(written)
    if at is None:
        raise ApiError(codes.DATE_FORMAT, "Invalid format of dateTo: write it as 2014-08-01T09:10:10.")
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _moment(written: str) -> datetime | None:
    tidy = _LOST_PLUS.sub(r"+\1", _LEAP_SECONDS.sub(r"\1:59", written.strip()))
    try:
        at = datetime.fromisoformat(tidy)
    except ValueError:
        return None
    return at if 2000 <= at.year <= 2999 else None


def day(written: int | str | None, zone: ZoneInfo) -> date | None:
    """Return the day in the zone of an ISO 8601 date, or of milliseconds since 1970; raises ApiError 322."""
    if written is None or written == "":
        return None
    try:
        at = datetime.fromtimestamp(written / 1000, zone) if isinstance(written, int) else _moment(written)
    except (ValueError, OverflowError, OSError):
        at = None
    if at is None:
        raise ApiError(codes.DATE_FORMAT, "Invalid format of a date: write it as 2014-08-01.")
    return (at.astimezone(zone) if at.tzinfo else at).date()


def report_day(written: str) -> date:
    """Return the day of a report; raises ApiError 400."""
    try:
        day = date.fromisoformat(written)
        if day.isoformat() != written or not 2000 <= day.year <= 2999:
            raise ValueError(written)
    except ValueError as error:
        raise ApiError(codes.REPORT_DATE, "Invalid format of the report date: write it as 2014-01-01.") from error
    return day


def decoded(text: str, *, double_encode: bool) -> str:
    """Return the text, with %HH decoded once more if the client says that it encoded twice (JS-25)."""
    return decode_percent(text) if double_encode else text


def upper(value: Any) -> Any:
    """Return a word in capitals, and None for an empty one."""
    return (value.strip().upper() or None) if isinstance(value, str) else value


def as_list(value: Any) -> list[Any]:
    """Return a list for what may be one thing, several or none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
