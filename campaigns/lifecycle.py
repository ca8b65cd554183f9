"""What people and time do to a confirmed campaign: start, pause, resume, cancel, finish, miss."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import audit, connections, points
from accounts.models import User
from campaigns import (
    cost_centres,
    notices,
    postbacks,
    routing,
)
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Campaign, Canary, Message
from campaigns.models.campaigns import month_of
from smspanel import clock, clock_steps, doorbell

AT_ONCE: Final = timedelta(minutes=1)
"""A start that soon after the confirmation was not scheduled."""
_RELATED: Final = (
    *("account__master", "account__wallet", "connection", "hold"),
    *("sender", "reservation__prefix", "cost_centre"),
)


def locked(campaign_id: int, *related: str) -> Campaign:
    """Return the campaign with its row locked; every writer takes this lock before batches and wallets.

    It is read in a second statement: one that had to wait for the lock would see the campaign as it is now, joined
    with its hold and connection as they were before. What is done for every batch names the few relations it needs:
    PostgreSQL takes longer to plan a join of them all than to read it.
    """
    Campaign.objects.select_for_update(no_key=True).only("pk").get(pk=campaign_id)
    return Campaign.objects.select_related(*(related or _RELATED)).get(pk=campaign_id)


def ring(job: str, campaign: Campaign) -> None:
    """Ring for a campaign in the lane that it belongs to: single messages and priority never wait behind the others."""
    if campaign.single:
        doorbell.ring("campaigns.jobs.dispatch_singles", once=True)
    else:
        doorbell.ring("campaigns.jobs.urge" if campaign.priority else job, campaign.pk)


def schedule(campaign: Campaign) -> None:
    """Let a locked, confirmed campaign start at its time, or now."""
    campaign.state = Campaign.State.TO_SEND
    campaign.start_at = campaign.start_at or clock.now()
    campaign.save()
    ring("campaigns.jobs.start", campaign)


@transaction.atomic
def start(campaign_id: int) -> None:
    """Begin a scheduled campaign whose time has come, or mark it MISSED when that is too long ago."""
    campaign = locked(campaign_id)
    if campaign.state != Campaign.State.TO_SEND or campaign.start_at is None or campaign.start_at > clock.now():
        return
    if _was_scheduled(campaign) and clock_steps.have_scheduled_wait():
        return
    if campaign.start_at < clock.now() - campaign.tolerance:
        _close(campaign, Campaign.State.MISSED)
        return
    campaign.state = Campaign.State.EXPANDING
    campaign.started_at = clock.now()
    campaign.save(update_fields=["state", "started_at"])
    ring("campaigns.jobs.expand", campaign)


def _was_scheduled(campaign: Campaign) -> bool:
    """Say whether it was to start at a time of its own, and not as soon as it was confirmed."""
    return not (campaign.start_at and campaign.confirmed_at) or campaign.start_at - campaign.confirmed_at > AT_ONCE


@transaction.atomic
def pause(*, campaign: Campaign, actor: User | None) -> None:
    """Stop claiming messages; what is under way finishes. Raises NotPossibleNow."""
    campaign = locked(campaign.pk)
    if campaign.state != Campaign.State.SENDING:
        raise NotPossibleNow(_("Only a campaign that is being sent can be paused."))
    put_on_hold(campaign, Campaign.HoldReason.PERSON)
    audit.record(actor=actor, action="campaign.pause", subject=campaign, account=campaign.account)


@transaction.atomic
def resume(*, campaign: Campaign, actor: User | None) -> None:
    """Go on sending, also where the first few messages say nothing good; raises NotPossibleNow."""
    campaign = locked(campaign.pk)
    if campaign.state != Campaign.State.HOLD:
        raise NotPossibleNow(_("Only a paused campaign can be resumed."))
    connections.use_again(row.connection_id for row in routing.routes_of(campaign).rows)
    if campaign.hold_reason == Campaign.HoldReason.CANARY:
        barring = Canary.objects.filter(campaign=campaign, status__in=Canary.BARRING)
        barring.update(status=Canary.Status.OVERRULED, judged_at=clock.now())
    continue_sending(campaign)
    audit.record(actor=actor, action="campaign.resume", subject=campaign, account=campaign.account)


def put_on_hold(
    campaign: Campaign, reason: Campaign.HoldReason, *, problem: str = "", provider_answer: str = ""
) -> None:
    """Pause a locked campaign that is being sent."""
    campaign.state, campaign.hold_reason = Campaign.State.HOLD, reason
    campaign.problem, campaign.provider_answer = problem[:300], provider_answer
    campaign.save(update_fields=["state", "hold_reason", "problem", "provider_answer", "resume_at"])
    if reason != Campaign.HoldReason.PERSON:
        _note(campaign, "campaign.hold", reason)
    postbacks.note_campaign(campaign)


def _note(campaign: Campaign, action: str, reason: Campaign.HoldReason) -> None:
    """Write down what the panel did by itself."""
    audit.record(actor=None, action=action, subject=campaign, account=campaign.account, reason=reason.value)


def continue_sending(campaign: Campaign) -> None:
    """Let a locked, paused campaign go on."""
    campaign.state, campaign.hold_reason, campaign.problem = Campaign.State.SENDING, "", ""
    campaign.provider_answer, campaign.resume_at, campaign.release_at = "", None, None
    campaign.save(update_fields=["state", "hold_reason", "problem", "provider_answer", "resume_at", "release_at"])
    Batch.objects.filter(campaign=campaign, state=Batch.State.READY).update(next_attempt_at=clock.now())
    ring("campaigns.jobs.dispatch", campaign)


@transaction.atomic
def cancel(*, campaign: Campaign, actor: User | None) -> Campaign:
    """Stop a campaign: nothing new leaves after the commit, what is under way finishes first.

    Cancelling twice is cancelling once; raises NotPossibleNow for what has ended.
    """
    campaign = locked(campaign.pk)
    if campaign.state in {Campaign.State.CANCELING, Campaign.State.CANCELED}:
        return campaign
    if not campaign.can_cancel:
        raise NotPossibleNow(_("There is nothing to cancel: this campaign is a draft or has ended."))
    audit.record(actor=actor, action="campaign.cancel", subject=campaign, account=campaign.account)
    campaign.state = Campaign.State.CANCELING
    campaign.save(update_fields=["state"])
    postbacks.note_campaign(campaign)
    doorbell.ring("campaigns.jobs.finish", campaign.pk)
    return campaign


@transaction.atomic
def finish(campaign_id: int) -> None:
    """End a campaign that has nothing left to do: release the rest of its hold and write how it ended."""
    campaign = locked(campaign_id)
    if campaign.state == Campaign.State.CANCELING:
        _withdraw(campaign)
    elif campaign.state not in {Campaign.State.SENDING, Campaign.State.HOLD}:
        return
    if campaign.messages.filter(state__in=Message.OPEN).exists():
        return
    if campaign.state == Campaign.State.CANCELING:
        _close(campaign, Campaign.State.CANCELED)
    elif campaign.messages.filter(state__in=Message.NOT_SENT).exists():
        _close(campaign, Campaign.State.FINISHED_INCOMPLETE)
    else:
        _close(campaign, Campaign.State.FINISHED)


def _withdraw(campaign: Campaign) -> None:
    """Cancel every message that is not under way."""
    campaign.messages.filter(state=Message.State.QUEUED).update(state=Message.State.CANCELED)
    campaign.batches.filter(state=Batch.State.READY).update(state=Batch.State.REFUSED, problem=_("Cancelled"))


def _close(campaign: Campaign, state: Campaign.State) -> None:
    """Write the final state and release what is left of the hold, in the caller's transaction."""
    if campaign.hold is not None:
        rest = points.void_rest(hold=campaign.hold, key=f"void:{campaign.subject}")
        cost_centres.give_back(campaign, rest.amount if rest else 0)
    campaign.state, campaign.finished_at, campaign.lease_until = state, clock.now(), None
    campaign.save(update_fields=["state", "finished_at", "lease_until"])
    postbacks.note_campaign(campaign)
    notices.tell_end(campaign)


