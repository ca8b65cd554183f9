"""The store of sessions, which knows whose they are, so that people see where they are signed in and end it.

The key that a browser holds is not stored: rows are found by its digest, so that a copy of the database lets nobody in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, TypeAlias

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import acting, audit
from accounts.models import Session, User
from smspanel import clock, visitors

NOTED_EVERY: Final = timedelta(minutes=1)
"""That somebody is there is not written down more often than this."""
_SINCE: Final = "signed_in_at"

Row: TypeAlias = Session


def digest_of(key: str | None) -> str:
    """Return what stands in the database for the key of a session."""
    return sha256((key or "").encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Sessions in the database with the person they belong to."""

    row: Row | None = None

    @classmethod
    def get_model_class(cls) -> type[Row]:
        """Keep them in a table of our own."""
        return Session

    def _get_session_from_db(self) -> Any:
        known = Session.objects.filter(session_key=digest_of(self.session_key), expire_date__gt=clock.now())
        self.row = known.first()
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        """Say whether a key is taken."""
        return super().exists(digest_of(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with the key, or this one."""
        if key := session_key or self.session_key:
            super().delete(digest_of(key))

    def create_model_instance(self, data: dict[str, Any]) -> Row:
        """Write beside the data whose session it is, and since when: a new key does not make it a younger one."""
        if SESSION_KEY in data:
            data.setdefault(_SINCE, clock.now().isoformat())
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.session_key = digest_of(row.session_key)
        row.expire_date = clock.now() + timedelta(seconds=self.get_expiry_age())
        row.person_id = data.get(SESSION_KEY)
        if _SINCE in data:
            row.since = datetime.fromisoformat(data[_SINCE])
        return row


def note(request: HttpRequest) -> None:
    """Write down when and from where a session was last used, at most once a minute."""
    row, now = getattr(request.session, "row", None), clock.now()
    if row is None or (row.seen_at is not None and row.seen_at > now - NOTED_EVERY):
        return
    Session.objects.filter(pk=row.pk).update(
        seen_at=now,
        address=visitors.address_of(request)[:45],
        agent=request.headers.get("User-Agent", "").replace("\0", "")[:300],
    )


def of(person: User) -> QuerySet[Row]:
    """Return the sessions in which the person is signed in, the last used first."""
    return Session.objects.filter(person=person, expire_date__gt=clock.now()).order_by("-seen_at", "-since")


@transaction.atomic
def end(*, session: Row, actor: User) -> bool:
    """Sign out of one session, at once; returns whether it was there until now."""
    acting.forbid_secrets()
    ended = bool(Session.objects.filter(pk=session.pk).delete()[0])
    if ended:
        audit.record(actor=actor, action="person.session-end", subject=actor, account=actor.account)
    return ended


@transaction.atomic
def end_all(*, person: User, actor: User | None, keep: str | None = None) -> int:
    """Sign the person out everywhere, but for the session with the key to keep; returns of how many."""
    acting.forbid_secrets()
    ended = Session.objects.filter(person=person).exclude(session_key=digest_of(keep)).delete()[0]
    if ended:
        audit.record(actor=actor, action="person.sessions-end", subject=person, account=person.account, ended=ended)
    return ended


def forget_expired() -> None:
    """Delete sessions that have expired."""
    SessionStore.clear_expired()
