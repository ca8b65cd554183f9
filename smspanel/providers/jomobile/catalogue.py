"""The rest of a JO Mobile account: balance, groups, blacklist, preview of a message, prices, countries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from smspanel.providers import errors
from smspanel.providers.jomobile import wire
from smspanel.providers.jomobile.listings import (
    Birthday,
    Country,
    Group,
    GroupMember,
    NewCustomer,
    Preview,
    Price,
    PriceList,
    balance_of,
    countries_of,
    groups_of,
    numbers_of,
    previews_of,
    prices_of,
)
from smspanel.providers.jomobile.session import SignedIn
from smspanel.providers.values import Balance


class Catalogue(SignedIn):
    """Calls whose replies are published nowhere: whatever is recognised in them is returned."""

    def me(self) -> Mapping[str, object]:
        """Return what the provider tells about the account."""
        data, raw = self.ask("me", method="GET")
        if not isinstance(data, Mapping):
            raise errors.Ambiguous("the answer does not describe an account", raw=raw)
        return data

    def balance(self) -> Balance:
        """Ask what is left, by currency; what is not recognised is absent."""
        data, raw = self.ask("me", method="GET")
        return Balance(balance_of(data), raw)

    def register(self, customer: NewCustomer) -> None:
        """Open an account of its own for a customer."""
        self.ask("register", {name: value for name, value in asdict(customer).items() if value})

    def groups(self, *, group_id: int = 0, page: int = 0, limit: int = 100) -> list[Group]:
        """List groups, all of them or one; pages are counted from 0."""
        data, _raw = self.ask("group", {"id_group": group_id, "offset": page, "limit": limit})
        return groups_of(data)

    def create_group(self, name: str, birthday: Birthday | None = None) -> list[Group]:
        """Make a group, with a greeting for birthdays if one is given, and return it if the answer shows it."""
        greeting = (
            {
                "time_birth": f"{birthday.at:%H:%M}",
                "originator_birth": birthday.sender,
                "text_birth": birthday.text,
                "on_birth": True,
            }
            if birthday
            else dict.fromkeys(("time_birth", "originator_birth", "text_birth", "on_birth"), False)
        )
        data, _raw = self.ask("group-create", {"name_group": name, **greeting})
        return groups_of(data)

    def delete_groups(self, group_ids: Sequence[int]) -> None:
        """Delete groups with everybody in them."""
        self.ask("group-delete", {"id_group": list(group_ids)})

    def add_to_group(self, group_id: int, members: Sequence[GroupMember]) -> None:
        """Put numbers into a group."""
        self.ask("group-number-add", {"id_group": group_id, "numbers": [member.wire() for member in members]})

    def find_in_group(self, group_id: int, msisdns: Collection[str]) -> set[str]:
        """Return which of these numbers are in a group."""
        data, _raw = self.ask("group-number-search", {"id_group": group_id, "numbers": _numbers(msisdns)})
        return numbers_of(data, msisdns)

    def remove_from_group(self, group_id: int, msisdns: Collection[str]) -> None:
        """Take numbers out of a group."""
        self.ask("group-number-delete", {"id_group": group_id, "numbers": _numbers(msisdns)})

    def blacklist_add(self, msisdn: str) -> None:
        """Put a number on the account's blacklist."""
        self.ask("black-list-add", {"numbers": _numbers([msisdn])})

    def blacklist_remove(self, msisdn: str) -> None:
        """Take a number off the account's blacklist."""
        self.ask("black-list-delete", {"numbers": _numbers([msisdn])})

    def blacklist_has(self, msisdn: str) -> bool:
        """Ask whether a number is on the account's blacklist."""
        return msisdn in self.blacklisted([msisdn])

    def blacklisted(self, msisdns: Collection[str]) -> set[str]:
        """Return which of these numbers are on the account's blacklist."""
        data, _raw = self.ask("black-list-search", {"numbers": _numbers(msisdns)})
        return numbers_of(data, msisdns)

    def preview(self, msisdns: Sequence[str], *, sender: str, text: str) -> list[Preview]:
        """Ask what number, sender and text would become of a message ("refactoring"); nothing is sent."""
        phones = [wire.digits(msisdn) for msisdn in msisdns]
        data, _raw = self.ask("replacement", [{"number": phones, "senderID": sender, "text": text}])
        return previews_of(data)

    def prices(self, price_list: PriceList, *, country: str = "full", mcc: str = "", mnc: str = "") -> list[Price]:
        """Read a price list: `country` is an ISO code of two letters or "full", `mcc` and `mnc` narrow it down."""
        narrowed = {"ISO": country, "MCC": wire.whole_number(mcc), "MNC": wire.whole_number(mnc)}
        data, _raw = self.ask(price_list, {name: value for name, value in narrowed.items() if value is not None})
        return prices_of(data)

    def countries(self) -> list[Country]:
        """List the countries with their continents."""
        data, _raw = self.ask("country-by-continent", {})
        return countries_of(data)


def _numbers(msisdns: Collection[str]) -> list[int]:
    """Return numbers as the provider wants them outside of /send: as JSON numbers."""
    return [int(wire.digits(msisdn)) for msisdn in msisdns]
