"""What each kind of operation calls at JustSend, and what proves afterwards whether it happened there.

`before` reads what is needed as evidence and may find that nothing is left to do; `call` changes something, once;
`happened` compares what is there now with what was there before. None of them knows a transaction.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts import connections
from accounts.models import AccountLink, Connection, LinkOperation
from smspanel.providers import errors
from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.justsend.records import Subaccount

Before = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """That something has happened, how it is known, and the account that is meant."""

    evidence: str
    remote: Subaccount | None = None


class NothingToDo(Exception):
    """What was to happen is so already."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.evidence)
        self.outcome = outcome


class CannotTell(Exception):
    """What is there now proves neither that it happened nor that it did not."""


def client_of(connection: Connection) -> JustSendClient:
    """Return the client of a linked connection; raises crypto.CannotOpen, errors.Misconfigured."""
    client = connections.client_for(connection)
    if not isinstance(client, JustSendClient):
        raise errors.Misconfigured(_("Only a JustSend connection can be linked."))
    return client


def client_as(link: AccountLink) -> JustSendClient:
    """Return a client signed in as the account that the link means; raises what client_of does, RequestRefused."""
    client = client_of(link.connection)
    if link.parent_id is None:
        return client
    own = client.below().get(link.remote_id or 0)
    if own is None:
        raise errors.RequestRefused(_("JustSend does not tell the key of this subaccount."))
    return own


def points_of(client: JustSendClient) -> int:
    """Return the points of a master account."""
    return int(client.balance().items["POINTS"] or 0)


class Step(ABC):
    """One operation and the client that carries it out."""

    def __init__(self, client: JustSendClient, operation: LinkOperation) -> None:
        self.client = client
        self.link = operation.link
        self.payload: Mapping[str, Any] = operation.payload
        self.points = operation.points
        self.remote_id = operation.link.remote_id or 0
        self.noted: Before = operation.before or {}

    def before(self) -> Before:
        """Read what will be evidence; raises NothingToDo, errors.ProviderError."""
        return {}

    @abstractmethod
    def call(self) -> Outcome:
        """Change it there; raises errors.ProviderError."""

    @abstractmethod
    def happened(self) -> Outcome | None:
        """Return the outcome if it is proven, None if it is proven that nothing happened.

        Raises CannotTell, errors.ProviderError.
        """

    def there(self) -> Subaccount:
        """Return the account as it is there now; raises CannotTell when the list does not hold it."""
        for account in self.client.subaccounts():
            if account.id == self.remote_id:
                return account
        raise CannotTell(_("The list of subaccounts there does not hold number %(id)s.") % {"id": self.remote_id})


class Create(Step):
    """A subaccount, known again by its e-mail; its points follow as a move."""

    def before(self) -> Before:
        """Adopt an account that is there already."""
        if found := self.happened():
            raise NothingToDo(found)
        return {"email": self.payload["email"]}

    def call(self) -> Outcome:
        """Open it with a password that nobody knows: nobody signs in there."""
        made = self.client.create_subaccount(
            email=self.payload["email"],
            password=secrets.token_urlsafe(24),
            first_name=self.payload["firstname"],
            surname=self.payload["surname"],
            description=self.payload["description"],
        )
        return Outcome(_("created as number %(id)s") % {"id": made.id}, made)

    def happened(self) -> Outcome | None:
        """Look it up by e-mail."""
        email = self.payload["email"].casefold()
        found = [account for account in self.client.subaccounts() if account.email.casefold() == email]
        if len(found) > 1:
            raise CannotTell(_("There are %(count)s subaccounts with this e-mail there.") % {"count": len(found)})
        return Outcome(_("found by its e-mail as number %(id)s") % {"id": found[0].id}, found[0]) if found else None


class Edit(Step):
    """Names and description; the answer, or the list, shows whether they were taken."""

    def call(self) -> Outcome:
        """Change them and read the answer."""
        if not self._shows(self.client.edit_subaccount(self.remote_id, **self.payload)):
            raise errors.RequestRefused(_("JustSend took the change and still shows other values."))
        return Outcome(_("the answer shows the new values"))

    def happened(self) -> Outcome | None:
        """Read them back."""
        return Outcome(_("the list shows the new values")) if self._shows(self.there()) else None

    def _shows(self, account: Subaccount) -> bool:
        shown = {"firstname": account.first_name, "surname": account.surname, "description": account.description}
        return shown == self.payload


class Deactivate(Step):
    """Switched off with the account's own key: a master's would switch everything off."""

    def before(self) -> Before:
        """Leave an account alone that is off already."""
        if found := self.happened():
            raise NothingToDo(found)
        return {"active": True}

    def call(self) -> Outcome:
        """Switch it off."""
        client_as(self.link).deactivate()
        return Outcome(_("JustSend says that it is off"))

    def happened(self) -> Outcome | None:
        """Look whether it is off."""
        return None if self.there().is_active else Outcome(_("the list shows that it is off"))


class ResetKey(Step):
    """Another key, told from the old one by its fingerprint."""

    def before(self) -> Before:
        """Note which key it has."""
        return {"fingerprint": self.there().fingerprint}

    def call(self) -> Outcome:
        """Reset it."""
        self.client.reset_subaccount_key(self.remote_id)
        return Outcome(_("JustSend says that the key was reset"))

    def happened(self) -> Outcome | None:
        """Compare the fingerprints."""
        now = self.there().fingerprint
        if not now or not self.noted["fingerprint"]:
            raise CannotTell(_("JustSend does not show the key, so nobody can tell whether it is a new one."))
        return Outcome(_("the list shows another key")) if now != self.noted["fingerprint"] else None


class MovePoints(Step):
    """Points, known to have moved by what the subaccount had before and has now."""

    def before(self) -> Before:
        """Note what both sides have; where a side is not told, an unclear answer is left to a person."""
        return {"slave": self._points(), "master": points_of(self.client)}

    def call(self) -> Outcome:
        """Move them."""
        self.client.give_points(self.remote_id, self.points)
        return Outcome(_("JustSend says that the points were moved"))

    def happened(self) -> Outcome | None:
        """Compare the subaccount's balance with the one before; the master's changes with every message sent."""
        then, now = self.noted["slave"], self._points()
        if then is None or now is None:
            raise CannotTell(_("JustSend does not tell the points of this subaccount."))
        if now == then + self.points:
            return Outcome(_("the subaccount had %(then)s points and has %(now)s") % {"then": then, "now": now})
        if now == then:
            return None
        raise CannotTell(
            _("The subaccount had %(then)s points and has %(now)s: something else changed them, too.")
            % {"then": then, "now": now}
        )

    def _points(self) -> int | None:
        own = self.client.below().get(self.remote_id)
        try:
            return own.own_points() if own else None
        except (errors.AuthRefused, errors.RequestRefused):
            return None


_STEPS: Final[Mapping[str, type[Step]]] = {
    LinkOperation.Kind.CREATE: Create,
    LinkOperation.Kind.EDIT: Edit,
    LinkOperation.Kind.DEACTIVATE: Deactivate,
    LinkOperation.Kind.RESET_KEY: ResetKey,
    LinkOperation.Kind.MOVE_POINTS: MovePoints,
}


def step_of(operation: LinkOperation) -> Step:
    """Return the step of an operation; raises crypto.CannotOpen, errors.Misconfigured."""
    return _STEPS[operation.kind](client_of(operation.link.connection), operation)
