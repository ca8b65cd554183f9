"""What campaigns do, as a dictionary would have it: orders, what became of each number, and what that costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.campaigns.sending import PRICE

OPEN: Final = {"QUEUED", "UNKNOWN taken", "UNKNOWN lost"}
CHARGED: Final = {"SENT", "DELIVERED", "UNDELIVERED", "REJECTED"}
FATES: Final = {"00": "DELIVERED", "02": "UNDELIVERED"}
"""What becomes of a message that was taken, by the last digits of its number; the provider refuses others."""


@dataclass
class Order:
    """A campaign: how it stands, and what became of each number."""

    pk: int
    stands: str = "CONFIRMED"
    numbers: dict[str, str] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    was_cancelled: bool = False

    @property
    def is_over(self) -> bool:
        """Say whether nothing is held for it any more."""
        return self.stands in {"OVER", "NEVER MADE"}

    @property
    def is_made(self) -> bool:
        """Say whether it has messages."""
        return self.stands not in {"CONFIRMED", "NEVER MADE"}

    @property
    def spent(self) -> int:
        """Points that were charged, given back or not."""
        return PRICE * sum(state in CHARGED for state in self.numbers.values())

    @property
    def held(self) -> int:
        """Points that are still set aside."""
        return 0 if self.is_over else PRICE * len(self.numbers) - self.spent

    def submitted(self, numbers: list[str], *, taken: bool, answered: bool) -> None:
        """Take a submission: its numbers, whether the provider took it, and whether it said so."""
        for one in numbers:
            if not answered:
                self.numbers[one] = "UNKNOWN taken" if taken else "UNKNOWN lost"
            else:
                self.numbers[one] = "SENT" if one[-2:] in FATES else "FAILED"

    def settled(self) -> None:
        """Learn what the provider took; what it did not goes back, or is withdrawn with its campaign."""
        taken = [one for one, state in self.numbers.items() if state == "UNKNOWN taken"]
        self.submitted(taken, taken=True, answered=True)
        lost = [one for one, state in self.numbers.items() if state == "UNKNOWN lost"]
        self.numbers |= dict.fromkeys(lost, "CANCELED" if self.stands == "CANCELING" else "QUEUED")

    def cancelled(self) -> None:
        """Withdraw what waits."""
        self.was_cancelled = True
        if self.stands == "CONFIRMED":
            self.stands = "NEVER MADE"
            return
        self.stands = "CANCELING"
        waiting = [one for one, state in self.numbers.items() if state == "QUEUED"]
        self.numbers |= dict.fromkeys(waiting, "CANCELED")

    def reported(self) -> None:
        """Learn what became of what was sent."""
        sent = [one for one, state in self.numbers.items() if state == "SENT"]
        self.numbers |= {one: FATES[one[-2:]] for one in sent}

    def finished(self) -> None:
        """End, if nothing is open."""
        if self.is_made and not OPEN & set(self.numbers.values()):
            self.stands = "OVER"

    def states(self) -> Counter[str]:
        """Count the numbers by what the panel says of them."""
        return Counter(state.split()[0] for state in self.numbers.values()) if self.is_made else Counter()
