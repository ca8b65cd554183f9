"""Small documents that a front keeps by kind and number: templates, groups, subaccounts."""

from __future__ import annotations

import json

from smspanel.simulator.store import Store
from smspanel.simulator.wire import Json

Document = dict[str, Json]
RANGE = "SELECT value FROM meta WHERE key > ? AND key < ? ORDER BY key"


class Shelf:
    """Keep the documents of one kind at one front; each has its number under `id`."""

    def __init__(self, store: Store, front: str, kind: str) -> None:
        """Keep them in the store."""
        self._store = store
        self._prefix = f"{front}:{kind}:"

    def add(self, document: Document) -> int:
        """Keep a new document and return its number."""
        number = self._store.reserve(1)
        self.put(number, document)
        return number

    def put(self, number: int, document: Document) -> None:
        """Keep a document in the place of the one before."""
        self._store.remember(self._key(number), {**document, "id": number})

    def get(self, number: int) -> Document | None:
        """Return a document, or None."""
        found = self._store.remembered(self._key(number))
        return found if isinstance(found, dict) else None

    def remove(self, number: int) -> bool:
        """Forget a document and say whether there was one."""
        with self._store.transaction() as db:
            return db.execute("DELETE FROM meta WHERE key = ?", (self._key(number),)).rowcount > 0

    def every(self) -> list[Document]:
        """Return all documents by their number."""
        with self._store.reading() as db:
            rows = db.execute(RANGE, (self._prefix, self._prefix[:-1] + ";")).fetchall()
        return [json.loads(row["value"]) for row in rows]

    def _key(self, number: int) -> str:
        return f"{self._prefix}{number:018d}"
