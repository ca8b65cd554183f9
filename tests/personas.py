"""The people of the tests: a master, its slave, a stranger, and staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from accounts import points, tenants
from accounts.models import Account, User


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who signs in, their browser, and their account (staff have none)."""

    user: User
    client: Client
    own: Account | None

    @property
    def account(self) -> Account:
        """The persona's account."""
        assert self.own is not None
        return self.own

    @property
    def available(self) -> int:
        """Points that the account may spend."""
        return points.balance(self.account).available


@dataclass(frozen=True, slots=True)
class People:
    """Everybody."""

    master: Persona
    slave: Persona
    stranger: Persona
    staff: Persona


def make_people() -> People:
    """Create the personas with points and signed-in browsers."""
    master = owner("master@example.com", Account.Kind.MASTER, None, 11_000)
    slave = owner("slave@example.com", Account.Kind.SLAVE, master.account, 1_000)
    stranger = owner("stranger@example.com", Account.Kind.MASTER, None, 1_000)
    staff = tenants.add_person(email="staff@example.com", password="x", role=User.Role.ADMIN)
    return People(master, slave, stranger, signed_in(staff, None))


def owner(email: str, kind: Account.Kind, master: Account | None, opening: int) -> Persona:
    """Create an account with points and its owner, signed in."""
    account, _key = tenants.open_account(
        kind=kind,
        master=master,
        name=email.split("@")[0],
        email=email,
        password="x",
        opening_points=opening,
        window_start=None,
        window_end=None,
    )
    return signed_in(User.objects.get(email=email), account)


def signed_in(user: User, account: Account | None) -> Persona:
    """Return somebody with a browser in which they are signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Persona(user, client, account)
