"""Documents of the front by kind and number, kept in the store."""

from __future__ import annotations

import json
from typing import Any

from smspanel.simulator.justsend.wire import NAME
from smspanel.simulator.store import Store

Document = dict[str, Any]
RANGE = "SELECT value FROM meta WHERE key > ? AND key < ? ORDER BY key"


def read(store: Store, kind: str, number: int) -> Document | None:
    """Return a document, or None."""
    found = store.remembered(_key(kind, number))
    return found if isinstance(found, dict) else None


def write(store: Store, kind: str, number: int, document: Document) -> None:
    """Keep a document in the place of the one before."""
    store.remember(_key(kind, number), document)


def remove(store: Store, kind: str, number: int) -> None:
    """Forget a document."""
    with store.transaction() as db:
        db.execute("DELETE FROM meta WHERE key = ?", (_key(kind, number),))


def every(store: Store, kind: str) -> list[Document]:
    """Return all documents of a kind by their number."""
    with store.reading() as db:
        rows = db.execute(RANGE, (f"{NAME}:{kind}:", f"{NAME}:{kind};")).fetchall()
    return [json.loads(row["value"]) for row in rows]


def _key(kind: str, number: int) -> str:
    return f"{NAME}:{kind}:{number:018d}"
