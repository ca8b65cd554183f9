"""Tries a connection out: asks the provider what costs nothing, and says in words what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Final

from django.contrib.messages import constants
from django.utils.translation import gettext as _

from accounts import audit, balances, connections
from accounts.models import Connection, User
from smspanel import crypto
from smspanel.providers import errors
from smspanel.providers.base import ProviderClient
from smspanel.providers.values import Balance, SenderName, SenderStatus

MOST_AHEAD: Final = 30.0
"""Seconds; clocks that differ more make times of reports wrong, and searches by time miss messages."""
MOST_NAMES: Final = 20


class Level(IntEnum):
    """How good or bad a finding is, as Django's messages count it."""

    INFO = constants.INFO
    SUCCESS = constants.SUCCESS
    WARNING = constants.WARNING
    ERROR = constants.ERROR


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out, in a sentence for staff."""

    level: Level
    sentence: str


def run(*, connection: Connection, actor: User | None) -> list[Finding]:
    """Ask the provider for its balance, sender names and clock, outside any transaction, and audit that."""
    try:
        client = connections.client_for(connection)
    except (errors.ProviderError, crypto.CannotOpen) as error:
        findings = [Finding(Level.ERROR, str(error))]
    else:
        findings = list(_ask(connection, client))
    failed = [finding.sentence for finding in findings if finding.level == Level.ERROR]
    if failed:
        connections.note_trouble(connection, failed[0])
    audit.record(actor=actor, action="connection.test", subject=connection, worked=not failed)
    return findings


def _ask(connection: Connection, client: ProviderClient) -> Iterator[Finding]:
    """Ask one thing after another; what the provider has no answer to by design is no failure."""
    answered = False
    for question in (partial(_balance, connection, client), partial(_senders, client)):
        try:
            sentence = question()
        except errors.Unsupported as error:
            yield Finding(Level.INFO, str(error))
        except errors.ProviderError as error:
            yield Finding(Level.ERROR, str(error))
            return
        else:
            answered = True
            yield Finding(Level.SUCCESS, sentence)
    yield _clock(client.clock_offset) if answered else Finding(Level.WARNING, _("Nothing could be tried out."))


def _balance(connection: Connection, client: ProviderClient) -> str:
    balance: Balance = client.balance()
    balances.keep(connection=connection, balance=balance)
    told = [str(left) for left in balances.left([connection]) if left.name in balance.items]
    return _("The sign-in works. Left at the provider: %(items)s.") % {"items": "; ".join(told) or _("not told")}


def _senders(client: ProviderClient) -> str:
    names = client.senders()
    if not names:
        return _("The account has no sender names.")
    told = ", ".join(_told(name) for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        return _("Sender names: %(names)s and %(more)s more.") % {"names": told, "more": len(names) - MOST_NAMES}
    return _("Sender names: %(names)s.") % {"names": told}


def _told(name: SenderName) -> str:
    words = {
        SenderStatus.PENDING: _("%(name)s (waits for approval)"),
        SenderStatus.REJECTED: _("%(name)s (rejected)"),
        SenderStatus.UNKNOWN: _("%(name)s (state unknown)"),
    }
    return words.get(name.status, "%(name)s") % {"name": name.name}


def _clock(ahead: float | None) -> Finding:
    if ahead is None:
        return Finding(Level.INFO, _("The provider does not tell the time."))
    if abs(ahead) <= MOST_AHEAD:
        return Finding(Level.SUCCESS, _("The clocks agree to within %(seconds)d seconds.") % {"seconds": MOST_AHEAD})
    words = (
        _("The provider's clock is %(seconds)d seconds ahead of this server's.")
        if ahead > 0
        else _("The provider's clock is %(seconds)d seconds behind this server's.")
    )
    advice = _("Have the time of this server set from the network (NTP).")
    return Finding(Level.WARNING, f"{words % {'seconds': abs(round(ahead))}} {advice}")
