"""Sends campaigns again and again: at each time a copy is planned and confirmed through the verbs that people use.

1. `run` takes the day by its unique row, copies the campaign and asks for a plan, in one transaction.
2. `settle` confirms the copy when its plan is made, or writes down why it cannot be.

Times that were missed are not caught up.
"""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import acting, audit
from accounts.models import User
from accounts.points import PointsError
from campaigns import confirming, copying, lifecycle, planning, windows
from campaigns.errors import CampaignRefused
from campaigns.models import Campaign, Kind, Plan, Repetition, RepetitionRun
from smspanel import clock

FIELDS: Final = ("is_active", "rhythm", "weekdays", "day", "at", "starts_on", "ends_on", "most")


@transaction.atomic
def save(*, repetition: Repetition, actor: User | None) -> Repetition:
    """Write how a campaign is repeated, and when it is due next; raises CampaignRefused."""
    acting.forbid_points()
    campaign = repetition.campaign
    if campaign.single or campaign.kind == Kind.HLR:
        raise CampaignRefused(_("Only a campaign can be repeated, no single message and no number check."))
    upcoming = repetition.upcoming(clock.now(), 1)
    if repetition.is_active and not upcoming:
        raise CampaignRefused(_("It would never be sent again. Choose a later end, or switch it off."))
    if upcoming and not windows.is_open(campaign, upcoming[0]):
        raise CampaignRefused(_("The time of day lies outside the sending hours. Choose another."))
    if repetition._state.adding:
        repetition.created_by = actor
    repetition.next_at = upcoming[0] if upcoming else None
    repetition.save()
    audit.record_changes(
        actor=actor,
        action="repetition.save",
        subject=repetition,
        account=repetition.account,
        fields=FIELDS,
        shown=("is_active", "rhythm", "weekdays", "day", "most"),
    )
    return repetition


def due() -> list[tuple[int]]:
    """Return repetitions whose time has come."""
    return list(Repetition.objects.filter(is_active=True, next_at__lte=clock.now()).order_by("pk").values_list("pk"))


def run(repetition_id: int) -> None:
    """Make the campaign of the time that has come, or write down why it cannot be, once for each day."""
    related = ("account__master", "created_by", "campaign__account", "campaign__reservation__prefix")
    found = Repetition.objects.select_related(*related).filter(pk=repetition_id, is_active=True)
    repetition = found.first()
    if repetition is None or repetition.next_at is None or repetition.next_at > clock.now():
        return
    with override(repetition.created_by.language if repetition.created_by else None):
        try:
            _make(repetition)
        except CampaignRefused as error:
            _write_off(repetition, str(error))


def _make(repetition: Repetition) -> None:
    """Take the day, copy the campaign and ask for its plan; raises CampaignRefused, and then nothing is left of it."""
    assert repetition.next_at is not None
    late = clock.now() - repetition.next_at > repetition.campaign.tolerance
    if late:
        raise CampaignRefused(_("The panel was not running at that time."))
    try:
        with transaction.atomic():
            taken = _take(repetition)
            new = copying.copy(campaign=repetition.campaign, actor=repetition.created_by)
            new.name = f"{repetition.campaign.name} {taken.slot:%Y-%m-%d}"[-120:]
            new.start_at = repetition.next_at
            new.save(update_fields=["name", "start_at"])
            planning.request(campaign=new)
            RepetitionRun.objects.filter(pk=taken.pk).update(campaign=new)
    except IntegrityError:
        # Another worker has taken the same day; what was made here is undone.
        _advance(repetition)


def _take(repetition: Repetition) -> RepetitionRun:
    """Write the row of the day and when the next one is; raises IntegrityError where it is taken."""
    assert repetition.next_at is not None
    slot = repetition.next_at.astimezone(repetition.account.zone).date()
    taken = RepetitionRun.objects.create(repetition=repetition, slot=slot)
    _advance(repetition)
    return taken


def _advance(repetition: Repetition) -> None:
    """Write when the next time is, unless that was done meanwhile or its owner has changed it."""
    assert repetition.next_at is not None
    upcoming = repetition.upcoming(max(repetition.next_at, clock.now()), 1)
    unchanged = Repetition.objects.filter(pk=repetition.pk, next_at=repetition.next_at)
    unchanged.update(next_at=upcoming[0] if upcoming else None)


def _write_off(repetition: Repetition, problem: str) -> None:
    """Take the day with the reason why nothing was sent."""
    try:
        with transaction.atomic():
            taken = _take(repetition)
            RepetitionRun.objects.filter(pk=taken.pk).update(problem=problem[:300], settled_at=clock.now())
    except IntegrityError:
        _advance(repetition)


def due_settlements() -> list[tuple[int]]:
    """Return copies whose plans are made."""
    made = RepetitionRun.objects.filter(
        settled_at__isnull=True,
        campaign__state=Campaign.State.PLANNING,
        campaign__plan__status__in=[Plan.Status.READY, Plan.Status.REFUSED],
    )
    return list(made.order_by("pk").values_list("pk"))


@transaction.atomic
def settle(run_id: int) -> None:
    """Confirm a copy whose plan is made, or write down why it cannot be."""
    mine = RepetitionRun.objects.filter(pk=run_id, settled_at__isnull=True)
    found = mine.select_related("repetition__created_by").first()
    if found is None or found.campaign_id is None:
        return
    # The campaign is locked first, as by a person who rewrites the copy.
    campaign, actor = lifecycle.locked(found.campaign_id), found.repetition.created_by
    if not mine.update(settled_at=clock.now()):
        return
    with override(actor.language if actor else None):
        try:
            with transaction.atomic():
                _confirm(campaign, actor)
        except (CampaignRefused, PointsError) as error:
            RepetitionRun.objects.filter(pk=run_id).update(problem=str(error)[:300])


def _confirm(campaign: Campaign, actor: User | None) -> None:
    plan = Plan.objects.filter(campaign=campaign).first()
    if plan is not None and plan.status == Plan.Status.REFUSED:
        raise CampaignRefused(" ".join(plan.problems))
    confirming.confirm(campaign=campaign, actor=actor)
