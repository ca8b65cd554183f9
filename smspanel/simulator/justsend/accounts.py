"""The MASTER account, the accounts below it, and their points."""

from __future__ import annotations

import hmac

from smspanel.simulator.ids import hex_id
from smspanel.simulator.justsend import shelf
from smspanel.simulator.justsend.wire import Account, Call, Done, JustSendError, JustSendSwitches, text
from smspanel.simulator.world import World

MASTER_ID = 3351
HASH = "$2a$10$simulated.hash.of.no.password.at.all"
BORN = 1413539651308
KIND = "account"
NOTHING_SAID = ("idNo", "nip", "companyName", "krs", "regon", "contactPerson", "street", "postcode", "city", "pesel")


def who(world: World, key: str) -> Account:
    """Return the account of a key; raise JustSendError for a wrong one or one that is not active."""
    own = world.switchboard.of(JustSendSwitches)
    if _same(key, own.app_key):
        if own.inactive:
            raise JustSendError(101)
        return Account(MASTER_ID, is_master=True, points=own.points)
    for slave in shelf.every(world.store, KIND):
        if _same(key, slave["appKey"]):
            if slave["userStatus"] != "ACTIVE" or own.inactive:
                raise JustSendError(101)
            return Account(slave["subid"], is_master=False, points=slave["points"])
    raise JustSendError(101)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def balance_of(world: World, account_id: int) -> int:
    """Return the points of an account as they are now."""
    if account_id == MASTER_ID:
        return world.switchboard.of(JustSendSwitches).points
    return int((shelf.read(world.store, KIND, account_id) or {"points": 0})["points"])


def pay(world: World, account_id: int, points: int, *, code: int = 301) -> None:
    """Take points from an account, or give them back if negative; raise JustSendError if it has too few."""
    with world.store.transaction():
        left = balance_of(world, account_id) - points
        if left < 0:
            raise JustSendError(code)
        if account_id == MASTER_ID:
            world.switchboard.change("justsend", {"points": left})
        else:
            slave = shelf.read(world.store, KIND, account_id) or {}
            shelf.write(world.store, KIND, account_id, slave | {"points": left})


def points(call: Call) -> Done:
    """Tell the points of the caller."""
    return Done(call.account.points, "points")


def points_of_slave(call: Call) -> Done:
    """Tell the points of the SLAVE that is calling: the path names none, so the key must."""
    return Done({"balanceInPoints": call.account.points, "freePoints": call.account.points}, "points")


def account(call: Call) -> Done:
    """Show the MASTER account, with a hash and the key as the provider does."""
    _only_master(call)
    shown: dict[str, object] = dict.fromkeys(NOTHING_SAID)
    shown |= {"email": "master@example.com", "password": HASH, "appKey": call.request.header("App-Key")}
    shown |= {"paymentCode": "JS188761", "contactFirstname": "NAME", "contactPhone": "48500100200"}
    shown |= {"registerDate": BORN, "userStatus": "ACTIVE", "accountType": "MASTER", "masterId": None, "variantId": 1}
    return Done(shown, "account")


def subaccount(call: Call) -> Done:
    """Show the SLAVE that is calling."""
    found = shelf.read(call.world.store, KIND, call.account.id)
    if found is None:
        raise JustSendError(105)
    return Done(_shown(found), "subaccount")


def subaccounts(call: Call) -> Done:
    """List the accounts below the MASTER."""
    _only_master(call)
    return Done([_shown(one) for one in shelf.every(call.world.store, KIND)], "subaccounts")


def create(call: Call) -> Done:
    """Open an account below the MASTER, with points of the MASTER's."""
    _only_master(call)
    store, given = call.world.store, call.fields
    email, start = text(given, "email"), int(text(given, "points") or 0)
    if "@" not in email or start < 0 or not text(given, "password"):
        raise JustSendError(315, "email, points or password")
    with store.transaction():
        pay(call.world, MASTER_ID, start, code=106)
        number = MASTER_ID + store.reserve(1)
        made = {
            "subid": number,
            "email": email,
            "password": HASH,
            "appKey": hex_id(call.world.seed, number, digits=16),
            "userStatus": "ACTIVE",
            "points": start,
        }
        shelf.write(store, KIND, number, made | _described(call))
    return Done(_shown(shelf.read(store, KIND, number) or {}), f"created {number}")


def edit(call: Call) -> Done:
    """Change the names or the description of an account below the MASTER."""
    found = _below(call)
    shelf.write(call.world.store, KIND, found["subid"], found | _described(call))
    return Done(_shown(found | _described(call)), f"edited {found['subid']}")


def reset_key(call: Call) -> Done:
    """Give an account below the MASTER another key."""
    found = _below(call)
    key = hex_id(call.world.seed, call.world.store.reserve(1), digits=16)
    shelf.write(call.world.store, KIND, found["subid"], found | {"appKey": key})
    return Done(f"Slave appKey with id {found['subid']} has been reset", "key reset")


def deactivate(call: Call) -> Done:
    """Close the account that is calling; the MASTER takes all below it along."""
    if call.account.is_master:
        call.world.switchboard.change("justsend", {"inactive": True})
        return Done(f"Master with id : {MASTER_ID} and his Slaves were deactivated", "deactivated all")
    found = shelf.read(call.world.store, KIND, call.account.id) or {}
    shelf.write(call.world.store, KIND, call.account.id, found | {"userStatus": "NOT_ACTIVE"})
    return Done(f"Slave with id : {call.account.id} was deactivated", "deactivated")


def move_points(call: Call) -> Done:
    """Move points between the MASTER and an account below it."""
    found = _below(call)
    amount = int(call.args[1])
    giver, taker = (MASTER_ID, found["subid"]) if amount > 0 else (found["subid"], MASTER_ID)
    with call.world.store.transaction():
        pay(call.world, giver, abs(amount), code=106)
        pay(call.world, taker, -abs(amount))
    sentence = f"Balance points for SubAccount with id {found['subid']} and his Master with id {MASTER_ID} was changed"
    return Done(sentence, f"moved {amount}")


def _below(call: Call) -> shelf.Document:
    _only_master(call)
    found = shelf.read(call.world.store, KIND, call.number())
    if found is None:
        raise JustSendError(105)
    return found


def _only_master(call: Call) -> None:
    if not call.account.is_master:
        raise JustSendError(102)


def _described(call: Call) -> shelf.Document:
    names = {"firstname": "contactFirstname", "surname": "contactSurname", "description": "description"}
    given = call.request.query | {name: text(call.fields, name) for name in call.fields}
    return {own: given[name] for name, own in names.items() if name in given}


def _shown(found: shelf.Document) -> shelf.Document:
    blank = {"description": None, "contactFirstname": None, "contactSurname": None}
    shown = {name: value for name, value in found.items() if name != "points"}
    return blank | shown | {"accountType": "SLAVE", "masterId": MASTER_ID}
