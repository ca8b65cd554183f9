"""Accounts below a JustSend account, and the points they hold."""

from __future__ import annotations

from typing import Any, Self

from smspanel.providers import errors
from smspanel.providers.justsend import fields
from smspanel.providers.justsend.calls import JustSendCalls
from smspanel.providers.justsend.records import Subaccount, subaccount_of
from smspanel.providers.values import Balance

POINTS = "POINTS"


class JustSendAccounts(JustSendCalls):
    """What the holder of a MASTER key may do; answers about accounts are never kept."""

    def balance(self) -> Balance:
        """Ask how many points the account has."""
        data, raw = self._call("GET", "payment/points")
        points = fields.number(data)
        if points is None:
            raise errors.Ambiguous("the answer tells no points", raw=raw)
        return Balance({POINTS: points}, raw)

    def subaccounts(self) -> list[Subaccount]:
        """List the accounts below this one."""
        rows = self._rows("accounts/subaccounts/list", personal=True)
        return [account for row in rows if (account := subaccount_of(row))]

    def below(self) -> dict[int, Self]:
        """Return a client of each account below this one, by id, signed in as that account.

        Some things can only be done with an account's own key; it stays within the client and is never kept.
        """
        clients = {}
        for row in self._rows("accounts/subaccounts/list", personal=True):
            number, key = fields.number(row.get("subid")), fields.text(row.get("appKey"))
            if number and key and key != self.credentials["app_key"]:
                clients[number] = type(self)(base_url=self.base_url, credentials={"app_key": key})
                clients[number].recorder = self.recorder
        return clients

    def own_points(self) -> int:
        """Ask how many points the account of this key has, if it is below another."""
        points = fields.number(self._object("GET", "payment/points/subaccount").get("balanceInPoints"))
        if points is None:
            raise errors.Ambiguous("the answer tells no points")
        return points

    def create_subaccount(
        self, *, email: str, password: str, first_name: str, surname: str, description: str = "", points: int = 0
    ) -> Subaccount:
        """Open an account below this one, with points of this one."""
        body = {
            "points": points,
            "email": email,
            "firstname": first_name,
            "surname": surname,
            "description": description,
            "password": password,
        }
        return self._account("accounts/create/subaccount", body)

    def edit_subaccount(self, subaccount_id: int, **changes: str) -> Subaccount:
        """Change firstname, surname, password or description of an account below this one."""
        return self._account(f"accounts/edit/subaccount/{subaccount_id}", dict(changes))

    def reset_subaccount_key(self, subaccount_id: int) -> None:
        """Make the key of an account below this one worthless; JustSend does not tell the new one."""
        self._call("POST", f"accounts/reset/{subaccount_id}", personal=True)

    def give_points(self, subaccount_id: int, points: int) -> None:
        """Move points to an account below this one, or back if negative; not to be repeated when unclear."""
        self._call("POST", f"payment/subaccount/{subaccount_id}/{points}")

    def deactivate(self) -> None:
        """Close the account of this key, and with a MASTER key every account below it."""
        self._call("GET", "accounts/deactivate", personal=True)

    def _account(self, path: str, body: dict[str, Any]) -> Subaccount:
        account = subaccount_of(self._object("POST", path, body, personal=True))
        if account is None:
            raise errors.Ambiguous("the answer describes no account")
        return account
