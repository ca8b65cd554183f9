"""What becomes of an SMS, decided by the last two digits of its number."""

from __future__ import annotations

from dataclasses import dataclass

TWO_HOURS = 7200.0
FINAL = "final"
SENT = "sent"


@dataclass(frozen=True)
class Fate:
    """Hold the outcome of every SMS to a number.

    `outcome` is the final state, None when no report ever comes; `reports` are the pushed events in
    their order, `final` standing for the outcome; `refused` and `blacklisted` are decided at submit.
    """

    outcome: str | None = "delivered"
    refused: bool = False
    blacklisted: bool = False
    extra_delay: float = 0.0
    reports: tuple[str, ...] = (FINAL,)


DELIVERED = Fate()
FATES = {
    "02": Fate("undelivered"),
    "03": Fate("expired"),
    "04": Fate(None, refused=True, reports=()),
    "05": Fate(None, reports=()),
    "06": Fate(reports=(FINAL, FINAL)),
    "07": Fate(reports=(FINAL, SENT)),
    "08": Fate(None, blacklisted=True, reports=()),
    "09": Fate(extra_delay=TWO_HOURS),
}


def fate_of(number: str) -> Fate:
    """Return the fate of SMS to this number; numbers with no special ending are delivered."""
    return FATES.get(number[-2:], DELIVERED)
