"""Drafts: write one, change it, copy it, throw it away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, User
from campaigns import planning, recipients
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, Plan
from contacts.models import Group


@transaction.atomic
def save(
    *,
    campaign: Campaign,
    account: Account,
    actor: User | None,
    numbers: str,
    groups: list[Group],
    excluded_groups: list[Group],
    **fields: Any,
) -> Campaign:
    """Write a draft and ask for its plan; raises NotPossibleNow for one that is confirmed."""
    if campaign._state.adding:
        campaign.account, campaign.created_by = account, actor
    elif not Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk).is_editable:
        raise NotPossibleNow(_("This campaign is confirmed and cannot be changed any more. Copy it instead."))
    for name, value in fields.items():
        setattr(campaign, name, value)
    campaign.state = Campaign.State.DRAFT
    campaign.save()
    campaign.groups.set(groups)
    campaign.excluded_groups.set(excluded_groups)
    recipients.paste(campaign=campaign, text=numbers)
    planning.request(campaign=campaign)
    return campaign


@transaction.atomic
def discard(*, campaign: Campaign) -> None:
    """Delete a draft; raises NotPossibleNow for one that is confirmed."""
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if not current.is_editable:
        raise NotPossibleNow(_("Only a draft can be deleted. What was confirmed stays in the books."))
    Plan.objects.filter(campaign=current).delete()
    current.delete()
