"""What people are told of campaigns and sender names; accounts/notices.py tells it."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from accounts import notices
from accounts.models import Notice, User
from campaigns.models import Campaign, Sender
from smspanel import clock

_ENDS: Final = {
    Campaign.State.FINISHED: "FINISHED",
    Campaign.State.FINISHED_INCOMPLETE: "FINISHED",
    Campaign.State.ERROR: "FAILED",
    Campaign.State.MISSED: "FAILED",
}
_ABOUT_SENDERS: Final = {
    Sender.Status.APPROVED.value: "SENDER_YES",
    Sender.Status.REJECTED.value: "SENDER_NO",
    Sender.Status.OFF.value: "SENDER_OFF",
}


def tell_approvers(campaign: Campaign) -> None:
    """Note that a campaign waits; of an account's single messages only the first that waits is told."""
    others = Campaign.objects.filter(account=campaign.account, state=Campaign.State.TO_PAY, single=True)
    if campaign.single and others.exclude(pk=campaign.pk).exists():
        return
    staff = User.objects.filter(role__in=User.STAFF_ROLES, approves=True, enabled=True)
    _note(campaign, "WAITING", staff.exclude(pk=campaign.confirmed_by_id or 0), page="campaign-decide")


def tell_owners(campaign: Campaign, kind: str) -> None:
    """Note a decision for the owners of the account and for whoever confirmed the campaign."""
    _note(campaign, kind, notices.owners_of(campaign.account, also=campaign.confirmed_by_id))


def tell_end(campaign: Campaign) -> None:
    """Note how a campaign ended, unless a person ended it, or it is a single message."""
    kind = None if campaign.single else _ENDS.get(Campaign.State(campaign.state))
    if kind is not None:
        tell_owners(campaign, kind)


def tell_about(sender: Sender) -> None:
    """Note what was decided about a name for the owners of its account."""
    kind = _ABOUT_SENDERS.get(sender.status)
    if kind is None or sender.account is None:
        return
    notices.note(
        kind,
        notices.owners_of(sender.account),
        key=f"{kind}:{sender.pk}:{clock.now():%Y%m%d%H%M%S%f}",
        address=reverse("admin:campaigns_sender_change", args=[sender.pk]),
        name=sender.name,
        reason=sender.rejection,
    )


def still_waits(notice: Notice) -> bool:
    """Say whether a campaign that waited for approval still does."""
    return Campaign.objects.filter(pk=notice.key.rpartition(":")[2], state=Campaign.State.TO_PAY).exists()


def _note(campaign: Campaign, kind: str, people: Any, *, page: str = "campaign") -> None:
    plan = getattr(campaign, "plan", None)
    figures = {"recipients": plan.recipients, "points": plan.points} if plan is not None else {}
    notices.note(
        kind,
        people,
        key=f"{kind}:{campaign.pk}",
        address=reverse(page, args=[campaign.pk]),
        name=campaign.name,
        account=campaign.account.name,
        problem=campaign.problem,
        **figures,
    )
