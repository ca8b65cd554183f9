"""What JO Mobile lists besides messages, and how it is read: no shape is published, so names decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from smspanel.providers.jomobile import wire

Item = Mapping[str, Any]


class PriceList(StrEnum):
    """Which prices are asked for; the value is the path of the call."""

    PRODUCT = "product-price"
    ACCOUNT = "account-price"
    COUNTRY = "country-price"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be registered; the names are the provider's."""

    login: str
    password: str
    name: str
    phone: str
    email: str
    company_name: str = ""
    skype: str = ""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A greeting that the provider sends by itself; its text may hold #first_name#."""

    at: time
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of numbers at the provider."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A number to be put into a group; `sex` is m, f or empty, and there are at most 10 notes."""

    msisdn: str
    first_name: str = ""
    last_name: str = ""
    middle_name: str = ""
    born: date | None = None
    sex: str = ""
    notes: tuple[str, ...] = ()

    def wire(self) -> dict[str, object]:
        """Return the provider's form, without what is empty."""
        fields: dict[str, object] = {
            "number": int(wire.digits(self.msisdn)),
            "name": self.first_name,
            "surname": self.last_name,
            "patronymic": self.middle_name,
            "date_birth": self.born.isoformat() if self.born else "",
            "male": self.sex,
        }
        fields |= {f"note_{place}": note for place, note in enumerate(self.notes[:10], 1)}
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of one message."""

    msisdn: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one part to a network, or to a country where `mnc` is empty."""

    country: str
    mcc: str
    mnc: str
    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country that messages can be sent to."""

    name: str
    iso: str
    continent: str


def balance_of(data: object) -> dict[str, Decimal]:
    """Return what is left by its currency, or by its name where no currency is told."""
    found: dict[str, Decimal] = {}
    for item in _items(data):
        for name in ("balance", "credit"):
            amount = _amount(item.get(name))
            if amount is not None:
                currency = _first(item, "currency", "currency_name") if name == "balance" else ""
                found.setdefault(currency or name, amount)
    return found


def groups_of(data: object) -> list[Group]:
    """Return the groups in an answer."""
    rows = ((wire.whole_number(_first(item, "id_group", "id")), item) for item in _items(data))
    return [Group(number, _first(item, "name_group", "name")) for number, item in rows if number is not None]


def numbers_of(data: object, asked: Collection[str]) -> set[str]:
    """Return which of the numbers asked about an answer names: alone, as a key, or in a record.

    A record or key that says false of its number does not name it.
    """
    wanted = {wire.digits(msisdn): msisdn for msisdn in asked}
    return {wanted[number] for number in _numbers_in(data) if number in wanted}


def _numbers_in(data: object) -> Iterator[str]:
    if isinstance(data, list):
        for one in data:
            yield from _numbers_in(one)
    elif isinstance(data, Mapping):
        if not any(value is False for value in data.values()):
            yield from (wire.digits(wire.text(data.get(key))) for key in ("number", "phone", "msisdn"))
        for key, value in data.items():
            if value not in (False, None, 0, []):
                yield wire.digits(key)
            if isinstance(value, list | Mapping):
                yield from _numbers_in(value)
    else:
        yield wire.digits(wire.text(data))


def previews_of(data: object) -> list[Preview]:
    """Return the messages as they would be, one for each number."""
    found = []
    for item in _items(data):
        numbers = item.get("number", item.get("phone"))
        sender, text = _first(item, "senderID", "sender", "originator"), str(item.get("text") or "")
        phones = (wire.digits(wire.text(number)) for number in (numbers if isinstance(numbers, list) else [numbers]))
        found += [Preview(phone, sender, text) for phone in phones if phone]
    return found


def prices_of(data: object) -> list[Price]:
    """Return the rows of a price list that name an amount."""
    found = []
    for item in _items(data):
        amount = _amount(_first(item, "price", "cost", "amount"))
        if amount is not None:
            place = (_first(item, "ISO", "iso", "country"), _first(item, "MCC", "mcc"), _first(item, "MNC", "mnc"))
            found.append(Price(*place, amount, _first(item, "currency")))
    return found


def countries_of(data: object, continent: str = "") -> list[Country]:
    """Return the countries of an answer, wherever their continent is told: in the record, or as the key above it."""
    found: list[Country] = []
    if isinstance(data, list):
        for one in data:
            found += countries_of(one, continent)
    elif isinstance(data, Mapping):
        name, iso = _first(data, "country", "name", "country_name"), _first(data, "ISO", "iso", "code")
        lists = {key: value for key, value in data.items() if isinstance(value, list | Mapping)}
        if name and iso and not lists:
            found.append(Country(name, iso, _first(data, "continent") or continent))
        for key, value in lists.items():
            above = name or _first(data, "continent") or continent if key in {"countries", "data", "list"} else key
            found += countries_of(value, above)
    elif said := wire.text(data):
        found.append(Country(said, "", continent))
    return found


def _items(data: object) -> Iterator[Item]:
    """Yield every object of an answer, the outer ones first."""
    if isinstance(data, list):
        for one in data:
            yield from _items(one)
    elif isinstance(data, Mapping):
        yield data
        for value in data.values():
            if isinstance(value, list | Mapping):
                yield from _items(value)


def _first(item: Item, *names: str) -> str:
    return next((said for name in names if (said := wire.text(item.get(name)))), "")


def _amount(value: object) -> Decimal | None:
    try:
        amount = Decimal(wire.text(value).replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
