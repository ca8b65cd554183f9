"""The verdict upon an installation that was broken: the provider's journal says what was sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted at the end, numbers unless it is said otherwise.

    `strangers` were on the air and in no campaign, `uncharged` on the air and not charged, `false_sent` were never
    on the air though they are shown as sent for certain, `attempts` are the most that a submission took. Balances and
    invariants are told in sentences.
    """

    messages: int
    on_air: int
    twice: int
    never: int
    strangers: int
    uncharged: int
    false_sent: int
    assumed: int
    assumed_though_sent: int
    attempts: int
    wrong_balances: list[str]
    broken: dict[str, list[str]]
    states: dict[str, int]
    whole: bool

    def assert_right(self) -> None:
        """Fail with everything where a number was written to twice, or where points or an invariant are wrong."""
        assert (self.twice, self.strangers, self.uncharged, self.false_sent) == (0, 0, 0, 0), self
        assert (self.wrong_balances, self.broken, self.whole) == ([], {}, True), self

    def assert_sent_once(self, messages: int) -> None:
        """Fail unless so many messages were sent, each once, and all of them are known to have been."""
        self.assert_right()
        assert (self.messages, self.on_air, self.never, self.assumed) == (messages, messages, 0, 0), self
