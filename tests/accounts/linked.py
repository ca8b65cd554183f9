"""What the tests of linked accounts share: a linked master, the simulated JustSend below it, and its journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from accounts import connections, tenants
from accounts.links import linking
from accounts.models import Account, AccountLink, Connection, LinkOperation
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.personas import Persona

ROOT = "/api/rest/v2/"
KEY = "sim-app-key"


@dataclass(frozen=True)
class Linked:
    """A master that is linked to a connection, and what happens at the other side of it."""

    simulator: Simulator
    master: Persona
    connection: Connection

    def link_of(self, account: Account) -> AccountLink:
        """Return an account's link as it is now."""
        return AccountLink.objects.get(account=account)

    def open_slave(self, email: str = "new@example.com", opening: int = 0, **profile: Any) -> Account:
        """Open a subaccount in the panel."""
        return tenants.create_slave(
            master=self.master.account, actor=None, name="New", email=email, opening_points=opening, **profile
        )

    def move(self, slave: Account, points: int) -> None:
        """Move points to a slave in the panel, or from it if negative."""
        ends = [self.master.account, slave] if points > 0 else [slave, self.master.account]
        key = f"test:{LinkOperation.objects.count()}"
        tenants.move_points(source=ends[0], target=ends[1], amount=abs(points), key=key)

    def call(self, method: str, path: str, body: object = None, key: str = KEY) -> Any:
        """Do something at JustSend by hand."""
        url = self.simulator.url("justsend") + ROOT + path
        answer = requests.request(method, url, json=body, headers={"App-Key": key}, timeout=60)
        return answer.json()["data"]

    def make_there(self, email: str, points: int = 0) -> int:
        """Open a subaccount at JustSend by hand and return its number."""
        body = {"points": points, "email": email, "firstname": "Ann", "surname": "By hand", "description": ""}
        return int(self.call("POST", "accounts/create/subaccount", body | {"password": "by hand"})["subid"])

    def there(self) -> dict[str, dict[str, Any]]:
        """Return the subaccounts that JustSend really has, by e-mail, with their points."""
        rows = self.call("GET", "accounts/subaccounts/list")
        return {row["email"]: row | {"points": self._points(row["appKey"])} for row in rows}

    def _points(self, key: str) -> int | None:
        data = self.call("GET", "payment/points/subaccount", key=key)
        return data["balanceInPoints"] if data else None

    def calls(self, path: str) -> list[str]:
        """Return the calls to an address that really arrived, by the simulator's own journal."""
        return [entry["path"].removeprefix(ROOT) for entry in self.simulator.journal(path=ROOT + path)]

    def moves(self) -> list[int]:
        """Return the points of every move that JustSend really made."""
        entries = self.simulator.journal(path=f"{ROOT}payment/subaccount/")
        return [int(found[1]) for one in entries if (found := re.fullmatch(r"moved (-?\d+)", one["decision"]))]


def open_connection(simulator: Simulator) -> Connection:
    """Connect to the simulated JustSend; what is not there counts as not happened at once."""
    connection = Connection.objects.create(
        name="JustSend", kind="justsend", base_url=simulator.url("justsend") + "/api/rest/v2", grace_seconds=0
    )
    connections.set_credentials(connection=connection, credentials={"app_key": KEY}, actor=None)
    return connection


def linked(simulator: Simulator, master: Persona) -> Linked:
    """Link the master, whose 10,000 points JustSend has, too, and its slave, which has its counterpart there."""
    simulator.settings("justsend", points=11_000)
    found = Linked(simulator, master, open_connection(simulator))
    found.make_there("slave@example.com", 1_000)
    linking.link(account=master.account, connection=found.connection, actor=None)
    doorbell.run_all_due()
    return found


def later(seconds: float) -> None:
    """Do what is due after so many seconds."""
    with clock.travel(seconds=seconds):
        doorbell.run_all_due()


class Died(BaseException):
    """The process ends here."""


@contextmanager
def dies() -> Iterator[None]:
    """Expect the process to end in this block."""
    try:
        yield
    except Died:
        return
    raise AssertionError("It went on.")


def die() -> None:
    """End as by a kill: nothing after this place runs."""
    raise Died
