"""Tells the addresses of owners' programs what is noted for them: in order, one at a time, until they accept it.

An address that fails is failing until it accepts again, and gets one probe in PROBE_EVERY: its oldest event. The
intent is in the database before the call and the outcome after it, so a process that dies in between has the event
told again, with the same id. campaigns/postback_rounds.py makes the calls of many addresses at the same time.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts import audit
from campaigns import postback_payloads
from campaigns.models import PostbackAttempt, PostbackEndpoint, PostbackEvent
from smspanel import clock, crypto, outbound

PROBE_EVERY: Final = timedelta(minutes=5)
GIVE_UP_AFTER: Final = timedelta(days=7)
PROBES_AT_ONCE: Final = 8
"""So many failing addresses are tried at the same time: each may take the whole deadline."""
SECONDS: Final = 2.0
"""How long one address is told before others get their turn."""
QUICK: Final = 1.0
"""Seconds in which an address accepts that keeps no other waiting."""
DEADLINE = 15.0
"""Seconds for a whole call."""
MAX_BYTES: Final = 64 * 1024
LEASE: Final = timedelta(seconds=60)
"""Longer than a turn and the call that it ends with."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: a status if there was an answer, and a sentence if it was not accepted."""

    status: int | None
    problem: str


def due() -> list[int]:
    """Return addresses to which something can be told now; those that may take long are at the end."""
    return [*quick(), *careful()]


def quick() -> list[int]:
    """Return working addresses that accepted quickly the last time, those first whose oldest event is the oldest."""
    return _oldest_first(_ready(clock.now()).filter(failing_since__isnull=True, is_quick=True))


def careful() -> list[int]:
    """Return addresses that may take the whole deadline: failing ones whose probe is due, new ones and slow ones."""
    now = clock.now()
    found = _ready(now)
    probed = PostbackEndpoint.objects.filter(failing_since__isnull=False, lease_until__gt=now).count()
    failing = found.filter(failing_since__isnull=False).order_by("next_probe_at", "pk").values_list("pk", flat=True)
    others = found.filter(failing_since__isnull=True, is_quick=False)
    return [*failing[: max(0, PROBES_AT_ONCE - probed)], *_oldest_first(others)]


def _oldest_first(endpoints: QuerySet[PostbackEndpoint]) -> list[int]:
    oldest = _WAITING.order_by("pk").values("pk")[:1]
    return list(endpoints.order_by(Subquery(oldest)).values_list("pk", flat=True)[:500])


_WAITING: Final = PostbackEvent.objects.filter(endpoint=OuterRef("pk"), next_attempt_at__isnull=False)


def _ready(now: datetime) -> QuerySet[PostbackEndpoint]:
    """Return the addresses that can be told something at that moment, and for which something waits."""
    return PostbackEndpoint.objects.filter(_open(now)).filter(Exists(_WAITING))


def _open(now: datetime) -> Q:
    """Return the condition of an address that is on, that nobody is telling anything, and whose probe is due."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return free & Q(is_active=True) & (Q(failing_since__isnull=True) | Q(next_probe_at__lte=now))


@dataclass(slots=True)
class Turn:
    """The right to tell one address what waits for it, until it fails, is slow, or has been told for long enough."""

    endpoint_id: int
    token: uuid.UUID
    is_quick: bool
    until: float
    over: bool = False

    def next(self) -> PostbackEvent | None:
        """Return what is to be told now; None ends the turn, and gives the address free."""
        event = None
        if not self.over and clock.monotonic() < self.until:
            event = _next(self.endpoint_id, self.token)
        if event is None:
            _held(self.endpoint_id, self.token).update(lease_until=None, lease_token=None)
        return event

    def told(self, attempt: PostbackAttempt) -> None:
        """Write what came of a call."""
        self.is_quick = not attempt.problem and attempt.seconds <= QUICK
        self.over = not self.is_quick
        if attempt.problem:
            _failed(attempt, self.token)
        else:
            _accepted(attempt, self.token)


def begin(endpoint_id: int) -> Turn | None:
    """Take an address for this process; None if there is nothing to be told to it, or somebody else tells it."""
    token = _claim(endpoint_id)
    if token is None:
        return None
    is_quick = _held(endpoint_id, token).values_list("is_quick", flat=True).first()
    return Turn(endpoint_id, token, bool(is_quick), clock.monotonic() + SECONDS)


def call(event: PostbackEvent) -> PostbackAttempt:
    """Tell an event to its address, and return what came of it, not stored yet; asks nothing of the database."""
    attempt, began = PostbackAttempt(event=event, started_at=clock.now()), clock.monotonic()
    outcome = _call(event, attempt.started_at)
    attempt.seconds, attempt.status, attempt.problem = (
        clock.monotonic() - began,
        outcome.status,
        outcome.problem[:300],
    )
    return attempt


def _claim(endpoint_id: int) -> uuid.UUID | None:
    """Take the address for this process, by one conditional update, and put its next probe off in the same step."""
    now, token = clock.now(), uuid.uuid4()
    free = PostbackEndpoint.objects.filter(_open(now), pk=endpoint_id)
    taken = free.update(lease_until=now + LEASE, lease_token=token, next_probe_at=now + PROBE_EVERY)
    return token if taken else None


def _held(endpoint_id: int, token: uuid.UUID) -> QuerySet[PostbackEndpoint]:
    return PostbackEndpoint.objects.filter(pk=endpoint_id, lease_token=token)


def _next(endpoint_id: int, token: uuid.UUID) -> PostbackEvent | None:
    """Return the oldest event that waits, with its address as it is now; None if it is off or somebody else's."""
    waiting = PostbackEvent.objects.filter(endpoint_id=endpoint_id, next_attempt_at__isnull=False)
    mine = waiting.filter(endpoint__lease_token=token, endpoint__is_active=True)
    return mine.select_related("endpoint__account").order_by("pk").first()


