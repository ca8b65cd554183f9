"""Who may see and change which account's rows: the only place that answers it.

Staff see everything. Everybody else sees the rows of their own account, and a master also those of its slaves.
A row that may not be seen is answered exactly like one that does not exist.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest

Row = TypeVar("Row", bound=Model)


class Person(Protocol):
    """What this module asks of a signed-in user."""

    @property
    def is_active(self) -> bool: ...
    @property
    def is_staff(self) -> bool: ...
    @property
    def may_write(self) -> bool: ...
    @property
    def is_master(self) -> bool: ...
    @property
    def sees_numbers(self) -> bool: ...
    @property
    def account_id(self) -> int | None: ...


def visitor(request: HttpRequest) -> Person:
    """Return who asks, for code that does not know the model of users."""
    return cast("Person", request.user)


def scope(person: Person, *, path: str = "account", shared: bool = False) -> Q:
    """Return the condition that keeps the rows this person may see.

    `path` leads from the row to its account ("" when the row is the account itself); with `shared`, rows of no
    account are for everyone.
    """
    if not person.is_active:
        return Q(pk__in=[])
    if person.is_staff:
        return Q()
    own, masters = (path, f"{path}__master") if path else ("pk", "master")
    condition = Q(**{own: person.account_id})
    if person.is_master:
        condition |= Q(**{masters: person.account_id})
    if shared:
        condition |= Q(**{f"{path}__isnull": True})
    return condition


def visible(rows: QuerySet[Row], person: Person, *, path: str = "account", shared: bool = False) -> QuerySet[Row]:
    """Keep the rows that this person may see."""
    return rows.filter(scope(person, path=path, shared=shared))


def own(rows: QuerySet[Row], person: Person, *, path: str = "account") -> QuerySet[Row]:
    """Keep the rows of this person's own account; staff, who have none, get none."""
    if not person.is_active or person.account_id is None:
        return rows.none()
    return rows.filter(**{path or "pk": person.account_id})


def get(rows: QuerySet[Row], person: Person, *, path: str = "account", **lookup: Any) -> Row:
    """Return one row that this person may see; raises Http404 for a missing and for a foreign one alike."""
    try:
        row = visible(rows, person, path=path).filter(**lookup).first()
    except (TypeError, ValueError, OverflowError):
        row = None
    if row is None:
        raise Http404("There is no such object.")
    return row


def may_change(person: Person, row: Model, *, path: str = "account") -> bool:
    """Say whether this person may change the row: staff, or someone with write rights in the row's own account."""
    if not person.is_active or not person.may_write:
        return False
    if person.is_staff:
        return True
    return person.account_id is not None and person.account_id == _account_id(row, path)


def _account_id(row: Model, path: str) -> Any:
    """Follow a lookup path from the row to the id of its account."""
    if not path:
        return row.pk
    *steps, last = path.split("__")
    owner: Any = row
    for step in steps:
        owner = getattr(owner, step)
    return getattr(owner, f"{last}_id")
