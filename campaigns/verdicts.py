"""What a person decides about a submission of which nobody knows whether it was taken.

| state | sent again | counted as sent | refunded |
|---|---|---|---|
| UNKNOWN | while its campaign goes on | yes | yes |
| ASSUMED_SENT | no: it was charged, and its campaign may have ended | yes: it leaves the list | yes |

What is refunded stays ASSUMED_SENT, because it may have been sent, and a late report still moves it. Every verb takes
the attempt that the person looked at: what was settled or sent again meanwhile is decided anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts import audit, points
from accounts.models import User
from campaigns import cost_centres, lifecycle, outcomes
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Campaign, Message
from smspanel import bulk, clock

WITHOUT_REPORT: Final = (Message.State.ASSUMED_SENT, Message.State.NO_REPORT)
DECIDED: Final = (Batch.Verdict.COUNTED, Batch.Verdict.REFUNDED)


def waiting() -> QuerySet[Batch]:
    """Return submissions that a person may decide about, the oldest first."""
    silent = Message.objects.filter(batch=OuterRef("pk"), state__in=WITHOUT_REPORT)
    assumed = Q(state=Batch.State.ASSUMED_SENT) & ~Q(verdict__in=DECIDED) & Exists(silent)
    return Batch.objects.filter(Q(state=Batch.State.UNKNOWN) | assumed).order_by("pk")


def contradicted() -> QuerySet[Batch]:
    """Return refunded submissions of which a report said later that something was delivered after all."""
    delivered = Message.objects.filter(batch=OuterRef("pk"), state=Message.State.DELIVERED, refunded_at__isnull=False)
    return Batch.objects.filter(Exists(delivered), decided_at__isnull=False).order_by("-decided_at")


@transaction.atomic
def resend(*, batch: Batch, attempt: int, reason: str, actor: User | None) -> Batch:
    """Send an UNKNOWN submission again although it may have been taken; raises NotPossibleNow."""
    campaign, current = _lock(batch, attempt, (Batch.State.UNKNOWN,))
    if campaign.state not in {Campaign.State.SENDING, Campaign.State.HOLD}:
        raise NotPossibleNow(_("Its campaign is not sent any more. Count the submission as sent, or refund it."))
    outcomes.back_to_ready(current, wait=None)
    _write(campaign, current, Batch.Verdict.RESENT, reason, actor)
    lifecycle.ring("campaigns.jobs.dispatch", campaign)
    return current


@transaction.atomic
def count_as_sent(*, batch: Batch, attempt: int, reason: str, actor: User | None) -> Batch:
    """Charge an unclear submission, or let a charged one be; raises NotPossibleNow."""
    campaign, current = _lock(batch, attempt, (Batch.State.UNKNOWN, Batch.State.ASSUMED_SENT))
    if current.state == Batch.State.UNKNOWN:
        outcomes.assume_sent(campaign, current)
    _write(campaign, current, Batch.Verdict.COUNTED, reason, actor)
    return current


@transaction.atomic
def refund(*, batch: Batch, attempt: int, reason: str, actor: User | None) -> Batch:
    """Give the points of messages back that nobody has a report of; raises NotPossibleNow."""
    campaign, current = _lock(batch, attempt, (Batch.State.UNKNOWN, Batch.State.ASSUMED_SENT))
    if current.state == Batch.State.UNKNOWN:
        outcomes.assume_sent(campaign, current)
    silent = current.messages.filter(state__in=WITHOUT_REPORT, refunded_at__isnull=True)
    # Reports lock messages and not the batch: one that came just now is seen here, or sees what is written here.
    ids = list(silent.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    due = _points_of(ids)
    _mark_refunded(ids)
    if due:
        key = f"refund:batch:{current.pk}"
        points.refund(account=campaign.account, points=due, key=key, subject=campaign.subject)
        cost_centres.give_back(campaign, due)
    _write(campaign, current, Batch.Verdict.REFUNDED, reason, actor, messages=len(ids), points=due)
    return current


def _lock(batch: Batch, attempt: int, states: tuple[Batch.State, ...]) -> tuple[Campaign, Batch]:
    """Lock the campaign and then the batch, as every writer does; raises NotPossibleNow when it is settled by now."""
    campaign = lifecycle.locked(batch.campaign_id)
    current = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    current.campaign = campaign
    if current.state not in states or current.attempt != attempt or current.verdict in DECIDED:
        raise NotPossibleNow(_("This submission was settled meanwhile. Look at it again."))
    return campaign, current


def _points_of(ids: list[int]) -> int:
    sums = (_of(some).aggregate(n=Sum("points", default=0)) for some in bulk.chunks(ids))
    return sum(int(one["n"]) for one in sums)


def _mark_refunded(ids: list[int]) -> None:
    for some in bulk.chunks(ids):
        _of(some).update(refunded_at=clock.now())


def _of(ids: Sequence[int]) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=ids)


def _write(
    campaign: Campaign, batch: Batch, verdict: Batch.Verdict, reason: str, actor: User | None, **figures: int
) -> None:
    """Write who decided what and why, on the batch and in the audit trail of its account."""
    batch.verdict, batch.verdict_reason = verdict, reason[:200]
    batch.decided_by, batch.decided_at = actor, clock.now()
    batch.save(update_fields=["verdict", "verdict_reason", "decided_by", "decided_at"])
    audit.record(
        actor=actor,
        action=f"submission.{verdict.lower()}",
        subject=batch,
        account=campaign.account,
        reason=reason[:200],
        **figures,
    )
