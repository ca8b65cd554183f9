"""Seals every secret again with the newest key, while the panel runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from smspanel import crypto

BATCH: Final = 200
SEALED: Final = (
    ("accounts.Connection", "sealed_credentials"),
    ("accounts.Connection", "sealed_token"),
    ("accounts.AppKey", "sealed"),
    ("accounts.IdempotencyKey", "sealed_answer"),
    ("accounts.SecondFactor", "sealed_secret"),
    ("contacts.ErasureKey", "sealed_secret"),
    ("campaigns.PostbackEndpoint", "sealed_secret"),
)
"""Every column that holds sealed values, by the label of its model: later apps have some, too."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many secrets of each model were sealed again, and which rows no key opens."""

    sealed: dict[str, int] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def rotate_all() -> Rotation:
    """Seal all secrets with the newest key, in short transactions."""
    result = Rotation()
    for label, column in SEALED:
        model = apps.get_model(label)
        result.sealed.setdefault(model._meta.label, 0)
        after = 0
        while rows := _batch(model, column, after):
            _reseal(model, column, rows, result)
            after = rows[-1][0]
    return result


def _batch(model: type[Model], column: str, after: int) -> list[tuple[int, str]]:
    rows = model._default_manager.filter(pk__gt=after).exclude(**{column: ""}).order_by("pk")
    return list(rows.values_list("pk", column)[:BATCH])


def _reseal(model: type[Model], column: str, rows: list[tuple[int, str]], result: Rotation) -> None:
    """Replace the tokens of these rows; one that somebody replaced meanwhile is read and sealed again."""
    fresh: list[tuple[int, str, str]] = []
    for pk, token in rows:
        try:
            fresh.append((pk, token, crypto.rotate(token)))
        except crypto.CannotOpen:
            result.unreadable.append(f"{model._meta.label}:{pk}")
    with transaction.atomic():
        lost = [pk for pk, old, new in fresh if not _swap(model, column, pk, old, new)]
    result.sealed[model._meta.label] += len(fresh) - len(lost)
    if lost:
        again = model._default_manager.filter(pk__in=lost).exclude(**{column: ""}).order_by("pk")
        _reseal(model, column, list(again.values_list("pk", column)), result)


def _swap(model: type[Model], column: str, pk: int, old: str, new: str) -> bool:
    """Write the new token if the old one is still there."""
    values: dict[str, Any] = {column: new}
    return bool(model._default_manager.filter(pk=pk, **{column: old}).update(**values))
