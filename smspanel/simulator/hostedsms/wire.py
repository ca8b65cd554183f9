"""HostedSMS's words on the wire: switches, refusals, times, ids and how values are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from smspanel.simulator.clock import WARSAW
from smspanel.simulator.ids import hex_id
from smspanel.simulator.registers import Sender
from smspanel.simulator.switches import Switches
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

NAME = "hostedsms"
SENDERS = tuple(Sender(name, "valid") for name in ("INFO", "INFORMACJA", "MOJAFIRMA", "PANEL"))

TEXT, TEXTS = "text", "texts"
SMSES = dict.fromkeys(("Message", "Sender", "TransactionId", "Priority", "FlashSms", "CostCenter"), TEXT) | {
    "Phone": TEXTS,
    "Phones": TEXTS,
}
SIMPLE = dict.fromkeys(("UserEmail", "Password", "Phone", "Message", "Sender", "v", "convertMessageToGSM7"), TEXT)


@dataclass(frozen=True)
class HostedSmsSwitches(Switches):
    """Hold how the account is set up; `sms_left` counts parts, cost centres are parted by commas."""

    user: str = "sim@example.com"
    password: str = "sim-password"  # noqa: S105
    wrong_password: Literal["401", "200"] = "401"  # noqa: S105
    inactive: bool = False
    sms_left: int | None = None
    cost_centres: str = ""
    transactions: Literal["same_ids", "refuse", "send_again"] = "same_ids"
    drop_unsendable: bool = False
    ids_as_string: bool = False
    lenient_simple: bool = False
    bare_marks_read: bool = False
    final_replaced: bool = False
    status_as_string: bool = False
    null_times: bool = False
    times: Literal["local", "zulu", "date"] = "local"


class Refused(Exception):
    """Refuse a request with a text; nothing was done."""

    def __init__(self, message: str, *, status: int = 200) -> None:
        """Take what the provider says, and the status of the reply."""
        super().__init__(message)
        self.message = message
        self.status = status

    def reply(self) -> Reply:
        """Return the reply."""
        body = {"ErrorMessage": self.message}
        headers = (("WWW-Authenticate", 'Basic realm="HostedSMS"'),) if self.status == 401 else ()
        made = Reply.of_json(body, status=self.status, decision=f"refused: {self.message}")
        return Reply(made.body, status=made.status, decision=made.decision, headers=headers)


def done(world: World, body: dict[str, object], decision: str, *, taken: int = 0) -> Reply:
    """Return a success, which always tells the time."""
    return Reply.of_json(body | {"CurrentTime": shown(world, world.clock.now())}, decision=decision, taken=taken)


def shown(world: World, moment: float) -> str:
    """Render Unix seconds in the manner of the account's switch."""
    match world.switchboard.of(HostedSmsSwitches).times:
        case "zulu":
            return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "date":
            return f"/Date({int(moment * 1000)})/"
        case _:
            return datetime.fromtimestamp(moment, WARSAW).strftime("%Y-%m-%dT%H:%M:%S")


def guid(seed: int, sequence: int) -> str:
    """Return the sequence number's identifier as a GUID."""
    digits = hex_id(seed, sequence, digits=32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def bare(identifier: str) -> str:
    """Return a GUID without braces and in lower case."""
    return identifier.strip("{} ").lower()


def text(values: dict[str, Json], name: str) -> str:
    """Return a field as text, empty when it is absent or no scalar."""
    value = values.get(name)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, list | dict) else str(value)


def lint(request: Request, values: dict[str, Json], known: dict[str, str]) -> None:
    """Note fields the provider does not know and known ones of a wrong type."""
    for name, value in values.items():
        if name not in known:
            request.note("unknown_field", name)
        elif value is not None and not _is_of(known[name], value):
            request.note("wrong_type", f"{name} is not {known[name]}")


def _is_of(kind: str, value: Json) -> bool:
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return isinstance(value, str)