def _call(event: PostbackEvent, at: datetime) -> Outcome:
    """Post an event to its address, outside any transaction; only 2xx is acceptance."""
    endpoint = event.endpoint
    body = json.dumps(event.body, ensure_ascii=False).encode()
    try:
        secret = crypto.unseal(endpoint.sealed_secret, place=endpoint.place)
        headers = postback_payloads.headers(body=body, event_id=event.pk, at=at, secret=secret)
        answer = _post_or_get(endpoint, event.body, headers=headers, content=body)
    except outbound.OutboundError as error:
        return Outcome(None, error.reason)
    except crypto.CannotOpen as error:
        return Outcome(None, str(error))
    if 200 <= answer.status < 300:
        return Outcome(answer.status, "")
    if 300 <= answer.status < 400:
        return Outcome(
            answer.status, _("The address leads to another one. Enter that one: redirects are not followed.")
        )
    return Outcome(
        answer.status, _("The answer was %(status)d. Only 200 to 299 is acceptance.") % {"status": answer.status}
    )


def _post_or_get(
    endpoint: PostbackEndpoint, payload: dict[str, Any], *, headers: dict[str, str], content: bytes
) -> outbound.Answer:
    """Post an event, or get the address that has it in its macros."""
    if any(macro in endpoint.url for macro in postback_payloads.MACROS):
        url = postback_payloads.filled(endpoint.url, payload)
        return outbound.send("GET", url, deadline=DEADLINE, max_bytes=MAX_BYTES)
    return outbound.send("POST", endpoint.url, headers=headers, content=content, deadline=DEADLINE, max_bytes=MAX_BYTES)


@transaction.atomic
def _accepted(attempt: PostbackAttempt, token: uuid.UUID) -> None:
    """Write that an event was taken, and that its address works."""
    now = clock.now()
    attempt.save()
    PostbackEvent.objects.filter(pk=attempt.event_id).update(
        state=PostbackEvent.State.ACCEPTED, attempts=F("attempts") + 1, next_attempt_at=None, accepted_at=now
    )
    held = _held(attempt.event.endpoint_id, token)
    held.update(last_success_at=now, failing_since=None, next_probe_at=None, is_quick=attempt.seconds <= QUICK)


@transaction.atomic
def _failed(attempt: PostbackAttempt, token: uuid.UUID) -> None:
    """Write that an event was not taken: its address is failing, and given up when it has been for long enough."""
    again = clock.now() + PROBE_EVERY
    attempt.save()
    event = PostbackEvent.objects.filter(pk=attempt.event_id)
    event.update(attempts=F("attempts") + 1)
    event.filter(state=PostbackEvent.State.PENDING).update(next_attempt_at=again)
    held = _held(attempt.event.endpoint_id, token).filter(is_active=True)
    since = Coalesce("failing_since", attempt.started_at)
    if held.update(failing_since=since, next_probe_at=again, is_quick=False):
        for endpoint in held.filter(failing_since__lte=clock.now() - GIVE_UP_AFTER).select_related("account"):
            _give_up(endpoint)


def _give_up(endpoint: PostbackEndpoint) -> None:
    """Switch an address off, and give up everything that waits for it."""
    PostbackEndpoint.objects.filter(pk=endpoint.pk).update(is_active=False)
    waiting = endpoint.events.filter(state=PostbackEvent.State.PENDING)
    given_up = waiting.update(state=PostbackEvent.State.GIVEN_UP, next_attempt_at=None)
    audit.record(actor=None, action="postback.give_up", subject=endpoint, account=endpoint.account, given_up=given_up)