@transaction.atomic
def fail(*, campaign: Campaign, problem: str) -> None:
    """End a campaign that cannot be sent at all, and say why."""
    campaign = locked(campaign.pk)
    if not campaign.is_terminal:
        campaign.problem = problem[:300]
        campaign.save(update_fields=["problem"])
        _close(campaign, Campaign.State.ERROR)


def first_month() -> date:
    """Return the month of the oldest campaign that is under way: none of their messages lies before it.

    Asked beforehand it costs less than having the database look into every month there is.
    """
    oldest = Campaign.objects.filter(state__in=Campaign.UNDER_WAY).aggregate(at=Min("created_at"))["at"]
    return month_of(oldest or clock.now())


def due_finishes() -> list[tuple[int]]:
    """Return campaigns that have nothing left to do, or are being cancelled."""
    messages = Message.objects.filter(campaign=OuterRef("pk"), month__gte=first_month())
    open_messages = messages.filter(state__in=Message.OPEN)
    done = Q(state__in=[Campaign.State.SENDING, Campaign.State.HOLD]) & ~Exists(open_messages)
    stopping = messages.filter(state__in=[Message.State.SUBMITTING, Message.State.UNKNOWN])
    return list(
        Campaign.objects.filter(done | (Q(state=Campaign.State.CANCELING) & ~Exists(stopping))).values_list("pk")
    )


def due_starts() -> list[tuple[int]]:
    """Return campaigns whose time has come, without scheduled ones for a while after a clock was put."""
    ready = Campaign.objects.filter(state=Campaign.State.TO_SEND, start_at__lte=clock.now())
    if clock_steps.have_scheduled_wait():
        ready = ready.filter(start_at__lte=F("confirmed_at") + AT_ONCE)
    return list(ready.values_list("pk"))


@transaction.atomic
def reopen_windows() -> int:
    """Let campaigns go on whose sending hours have begun; returns how many."""
    due = Campaign.objects.filter(
        state=Campaign.State.HOLD, hold_reason=Campaign.HoldReason.WINDOW, resume_at__lte=clock.now()
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    for campaign_id in ids:
        campaign = locked(campaign_id)
        if campaign.state == Campaign.State.HOLD and campaign.hold_reason == Campaign.HoldReason.WINDOW:
            continue_sending(campaign)
            _note(campaign, "campaign.go_on", Campaign.HoldReason.WINDOW)
    return len(ids)
