"""What JustSend tells about an account, without what must not be kept: password hashes and keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from smspanel.providers.justsend.fields import WARSAW, number, text


@dataclass(frozen=True, slots=True)
class Bulk:
    """One sending; `size` counts the numbers that the provider kept of it, None where it does not say."""

    id: int
    name: str
    status: str
    size: int | None
    cost: int | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self | None:
        """Read the object of a bulk, or of a report about one."""
        found = number(data.get("id")) or number(data.get("bulkId"))
        if not found:
            return None
        name = text(data.get("name")) or text(data.get("bulkName"))
        cost = number(data.get("costInPoints"))
        return cls(found, name, text(data.get("bulkStatus")), number(data.get("bulkSize")), cost)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of numbers kept at the provider."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """A command that replies begin with, and until when (aware) somebody has reserved it."""

    id: int
    name: str
    reserved_until: datetime | None


@dataclass(frozen=True, slots=True)
class Subaccount:
    """An account below this one; `fingerprint` tells one key from another, "" where none was told."""

    id: int
    email: str
    first_name: str
    surname: str
    description: str
    is_active: bool
    fingerprint: str = field(default="", compare=False)


def group_of(data: Mapping[str, Any]) -> Group | None:
    """Read a group of a list."""
    found = number(data.get("id"))
    return Group(found, text(data.get("name"))) if found else None


def prefix_of(data: Mapping[str, Any]) -> Prefix | None:
    """Read a command; its times are Polish local time."""
    found, until = number(data.get("id")), text(data.get("dateTo"))
    if not found:
        return None
    try:
        at = datetime.fromisoformat(until) if until else None
    except ValueError:
        at = None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=WARSAW)
    return Prefix(found, text(data.get("name")), at)


def subaccount_of(data: Mapping[str, Any]) -> Subaccount | None:
    """Read an account object and leave its password hash and key behind."""
    found = number(data.get("subid"))
    if not found:
        return None
    return Subaccount(
        id=found,
        email=text(data.get("email")),
        first_name=text(data.get("contactFirstname")),
        surname=text(data.get("contactSurname")),
        description=text(data.get("description")),
        is_active=text(data.get("userStatus")) == "ACTIVE",
        fingerprint=_fingerprint(text(data.get("appKey"))),
    )


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest() if key else ""
