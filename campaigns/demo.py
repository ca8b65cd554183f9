"""The demo of a fresh installation: people, points, contacts, and campaigns that go to the simulator."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts import connections, tenants
from accounts.models import Account, Connection, User
from campaigns import composing, confirming, planning
from campaigns.models import Campaign, Kind, Price, Route, Sender, Variant
from campaigns.text import CharacterPolicy
from contacts import blacklist, upsert
from contacts.models import BlacklistEntry, Group

PRICES: Final = {"ECO": 3, "FULL": 6, "PRO": 7, "ECO_RESP": 10, "PRO_RESP": 14, "INTER": 12, "VOICE": 7}
_FIRST: Final = ("Anna", "Jan", "Maria", "Piotr", "Zofia", "Tomasz", "Hanna", "Łukasz", "Ewa", "Adam")
_OUTCOMES: Final = (1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 5, 1, 1, 1, 1, 3, 1, 1, 1)
"""The last digits of a number tell the simulator what becomes of it; most are delivered."""
_LAST: Final = ("Nowak", "Wójcik", "Mazur", "Krawczyk", "Zając", "Król", "Wróbel", "Dąbek", "Sikora", "Lis")


def file() -> Path:
    """Return where the demo's sign-ins are kept."""
    return Path(settings.DATA_DIR) / "demo.json"


def sign_ins() -> dict[str, str]:
    """Return the passwords of the demo's people by e-mail; empty when there is no demo."""
    if not file().is_file():
        return {}
    found: dict[str, str] = json.loads(file().read_text(encoding="utf-8"))
    return found


@transaction.atomic
def create(*, simulator_port: int) -> bool:
    """Fill an empty database with the demo, and say whether it was empty."""
    if User.objects.exists():
        return False
    passwords = {f"{who}@demo.example": secrets.token_urlsafe(9) for who in ("staff", "master", "slave", "second")}
    tenants.add_person(
        email="staff@demo.example",
        password=passwords["staff@demo.example"],
        role=User.Role.ADMIN,
        name="Staff",
    )
    _offer(simulator_port)
    master = _open("Demo Ltd", "master", passwords, None, 100_000)
    slave = _open("Demo shop", "slave", passwords, master, 50_000)
    _open("Demo service", "second", passwords, master, 5_000)
    _contacts(slave)
    _campaigns(slave)
    _remember(passwords)
    return True


def _remember(passwords: dict[str, str]) -> None:
    descriptor = os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(passwords, out)


def _open(name: str, who: str, passwords: dict[str, str], master: Account | None, opening: int) -> Account:
    email = f"{who}@demo.example"
    account, _key = tenants.open_account(
        kind=Account.Kind.SLAVE if master else Account.Kind.MASTER,
        master=master,
        name=name,
        email=email,
        password=passwords[email],
        opening_points=opening,
        window_start=None,
        window_end=None,
    )
    return account


@dataclass(frozen=True, slots=True)
class _Provider:
    """A simulated provider: its port after the phone's, how one signs in, and what it carries at which rank."""

    label: str
    kind: str
    port: int
    credentials: Mapping[str, str]
    ranks: Mapping[str, int]
    path: str = ""
    sender: str = ""


_PROVIDERS: Final = (
    _Provider("SerwerSMS", "serwersms", 1, {"token": "sim-token"}, {"ECO": 1, "FULL": 1}),
    _Provider(
        "JustSend",
        "justsend",
        2,
        {"app_key": "sim-app-key"},
        {"PRO": 1, "ECO": 2, "FULL": 2, "VOICE": 1, "ECO_RESP": 1, "PRO_RESP": 1},
        path="/api/rest/v2",
    ),
    _Provider(
        "JO Mobile",
        "jomobile",
        3,
        {"username": "sim", "password": "sim-password"},
        {"INTER": 1, "PRO": 2, "ECO": 3},
        sender="INFO",
    ),
    _Provider(
        "HostedSMS",
        "hostedsms",
        4,
        {"user": "sim@example.com", "password": "sim-password"},
        {"FULL": 3, "INTER": 2},
        sender="INFO",
    ),
)


def _offer(simulator_port: int) -> None:
    """Connect to the four simulated providers, and set prices, routes and a sender name for everybody."""
    for provider in _PROVIDERS:
        connection = Connection.objects.create(
            name=f"{provider.label} (simulator)",
            kind=provider.kind,
            base_url=f"http://127.0.0.1:{simulator_port + provider.port}{provider.path}",
            options={"sender": provider.sender} if provider.sender else {},
            grace_seconds=10,
        )
        connections.set_credentials(connection=connection, credentials=provider.credentials, actor=None)
        for variant, rank in provider.ranks.items():
            Route.objects.create(variant=variant, connection=connection, rank=rank)
    Price.objects.bulk_create(Price(variant=variant, points=value) for variant, value in PRICES.items())
    Price.objects.create(variant=Variant.ECO, kind=Kind.HLR, points=1)
    Sender.objects.create(name="INFORMACJA", status=Sender.Status.APPROVED)


def _contacts(account: Account) -> None:
    """Make 250 customers in two groups, five of them on the blacklist."""
    rows = [
        (
            f"48601{index:03d}1{_OUTCOMES[index % 20]:02d}",
            _FIRST[index % 10],
            _LAST[index // 10 % 10],
        )
        for index in range(250)
    ]
    upsert.contacts(account_id=account.pk, fields=("first_name", "last_name"), rows=rows)
    for name, members in (("Customers", rows), ("Regulars", rows[:40])):
        group = Group.objects.create(account=account, name=name)
        upsert.contacts(account_id=account.pk, rows=[row[:1] for row in members], group_id=group.pk)
    blacklist.add(
        account=account,
        raw_numbers=[row[0] for row in rows[::50]],
        source=BlacklistEntry.Source.PERSON,
        actor=None,
        reason="Asked not to be written to",
    )


def _campaigns(account: Account) -> None:
    """Confirm a campaign, which is sent as soon as the workers run, and leave another as a draft."""
    owner = User.objects.get(account=account)
    groups = {group.name: group for group in account.groups.all()}
    sent = composing.save(
        campaign=Campaign(),
        account=account,
        actor=owner,
        numbers="",
        groups=[groups["Customers"]],
        excluded_groups=[],
        name="Autumn opening hours",
        text="Hello #first_name#, from Monday we are open from 8 to 20. See you!",
        variant=Variant.ECO,
        policy=CharacterPolicy.TRANSLITERATE,
    )
    planning.make(sent.plan.pk)
    confirming.confirm(campaign=sent, actor=owner)
    composing.save(
        campaign=Campaign(),
        account=account,
        actor=owner,
        numbers="",
        groups=[groups["Regulars"]],
        excluded_groups=[],
        name="Thank you",
        text="#first_name#, thank you for being with us. Show this message for 10% off.",
        variant=Variant.FULL,
        sender=Sender.objects.get(name="INFORMACJA"),
        policy=CharacterPolicy.TRANSLITERATE,
    )


def describe() -> str:
    """Return what somebody who has just started the panel needs to read."""
    lines = [f"smspanel is at {settings.PUBLIC_URL}/"]
    for email, password in sign_ins().items():
        lines.append(f"    {email:24} {password}")
    return "\n".join(lines)
