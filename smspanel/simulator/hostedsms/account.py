"""CustomerInfo, ValidSenders and InputSmses."""

from __future__ import annotations

from smspanel.simulator.clock import from_local
from smspanel.simulator.hostedsms.wire import NAME, HostedSmsSwitches, Refused, done, guid, shown
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

UNLIMITED = 1_000_000
YEAR = 365 * 86400.0
LIMIT = 50


def customer_info(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Tell how many SMS are left and how long the account is valid."""
    del request, values
    left = world.switchboard.of(HostedSmsSwitches).sms_left
    body: dict[str, object] = {
        "CustomerValidTo": shown(world, world.clock.now() + YEAR),
        "SmsCounter": UNLIMITED if left is None else left,
    }
    return done(world, body, "customer info")


def valid_senders(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List the senders that may be used."""
    del request, values
    names = [sender.name for sender in world.registers.senders(NAME) if sender.status == "valid"]
    return done(world, {"Senders": names}, f"{len(names)} senders")


def input_smses(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List what phones wrote, the oldest first."""
    del values
    query = request.query
    try:
        since, until = (from_local(query[name]) if query.get(name) else None for name in ("From", "To"))
        limit = int(query.get("Limit") or LIMIT)
    except ValueError:
        raise Refused("Limit, From or To is malformed") from None
    # A time is told to the second, so the second named by To is meant as a whole.
    found = world.inbox.between(NAME, since or 0.0, None if until is None else until + 0.999)
    if query.get("Recipient"):
        found = [one for one in found if one.recipient == query["Recipient"]]
    page = found[: max(limit, 0)]
    if query.get("MarkAsRead", "").lower() == "true":
        world.inbox.mark_read(one.id for one in page)
    items = [
        {
            "MessageId": guid(world.seed + 2, one.id),
            "Phone": one.number,
            "Recipient": one.recipient,
            "Message": one.text,
            "ReceivedTime": shown(world, one.at),
        }
        for one in page
    ]
    return done(world, {"InputSmses": items}, f"{len(items)} of {len(found)} replies")
