"""Carries recorded operations out, one at a time and in order for each link, and none of them twice.

1. `_claim` writes RUNNING with a token, an attempt number and a lease, and commits.
2. What will be evidence is read, and committed behind the token: the fence right before the call.
3. The call is made once, outside any transaction, and its outcome written behind the token.

An operation whose process died before 2 was provably not called. After 2 it is UNKNOWN, and only evidence that it
did not happen makes it wait again; where there is none either way, a person decides.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.links import comparing, steps
from accounts.models import AccountLink, Connection, LinkOperation
from smspanel import clock, crypto, doorbell, failpoints
from smspanel.providers import errors, registry

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=90)
"""Longer than the reading before a call, and than a call's own deadline."""
SECONDS: Final = 20.0
ASK_AGAIN: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(minutes=5)
State = LinkOperation.State

_patience = clock.Patience()


def run(link_id: int) -> None:
    """Carry out what waits for a link until nothing can be claimed or its turn is over."""
    until = clock.monotonic() + SECONDS
    while clock.monotonic() < until:
        operation = _claim(link_id)
        if operation is None:
            return
        _execute(operation)
    doorbell.ring("accounts.links.jobs.run_link", link_id)


def due() -> list[tuple[int]]:
    """Return links whose next operation can be carried out now, or was left by a process that died."""
    return [(head.link_id,) for head in _heads() if _claimable(head) or _abandoned(head)]


def _heads() -> Iterator[LinkOperation]:
    """Yield the first open operation of each link whose connection is in use."""
    seen = set()
    rows = LinkOperation.objects.filter(state__in=LinkOperation.OPEN, link__connection__is_active=True)
    for operation in rows.select_related("link__connection").order_by("pk"):
        if operation.link_id not in seen:
            seen.add(operation.link_id)
            yield operation


def _claimable(head: LinkOperation) -> bool:
    rested = head.next_attempt_at is None or head.next_attempt_at <= clock.now()
    known = head.kind == LinkOperation.Kind.CREATE or head.link.remote_id is not None
    return head.state == State.QUEUED and rested and known


def _abandoned(head: LinkOperation) -> bool:
    return head.state == State.RUNNING and head.lease_until is not None and head.lease_until < clock.now()


@transaction.atomic
def _claim(link_id: int) -> LinkOperation | None:
    """Take the next operation of a link and commit that; None when there is nothing to do right now."""
    link = AccountLink.objects.select_for_update(no_key=True).filter(pk=link_id, connection__is_active=True).first()
    if link is None:
        return None
    head = link.operations.filter(state__in=LinkOperation.OPEN).order_by("pk").first()
    if head is not None and _abandoned(head):
        head = _give_up(head)
    if head is None or not _claimable(head):
        return None
    claimed = LinkOperation.objects.filter(pk=head.pk, state=State.QUEUED, attempt=head.attempt).update(
        state=State.RUNNING,
        token=uuid.uuid4(),
        attempt=head.attempt + 1,
        started_at=clock.now(),
        lease_until=clock.now() + LEASE,
        next_attempt_at=None,
        before=None,
    )
    return link.operations.select_related("link__connection").get(pk=head.pk) if claimed else None


def _give_up(head: LinkOperation) -> LinkOperation:
    """Decide about an operation whose process died: without `before` it was never called."""
    head.state = State.QUEUED if head.before is None else State.UNKNOWN
    head.problem = _("The process that carried it out stopped before the answer was written.")
    head.save()
    comparing.refresh(head.link_id)
    return head


def _execute(operation: LinkOperation) -> None:
    """Read the evidence, pass the fence, call once, and write what came of it."""
    failpoints.hit("link.claimed")
    try:
        step = steps.step_of(operation)
        before = step.before()
    except steps.NothingToDo as found:
        _done(operation, found.outcome)
        return
    except steps.CannotTell as error:
        _wait(operation, str(error))
        return
    except (errors.ProviderError, crypto.CannotOpen) as error:
        _not_called(operation, error)
        return
    if not _running(operation).update(before=before, lease_until=clock.now() + LEASE):
        return
    failpoints.hit("link.before_call")
    try:
        outcome = step.call()
    except errors.ProviderError as error:
        _failed(operation, error)
    else:
        failpoints.hit("link.after_call")
        _done(operation, outcome)


def _running(operation: LinkOperation) -> Any:
    return LinkOperation.objects.filter(pk=operation.pk, token=operation.token, state=State.RUNNING)


