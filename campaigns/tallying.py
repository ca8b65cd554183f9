"""Counts what everybody who remains would get and cost: parts, points, operators, the dearest texts, savings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any, Final, NamedTuple

from campaigns import offers, recipients
from campaigns.models import Campaign, Kind, Variant
from campaigns.rendering import parts_of, rendered
from campaigns.text import OPT_OUT, CharacterPolicy, CharactersError, apply_policy, count, overflow, tags
from contacts.destinations import Destination, destination_of
from contacts.operators import RANGE, guess_operator

EXAMPLES: Final = 3
KNOWN: Final = 100_000
"""So many texts are remembered at once."""
FEW: Final = 20
"""So many characters less are worth a suggestion, because a part can be saved with them."""


class Spot(NamedTuple):
    """Where a message goes: its price, and its country and operator as far as the number tells."""

    quote: offers.Quote
    country: str
    operator: str


class Cost(NamedTuple):
    """What a text is charged as; whoever's texts cost alike are counted together."""

    parts: int
    plain_parts: int
    excess: int | None
    """So many characters less would be a part less, where they are few."""


class Reading(NamedTuple):
    """A text as somebody reads it."""

    text: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class Dear:
    """One of the dearest texts, and who would get it."""

    points: int
    parts: int
    number: str
    text: str


@dataclass
class Tally:
    """What is counted while everybody who remains is gone through."""

    breakdown: Counter[int] = field(default_factory=Counter)
    by_destination: dict[str, list[int]] = field(default_factory=dict)
    by_operator: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    points: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refused_examples: dict[str, list[str]] = field(default_factory=dict)
    shortest: str = ""
    longest: str = ""
    _fewest: int = 0
    _most: tuple[Any, ...] = ()
    dear: list[Dear] = field(default_factory=list)
    least_dear: int = -1
    """Points of the last of the dearest texts, once there are enough of them."""
    plain_points: int = 0
    """What it would cost with special characters replaced; counted only where they are kept."""
    shorter: Counter[int] = field(default_factory=Counter)
    """Points that are saved by leaving out so many characters, but no fewer."""

    def read(self, campaign: Campaign, text: str) -> Reading:
        """Return what a text is charged as, and remember the shortest and the longest."""
        self.note(text)
        parts = parts_of(campaign, text)
        plain = _plain_parts(campaign, text) if campaign.policy == CharacterPolicy.UNICODE else 0
        can_shrink = parts > 1 and campaign.kind in {Kind.TEXT, Kind.FLASH}
        excess = overflow(text) if can_shrink else None
        return Reading(text, Cost(parts, plain, excess if excess is not None and excess <= FEW else None))

    def note(self, text: str) -> None:
        """Remember the shortest and the longest text."""
        size = count(text)
        if not self.shortest or size.units < self._fewest:
            self.shortest, self._fewest = text, size.units
        if not self.longest or size[:3] > self._most:
            self.longest, self._most = text, size[:3]

    def take(self, cost: Cost, spot: Spot, people: int) -> None:
        """Count people who get a text that costs so much, at the same price."""
        parts = people * cost.parts
        row = people, parts, parts * spot.quote.points
        self.breakdown[cost.parts] += people
        self.points += row[2]
        _sum(self.by_destination.setdefault(spot.quote.destination, [0, 0, 0]), row)
        _sum(self.by_operator.setdefault((spot.country, spot.operator), [0, 0, 0]), row)
        self.plain_points += people * spot.quote.points * cost.plain_parts
        if cost.excess is not None:
            self.shorter[cost.excess] += people * spot.quote.points

    def show(self, reading: Reading, spot: Spot, number: str) -> None:
        """Remember who gets a text that is dearer than `least_dear`."""
        dear = Dear(reading.cost.parts * spot.quote.points, reading.cost.parts, number, reading.text)
        self.dear = nlargest(EXAMPLES, [*self.dear, dear], key=lambda one: one.points)
        if len(self.dear) == EXAMPLES:
            self.least_dear = self.dear[-1].points

    def refuse(self, number: str, reason: str) -> None:
        """Count somebody whom nothing reaches."""
        self.refused[reason] += 1
        examples = self.refused_examples.setdefault(reason, [])
        if len(examples) < EXAMPLES:
            examples.append(number)

    def samples(self) -> list[dict[str, Any]]:
        """Return the shortest and the longest text."""
        texts = dict.fromkeys(text for text in (self.shortest, self.longest) if text)
        return [{"text": text, "parts": count(text).parts, "units": count(text).units} for text in texts]

    def destinations(self) -> list[dict[str, Any]]:
        """Return messages, parts and points by destination, the dearest first."""
        rows = sorted(self.by_destination.items(), key=lambda row: -row[1][2])
        return [{"destination": where, **_named(row)} for where, row in rows]

    def operators(self) -> list[dict[str, Any]]:
        """Return messages, parts and points by country and operator, as far as ranges tell, the dearest first."""
        rows = sorted(self.by_operator.items(), key=lambda row: -row[1][2])
        return [{"country": country, "operator": operator, **_named(row)} for (country, operator), row in rows]

    def dearest(self) -> list[dict[str, Any]]:
        """Return the dearest texts, if some are dearer than others."""
        if len(self.breakdown) < 2 and len(self.by_destination) < 2:
            return []
        return [{"number": one.number, "text": one.text, "parts": one.parts, "points": one.points} for one in self.dear]

    def savings(self, campaign: Campaign) -> list[dict[str, Any]]:
        """Return what could be had for less: by plain characters, and by a few characters less."""
        found: list[dict[str, Any]] = []
        if campaign.policy == CharacterPolicy.UNICODE and self.points > self.plain_points:
            found.append({"how": "PLAIN", "points": self.points - self.plain_points})
        if self.shorter:
            found.append({"how": "SHORTER", "characters": max(self.shorter), "points": self.shorter.total()})
        return found


