"""Counts what everybody who remains would get and cost: parts, points, operators, the dearest texts, savings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any, Final

from campaigns import offers, recipients
from campaigns.models import Campaign, Kind, Variant
from campaigns.rendering import parts_of, rendered
from campaigns.text import CharacterPolicy, CharactersError, apply_policy, count, overflow
from contacts.destinations import destination_of
from contacts.operators import guess_operator

EXAMPLES: Final = 3
FEW: Final = 20
"""So many characters less are worth a suggestion, because a part can be saved with them."""


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
    dear: list[Dear] = field(default_factory=list)
    plain_points: int = 0
    """What it would cost with special characters replaced; counted only where they are kept."""
    shorter: Counter[int] = field(default_factory=Counter)
    """Points that are saved by leaving out so many characters, but no fewer."""

    def add(self, campaign: Campaign, text: str, quote: offers.Quote, number: str = "") -> None:
        """Count somebody who gets this text at this price."""
        self.count(campaign, text, quote)
        self._place(number, self._row(campaign, text, quote, 1))
        dear = Dear(parts_of(campaign, text) * quote.points, parts_of(campaign, text), number, text)
        if len(self.dear) < EXAMPLES or dear.points > self.dear[-1].points:
            self.dear = nlargest(EXAMPLES, [*self.dear, dear], key=lambda one: one.points)

    def add_all(self, campaign: Campaign, text: str, quote: offers.Quote, ranges: dict[str, int]) -> None:
        """Count everybody at once where all get the same text at the same price; `ranges` are Polish."""
        people = sum(ranges.values())
        self.count(campaign, text, quote, people)
        for beginning, some in ranges.items():
            self._place(beginning.ljust(11, "0"), self._row(campaign, text, quote, some))

    def count(self, campaign: Campaign, text: str, quote: offers.Quote, people: int = 1) -> None:
        """Count people who get this text at this price, wherever they are."""
        row = self._row(campaign, text, quote, people)
        self.breakdown[parts_of(campaign, text)] += people
        self.points += row[2]
        _sum(self.by_destination.setdefault(quote.destination, [0, 0, 0]), row)
        self.note(text)
        per_part = people * quote.points
        if campaign.policy == CharacterPolicy.UNICODE:
            self.plain_points += per_part * _plain_parts(campaign, text)
        if (
            campaign.kind in {Kind.TEXT, Kind.FLASH}
            and parts_of(campaign, text) > 1
            and (excess := overflow(text)) <= FEW
        ):
            self.shorter[excess] += per_part

    def note(self, text: str) -> None:
        """Remember the shortest and the longest text."""
        if not self.shortest or count(text).units < count(self.shortest).units:
            self.shortest = text
        if not self.longest or count(text)[:3] > count(self.longest)[:3]:
            self.longest = text

    def _row(self, campaign: Campaign, text: str, quote: offers.Quote, people: int) -> tuple[int, int, int]:
        parts = people * parts_of(campaign, text)
        return people, parts, parts * quote.points

    def _place(self, msisdn: str, row: tuple[int, int, int]) -> None:
        operator = guess_operator(msisdn)
        country = "PL" if msisdn.startswith("48") else destination_of(msisdn).country
        _sum(self.by_operator.setdefault((country, operator), [0, 0, 0]), row)

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
    tally = Tally()
    if offer.uniform is not None and campaign.variant != Variant.INTER and not recipients.has_personal_texts(campaign):
        text = rendered(campaign, {})
        if ranges := recipients.count_remaining(campaign, limit):
            tally.add_all(campaign, text, offers.Quote(offer.uniform, ""), ranges)
        else:
            tally.note(text)
        return tally
    for number, values, own_text in recipients.each_remaining(campaign, limit):
        quote = offer.quote(number)
        if quote is None:
            tally.refuse(number, "NO_WAY" if offer.allows(number) else "COUNTRY")
        else:
            tally.add(campaign, rendered(campaign, values, own_text), quote, number)
    return tally
