"""Campaigns that are dearer than their account may spend alone: a second person lets them go, or refuses them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns import lifecycle, notices
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign
from smspanel import clock


def waiting() -> QuerySet[Campaign]:
    """Return the campaigns and single messages that wait, the oldest first."""
    rows = Campaign.objects.filter(state=Campaign.State.TO_PAY)
    return rows.select_related("account", "plan", "hold", "confirmed_by").order_by("confirmed_at", "pk")


@transaction.atomic
def approve(*, campaign: Campaign, actor: User) -> Campaign:
    """Let a campaign start at the price that it was confirmed at; raises NotPossibleNow."""
    campaign = _taken(campaign, actor)
    if actor.pk == campaign.confirmed_by_id:
        raise NotPossibleNow(_("You confirmed this campaign yourself. A second person has to approve it."))
    if campaign.start_at is not None and campaign.start_at < clock.now() - campaign.tolerance:
        raise NotPossibleNow(
            _("Its time has passed, so it would be missed. Refuse it with that reason; its owner can copy it.")
        )
    audit.record(actor=actor, action="campaign.approve", subject=campaign, account=campaign.account)
    lifecycle.schedule(campaign)
    notices.tell_owners(campaign, "APPROVED")
    return campaign


@transaction.atomic
def refuse(*, campaign: Campaign, actor: User, reason: str) -> Campaign:
    """End a campaign that waits, release its points and tell its owner why; raises NotPossibleNow."""
    campaign = _taken(campaign, actor)
    if not reason.strip():
        raise NotPossibleNow(_("Write why you refuse it: its owner reads that."))
    audit.record(actor=actor, action="campaign.refuse", subject=campaign, account=campaign.account)
    campaign.problem = (_("Refused by the operator: %(reason)s") % {"reason": " ".join(reason.split())})[:300]
    campaign.state = Campaign.State.CANCELING
    campaign.save(update_fields=["problem", "state"])
    # Nothing of it is under way, so that it ends here and now.
    lifecycle.finish(campaign.pk)
    campaign.refresh_from_db()
    notices.tell_owners(campaign, "REFUSED")
    return campaign


def _taken(campaign: Campaign, actor: User) -> Campaign:
    """Return a locked campaign that waits, for somebody who may decide about it."""
    campaign = lifecycle.locked(campaign.pk)
    if campaign.state != Campaign.State.TO_PAY:
        raise NotPossibleNow(_("This campaign does not wait for approval."))
    if not actor.is_approver:
        raise NotPossibleNow(_("You may not decide about campaigns. An administrator gives this right."))
    return campaign