def _plain_parts(campaign: Campaign, text: str) -> int:
    try:
        return parts_of(campaign, apply_policy(text, CharacterPolicy.TRANSLITERATE))
    except CharactersError:
        return parts_of(campaign, text)


def _sum(into: list[int], row: tuple[int, int, int]) -> None:
    for index, value in enumerate(row):
        into[index] += value


def _named(row: list[int]) -> dict[str, int]:
    return dict(zip(("messages", "parts", "points"), row, strict=True))


def of(campaign: Campaign, offer: offers.Offer, limit: int) -> Tally:
    """Count what everybody who remains would get and cost; raises CharactersError."""
    if offer.uniform is not None and campaign.variant != Variant.INTER and not recipients.has_personal_texts(campaign):
        return _of_one_text(campaign, offers.Quote(offer.uniform, ""), limit)
    return _of_texts(campaign, offer, limit)


def _of_one_text(campaign: Campaign, quote: offers.Quote, limit: int) -> Tally:
    """Count everybody at once, by the ranges of their numbers, which are Polish."""
    tally = Tally()
    reading = tally.read(campaign, rendered(campaign, {}))
    for beginning, people in recipients.count_remaining(campaign, limit).items():
        tally.take(reading.cost, Spot(quote, *_network(beginning.ljust(11, "0"))), people)
    return tally


def _of_texts(campaign: Campaign, offer: offers.Offer, limit: int) -> Tally:
    """Go through everybody, and count together whose texts cost alike in the same place.

    There may be millions: what is known of a range or of a text is looked up without a call.
    """
    tally, spots, readings = Tally(), _Spots(offer), _Readings(campaign)
    alike: Counter[tuple[Cost, Spot]] = Counter()
    for row in recipients.rows_remaining(campaign, limit, readings.fields):
        number = row[0]
        spot = spots.known.get(number[:RANGE]) or spots.of(number)
        if spot is None:
            tally.refuse(number, "NO_WAY" if offer.allows(number) else "COUNTRY")
            continue
        reading = readings.known.get(row[readings.difference]) or readings.of(tally, row)
        alike[reading.cost, spot] += 1
        if reading.cost.parts * spot.quote.points > tally.least_dear:
            tally.show(reading, spot, number)
    for (cost, spot), people in alike.items():
        tally.take(cost, spot, people)
    return tally


class _Spots:
    """Where numbers lie; a Polish range is asked about once."""

    def __init__(self, offer: offers.Offer) -> None:
        self._offer = offer
        self.known: dict[str, Spot | None] = {}
        """By the beginning of a number."""
        self._spots: dict[tuple[Destination, str, str], Spot | None] = {}

    def of(self, number: str) -> Spot | None:
        """Return where a number lies; None where nothing can be sent to."""
        if not number.startswith("48"):
            return self._find(number)
        beginning = number[:RANGE]
        if beginning not in self.known:
            self.known[beginning] = self._find(number)
        return self.known[beginning]

    def _find(self, number: str) -> Spot | None:
        """Return where it lies; there are thousands of ranges, but few destinations and operators."""
        where = destination_of(number), *_network(number)
        if where not in self._spots:
            quote = self._offer.quote_to(where[0])
            self._spots[where] = None if quote is None else Spot(quote, *where[1:])
        return self._spots[where]


class _Readings:
    """What people read; people whose values are alike read the same, and for them it is written once."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self.known: dict[tuple[str | None, ...], Reading] = {}
        """By what makes the difference in a row of a recipient."""
        own, used = recipients.has_own_texts(campaign), tags(campaign.text)
        self.fields = tuple(field for field in recipients.CONTACT_FIELDS if own or field in used)
        """The fields of a contact that make the difference."""
        by_number = own or bool({"number", OPT_OUT}.intersection(used))
        self.difference = slice(0, 2) if by_number else slice(2, None)

    def of(self, tally: Tally, row: Sequence[Any]) -> Reading:
        """Return what somebody with this row reads."""
        if len(self.known) >= KNOWN:
            self.known.clear()
        number, own_text, *cells = row
        text = rendered(self._campaign, recipients.merge_values(number, cells, self.fields), own_text)
        reading = self.known[tuple(row[self.difference])] = tally.read(self._campaign, text)
        return reading


def _network(number: str) -> tuple[str, str]:
    """Return the country and the operator of a number, as far as it tells."""
    return "PL" if number.startswith("48") else destination_of(number).country, guess_operator(number)