@transaction.atomic
def _done(operation: LinkOperation, outcome: steps.Outcome) -> None:
    """Write that it happened; a late answer also settles what has become UNKNOWN meanwhile."""
    mine = LinkOperation.objects.filter(
        pk=operation.pk, token=operation.token, state__in=(State.RUNNING, State.UNKNOWN)
    )
    evidence = outcome.evidence[:300]
    if not mine.update(state=State.DONE, evidence=evidence, problem="", finished_at=clock.now(), next_attempt_at=None):
        logger.warning("Operation %s of a link was answered too late: %s", operation.pk, evidence)
        return
    if outcome.remote is not None:
        comparing.adopt(operation.link_id, outcome.remote)
    comparing.want(operation.link_id)


def _not_called(operation: LinkOperation, error: errors.ProviderError | crypto.CannotOpen) -> None:
    """Wait after trouble in reading, which changes nothing there; a refused request is one."""
    if isinstance(error, errors.RequestRefused):
        _refused(operation, error)
    else:
        _wait(operation, str(error))


def _failed(operation: LinkOperation, error: errors.ProviderError) -> None:
    """Write how the call failed: provably without effect, or unclear."""
    if not error.never_left:
        problem = _("The answer of JustSend was lost or unclear (%(reason)s). The panel finds out what happened.")
        _running(operation).update(state=State.UNKNOWN, problem=(problem % {"reason": _reason(error)})[:300])
        comparing.refresh(operation.link_id)
    elif isinstance(error, errors.RequestRefused | errors.FundsRefused):
        _refused(operation, error)
    else:
        _wait(operation, str(error))


def _refused(operation: LinkOperation, error: errors.ProviderError) -> None:
    _running(operation).update(state=State.REFUSED, problem=_sentence(error), finished_at=clock.now())
    comparing.want(operation.link_id)


def _sentence(error: errors.ProviderError) -> str:
    """Return what went wrong; the usual explanations speak of messages."""
    if isinstance(error, errors.FundsRefused):
        return (_("There are not enough points at JustSend (%(reason)s).") % {"reason": _reason(error)})[:300]
    return (_("JustSend refused it (%(reason)s).") % {"reason": _reason(error)})[:300]


def _reason(error: errors.ProviderError) -> str:
    return ": ".join(part for part in (error.code, error.detail) if part) or type(error).__name__


def _wait(operation: LinkOperation, problem: str) -> None:
    """Let an operation that changed nothing wait for its next attempt, the longer the more it has had."""
    wait = min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(operation.attempt, 10)))
    _running(operation).update(
        state=State.QUEUED, problem=problem[:300], before=None, next_attempt_at=clock.now() + wait
    )
    comparing.refresh(operation.link_id)


def due_settlements() -> Iterator[tuple[int, int]]:
    """Yield (operation, attempt) of unclear operations that this process has watched for their whole grace."""
    watched = {(head.pk, head.attempt): head for head in _heads() if head.state == State.UNKNOWN}
    _patience.keep_only(set(watched))
    for key, head in watched.items():
        rested = head.next_attempt_at is None or head.next_attempt_at <= clock.now()
        if _patience.ripe(key, grace(head.link.connection)) and rested:
            yield key


def grace(connection: Connection) -> float:
    """Return after how many seconds what is not there is taken for not happened."""
    if connection.grace_seconds is not None:
        return float(connection.grace_seconds)
    return float(registry.client_class(connection.kind).grace_seconds)


def settle(operation_id: int, attempt: int) -> None:
    """Find out whether an unclear operation happened; a bell of an earlier attempt does nothing."""
    unclear = LinkOperation.objects.filter(pk=operation_id, attempt=attempt, state=State.UNKNOWN)
    operation = unclear.select_related("link__connection").first()
    if operation is None:
        return
    try:
        outcome = steps.step_of(operation).happened()
    except (errors.ProviderError, crypto.CannotOpen, steps.CannotTell) as error:
        unclear.update(next_attempt_at=clock.now() + ASK_AGAIN, problem=str(error)[:300])
        comparing.refresh(operation.link_id)
        return
    if outcome is not None:
        _done(operation, outcome)
    else:
        again(operation, _("It did not happen the last time, so it is done again."))
    doorbell.ring("accounts.links.jobs.run_link", operation.link_id)


@transaction.atomic
def again(operation: LinkOperation, evidence: str) -> bool:
    """Let an unclear or refused operation wait again, on proof that it did not happen; says whether it does now."""
    idle = LinkOperation.objects.filter(
        pk=operation.pk, attempt=operation.attempt, state__in=(State.UNKNOWN, State.REFUSED)
    )
    changed = idle.update(
        state=State.QUEUED, token=None, before=None, next_attempt_at=None, evidence=evidence[:300], finished_at=None
    )
    comparing.refresh(operation.link_id)
    return bool(changed)
