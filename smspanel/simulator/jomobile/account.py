"""The account, new customers, the black list, the preview of messages, prices and countries."""

from __future__ import annotations

from smspanel.simulator.jomobile.send import check_sender
from smspanel.simulator.jomobile.wire import NAME, JoMobileSwitches, Refused, done, required, text, texts
from smspanel.simulator.msisdn import corrected, only_digits
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

CUSTOMERS = f"{NAME}:customers"
PRICES = (
    ("Poland", "PL", 260, (1, 2, 3, 6), "Europe"),
    ("Germany", "DE", 262, (1, 2), "Europe"),
    ("United States", "US", 310, (1, 4), "North America"),
)


def me(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Describe the account."""
    del request, values
    own = world.switchboard.of(JoMobileSwitches)
    balance = "1000000.00" if own.balance is None else f"{own.balance:.2f}"
    account = {"login": own.username, "name": "Simulated customer", "balance": balance, "currency": "EUR"}
    return done(account | {"credit": "0.00"}, "the account")


def register(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Open an account for a customer; a login is taken once."""
    del request
    for name in ("password", "name", "phone", "email"):
        required(values, name)
    login = required(values, "login")
    with world.store.transaction():
        kept = world.store.remembered(CUSTOMERS)
        logins = kept if isinstance(kept, list) else []
        if login in logins:
            raise Refused({"login": ["This login has already been taken."]})
        world.store.remember(CUSTOMERS, [*logins, login])
    return done({"login": login}, f"registered {login}")


def block(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Put numbers on the black list."""
    del request
    return _changed(world, [only_digits(phone) for phone in texts(values, "numbers")], [])


def unblock(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Take numbers off the black list."""
    del request
    return _changed(world, [], [only_digits(phone) for phone in texts(values, "numbers")])


def _changed(world: World, added: list[str], removed: list[str]) -> Reply:
    if not added and not removed:
        raise Refused({"numbers": ["numbers cannot be blank."]})
    with world.store.transaction():
        before = len(world.registers.blacklist(NAME))
        for phone in added:
            world.registers.block(NAME, phone)
        for phone in removed:
            world.registers.unblock(NAME, phone)
    # A reader of the store sees only what is committed.
    after = len(world.registers.blacklist(NAME))
    return done({"blacklistDetails": {"countBefore": before, "countAfter": after}}, f"{before} to {after}")


def blocked(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Return which of the numbers are on the black list."""
    del request
    listed = world.registers.blacklist(NAME)
    asked = [only_digits(phone) for phone in texts(values, "numbers")]
    found = [int(phone) for phone in asked if phone in listed or fate_of(phone).blacklisted]
    return done(found, f"found {len(found)}")


def preview(world: World, request: Request, body: Json) -> Reply:
    """Return messages as they would be sent, and send nothing."""
    del request
    own = world.switchboard.of(JoMobileSwitches)
    if not isinstance(body, list):
        raise Refused("Data must be an array of objects")
    rows: list[dict[str, object]] = []
    for element in (element for element in body if isinstance(element, dict)):
        sender = check_sender(world, own, text(element, "senderID"))
        numbers = [corrected(phone) or phone for phone in texts(element, "number")]
        rows += ({"number": phone, "senderID": sender, "text": text(element, "text")} for phone in numbers)
    return done(rows, f"{len(rows)} previews")


def prices(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List prices by network, all or of one country or network."""
    del request
    price = world.switchboard.of(JoMobileSwitches).price
    iso, mcc, mnc = text(values, "ISO"), text(values, "MCC"), text(values, "MNC")
    rows = [
        {"country": name, "ISO": code, "MCC": area, "MNC": network, "price": f"{price:.4f}", "currency": "EUR"}
        for name, code, area, networks, _continent in PRICES
        for network in networks
        if iso in ("", "full", code) and mcc in ("", str(area)) and mnc in ("", str(network))
    ]
    return done(rows, f"{len(rows)} prices")


def country_prices(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List prices by country."""
    del request
    price, iso, mcc = world.switchboard.of(JoMobileSwitches).price, text(values, "ISO"), text(values, "MCC")
    rows = [
        {"country": name, "ISO": code, "MCC": area, "price": f"{price:.4f}", "currency": "EUR"}
        for name, code, area, _networks, _continent in PRICES
        if iso in ("", "full", code) and mcc in ("", str(area))
    ]
    return done(rows, f"{len(rows)} prices")


def countries(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List the countries of each continent."""
    del world, request, values
    found: dict[str, list[dict[str, str]]] = {}
    for name, code, _area, _networks, continent in PRICES:
        found.setdefault(continent, []).append({"country": name, "ISO": code})
    return done(found, f"{len(PRICES)} countries")
