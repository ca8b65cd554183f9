"""Where a number is: its country, and its network as far as the range tells."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import phonenumbers
from babel import Locale

from contacts.operators import Operator, guess_operator

# Poland is MCC 260; these are the network codes of the operators that ranges were given to (E3).
_POLISH_MNC: Final = {
    Operator.POLAND_PLUS: "01",
    Operator.POLAND_ERA: "02",
    Operator.POLAND_ORANGE: "03",
    Operator.POLAND_PLAY: "06",
}


class Destination(NamedTuple):
    """A country (two letters, empty where the number belongs to none) and a mobile network code, empty if unknown."""

    country: str
    mnc: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in self if part) or "?"


@lru_cache(maxsize=65_536)
def destination_of(msisdn: str) -> Destination:
    """Return where a number that was normalised is."""
    if msisdn.startswith("48") and len(msisdn) == 11:
        return Destination("PL", _POLISH_MNC.get(guess_operator(msisdn), ""))
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{msisdn}"))
    except phonenumbers.NumberParseException:
        return Destination("")  # what stands for a number that was forgotten
    return Destination(region or "")


def country_code(name: str) -> str | None:
    """Return the two letters of a country that is named by them or in English, whatever the case; None for no such."""
    plain = " ".join(name.replace("_", " ").split()).casefold()
    return _country_codes().get(plain)


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    """Return the code of every country that has phone numbers, by name and by itself."""
    names = Locale("en").territories
    known = {code: str(names.get(code, code)) for code in phonenumbers.SUPPORTED_REGIONS}
    return {name.casefold(): code for code, name in known.items()} | {code.casefold(): code for code in known}
