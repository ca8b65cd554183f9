"""Takes what is to be sent into the panel's care: the plan is checked once more and its points are held."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import acting, audit, low_points, points
from accounts.models import Account, Transfer, User
from campaigns import (
    cost_centres,
    daily_caps,
    lifecycle,
    notices,
    offers,
    postback_settings,
    postbacks,
    routing,
    rules,
    typed_counts,
)
from campaigns.errors import CampaignRefused, NotPossibleNow
from campaigns.models import Campaign, Message, Plan
from smspanel import clock, rows


@transaction.atomic
def confirm(*, campaign: Campaign, actor: User | None, approved: bool = False, typed: str | None = None) -> Campaign:
    """Hold the planned points and schedule the campaign; raises CampaignRefused, WrongCount, NotEnoughPoints.

    Confirming twice is confirming once. What was planned is checked again here: the plan must be the newest, the
    price the same, and the campaign still sendable. Above the account's limit it waits in TO_PAY, unless it is
    `approved` beforehand. What a person `typed` is how many people get it, which large campaigns ask for; programs
    type nothing (None).
    """
    acting.forbid_points()
    campaign = lifecycle.locked(campaign.pk)
    if campaign.hold_id is not None:
        return campaign
    plan = _checked_plan(campaign)
    if typed is not None:
        typed_counts.check(campaign, plan, typed)
    campaign.confirmed_by, campaign.confirmed_at = actor, clock.now()
    campaign.hold = _hold(campaign, plan.points, actor=actor)
    _adopt(campaign, plan)
    audit.record(actor=actor, action="campaign.confirm", subject=campaign, account=campaign.account, points=plan.points)
    if needs_approval(campaign.account, plan.points) and not approved:
        campaign.state = Campaign.State.TO_PAY
        campaign.save()
        postbacks.note_campaign(campaign)
        notices.tell_approvers(campaign)
    else:
        lifecycle.schedule(campaign)
    return campaign


def _checked_plan(campaign: Campaign) -> Plan:
    """Return the newest plan of a locked campaign, which still holds; raises CampaignRefused, NotPossibleNow."""
    plan = Plan.objects.filter(campaign=campaign).first()
    if campaign.state != Campaign.State.PLANNING or plan is None or plan.status != Plan.Status.READY:
        raise NotPossibleNow(_("Look at the plan first: it is not ready, or the campaign was changed since."))
    if found := rules.problems(campaign):
        raise CampaignRefused.because(found)
    if offers.of(campaign).digest != plan.offer_digest:
        raise CampaignRefused(_("The price has changed since the plan was made. Make a new plan and look at it."))
    daily_caps.check(campaign, plan.recipients)
    return plan


def _hold(campaign: Campaign, cost: int, *, actor: User | None = None, transfer_id: int | None = None) -> Transfer:
    """Hold what a campaign costs, and notice when few points are left; raises NotEnoughPoints."""
    subject = campaign.subject
    hold = points.hold(
        account=campaign.account,
        points=cost,
        key=f"hold:{subject}",
        subject=subject,
        actor=actor,
        transfer_id=transfer_id,
    )
    low_points.fell(campaign.account, hold.debit_posted_after - hold.debit_held_after)
    cost_centres.book(campaign, cost)
    postback_settings.listen_for(campaign)
    return hold


def _adopt(campaign: Campaign, plan: Plan) -> None:
    """Fix what the plan was made with: the carrier, the price, and who was a member."""
    carriers = (row.connection for row in routing.routes_of(campaign).rows)
    campaign.connection = next((carrier for carrier in carriers if carrier.is_active), None)
    campaign.price = plan.price or None
    campaign.membership_limit = plan.membership_limit


def begin_single(message: Message) -> None:
    """Save a message with the campaign that it alone makes, and hold its points: it is sent at once, or waits.

    It runs in the caller's transaction; the hold comes last, as others may wait for it. Raises NotEnoughPoints.
    """
    campaign, now = message.campaign, clock.now()
    waits = needs_approval(campaign.account, message.points)
    campaign.single = True
    campaign.state = Campaign.State.TO_PAY if waits else Campaign.State.SENDING
    campaign.created_at = campaign.confirmed_at = now
    campaign.start_at = campaign.started_at = None if waits else now
    message.month = campaign.month
    rows.insert_both(campaign, message, link="campaign", draw="hold")
    campaign.hold = _hold(campaign, message.points, transfer_id=campaign.hold_id)
    if waits:
        notices.tell_approvers(campaign)
    else:
        lifecycle.ring("campaigns.jobs.dispatch", campaign)


def needs_approval(account: Account, cost: int) -> bool:
    """Say whether a campaign of that cost waits for somebody of the staff."""
    return account.approval_above is not None and cost > account.approval_above
