"""What a simulated provider is: a class with a name, a port, and an answer to every request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from smspanel.simulator.air import Message
from smspanel.simulator.registers import Sender
from smspanel.simulator.switches import CommonSwitches, Switches
from smspanel.simulator.wire import Reply, Request
from smspanel.simulator.world import World


@dataclass(frozen=True)
class DueReport:
    """Hold one report that is due to be pushed; `event` is a message state."""

    id: int
    url: str
    event: str
    message: Message
    due_at: float


@dataclass(frozen=True)
class Outgoing:
    """Hold one HTTP request to the caller, and the ids of the reports in it."""

    url: str
    reports: tuple[int, ...]
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Front(ABC):
    """Answer like one provider.

    Class attributes: `name` and `title`, `port_offset` from the first port, `switches` (the default
    instance of a subclass of Switches), `senders` of a new account, and what the phone page says about
    how honest the front is: `documented` by the provider, `assumed` by us.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    port_offset: ClassVar[int]
    switches: ClassVar[Switches]
    senders: ClassVar[tuple[Sender, ...]] = ()
    documented: ClassVar[tuple[str, ...]] = ()
    assumed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, world: World) -> None:
        """Work in a world shared with the other fronts."""
        self.world = world

    @abstractmethod
    def handle(self, request: Request) -> Reply:
        """Do what the request asks, commit it, and return the reply."""

    def outgoing(self, reports: Sequence[DueReport]) -> list[Outgoing]:
        """Put due reports into requests to the caller, in their order; a front that pushes overrides it."""
        raise NotImplementedError(f"{self.name} pushes no reports, yet {len(reports)} are due")

    def attempts(self) -> int:
        """Return how often a report is pushed before it is given up."""
        return self.world.switchboard.of(CommonSwitches).push_attempts

    def settled(self, outgoing: Outgoing, status: int, body: bytes) -> tuple[int, ...]:
        """Return the ids of the reports that the caller's answer acknowledges."""
        del body
        return outgoing.reports if 200 <= status < 300 else ()
