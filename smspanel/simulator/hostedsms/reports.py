"""DeliveryReports: statuses by id, the unread feed, and what was marked as read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from smspanel.simulator.air import Message
from smspanel.simulator.hostedsms.wire import NAME, HostedSmsSwitches, Refused, bare, done, guid, shown
from smspanel.simulator.outcomes import FINAL, fate_of
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

STATUSES = {"delivered": 1, "undelivered": -1, "expired": -2, "rejected": -3, "refused": -3}
KEPT_SECONDS = 14 * 86400
SECOND_THOUGHTS = 60.0
READ = f"{NAME}:read:"


@dataclass(frozen=True)
class Known:
    """Hold one report that has come."""

    report_id: str
    message: Message
    status: int
    at: float


def delivery_reports(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Return the reports asked for, or the unread ones when nothing is asked for."""
    del values
    query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    ids = [bare(one) for name, value in query if name == "MessageIds" for one in value.split(",") if one.strip()]
    mark = dict(query).get("MarkAsRead", "").lower()
    if mark not in ("", "true", "false"):
        raise Refused("MarkAsRead is neither true nor false")
    own = world.switchboard.of(HostedSmsSwitches)
    with world.store.transaction():
        if ids:
            found = _about(world, own, world.air.find(NAME, "provider_id", ids))
        else:
            read = _read(world)
            recent = world.air.taken_since(NAME, world.clock.now() - KEPT_SECONDS)
            found = [report for report in _about(world, own, recent) if report.report_id not in read]
        if mark == "true" or (not query and own.bare_marks_read):
            for report in found:
                world.store.remember(READ + report.report_id, True)
    return done(world, {"DeliveryReports": [_shown(world, own, one) for one in found]}, f"{len(found)} reports")


def _about(world: World, own: HostedSmsSwitches, messages: list[Message]) -> list[Known]:
    """Return the reports of these messages that have come; number …06 is reported twice."""
    found = []
    for message in messages:
        report = _known(world, own, message)
        if report is not None:
            found += [report] * max(1, fate_of(message.number).reports.count(FINAL))
    return found


def _known(world: World, own: HostedSmsSwitches, message: Message) -> Known | None:
    if message.state not in STATUSES:
        return None
    status, at = STATUSES[message.state], message.final_at or message.accepted_at
    thought_again = own.final_replaced and at + SECOND_THOUGHTS <= world.clock.now()
    if thought_again:
        status, at = (-1 if status == 1 else 1), at + SECOND_THOUGHTS
    return Known(guid(world.seed + 1, 2 * message.id + thought_again), message, status, at)


def _shown(world: World, own: HostedSmsSwitches, report: Known) -> dict[str, object]:
    return {
        "ReportId": report.report_id,
        "Phone": report.message.number,
        "MessageId": report.message.provider_id,
        "Status": str(report.status) if own.status_as_string else report.status,
        "DeliveryTime": None if own.null_times else shown(world, report.at),
    }


def _read(world: World) -> set[str]:
    with world.store.reading() as db:
        rows = db.execute("SELECT key FROM meta WHERE key > ? AND key < ?", (READ, READ[:-1] + ";"))
        return {str(row["key"]).removeprefix(READ) for row in rows}
