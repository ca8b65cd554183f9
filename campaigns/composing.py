"""Drafts: write one, change it, ask for its plan, throw it away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, User
from campaigns import attachments, planning, recipients
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, DryRun, Plan, RecipientFile, Repetition, RepetitionRun
from contacts.models import Group
from smspanel import clock


@transaction.atomic
def save(
    *,
    campaign: Campaign,
    account: Account,
    actor: User | None,
    numbers: str,
    groups: list[Group],
    excluded_groups: list[Group],
    file: RecipientFile | None = None,
    without_file: bool = False,
    to_plan: bool = True,
    **fields: Any,
) -> Campaign:
    """Write a draft, and ask for its plan where that is wanted; raises NotPossibleNow for one that is confirmed.

    A new `file` takes the place of the old one; `without_file` takes it away.
    """
    if campaign._state.adding:
        campaign.account, campaign.created_by = account, actor
    else:
        _lock(campaign, _("This campaign is confirmed and cannot be changed any more. Copy it instead."))
    for name, value in fields.items():
        setattr(campaign, name, value)
    campaign.state = Campaign.State.DRAFT
    campaign.save()
    campaign.groups.set(groups)
    campaign.excluded_groups.set(excluded_groups)
    recipients.paste(campaign=campaign, text=numbers)
    if file is not None:
        attachments.attach(campaign=campaign, source=file)
    elif without_file:
        attachments.remove(campaign=campaign)
    else:
        # What software ordered to be sent at once was looked at, and now waits for a person.
        RecipientFile.objects.filter(campaign=campaign, auto_send=True).update(auto_send=False)
    RepetitionRun.objects.filter(campaign=campaign, settled_at__isnull=True).update(
        settled_at=clock.now(), problem=_("Somebody changed it before it was confirmed.")
    )
    # A plan of what was written before must not be confirmed.
    Plan.objects.filter(campaign=campaign).delete()
    DryRun.objects.filter(campaign=campaign).delete()
    if to_plan:
        ask_for_plan(campaign=campaign)
    return campaign


def _lock(campaign: Campaign, refusal: str) -> None:
    """Lock a draft against its other writers; raises NotPossibleNow with these words for one that is confirmed."""
    if not Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk).is_editable:
        raise NotPossibleNow(refusal)


@transaction.atomic
def ask_for_plan(*, campaign: Campaign) -> None:
    """Have a plan made, after the campaign's file is read where there is one; raises NotPossibleNow."""
    _lock(campaign, _("This campaign is confirmed already, so it cannot be planned again."))
    if attachments.is_being_read(campaign):
        Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.PLANNING)
    else:
        planning.request(campaign=campaign)
    campaign.state = Campaign.State.PLANNING


@transaction.atomic
def discard(*, campaign: Campaign) -> None:
    """Delete a draft; raises NotPossibleNow for one that is confirmed."""
    _lock(campaign, _("Only a draft can be deleted. What was confirmed stays in the books."))
    if Repetition.objects.filter(campaign=campaign).exists():
        raise NotPossibleNow(_("This draft is sent again and again. End that first, under Repeated campaigns."))
    attachments.remove(campaign=campaign)
    Plan.objects.filter(campaign=campaign).delete()
    Campaign.objects.get(pk=campaign.pk).delete()


def names_numbers(campaign: Campaign) -> bool:
    """Say whether numbers were typed into a draft, as recipients or to forward replies to."""
    return bool(campaign.forward_numbers) or campaign.recipients.filter(from_file=False).exists()
