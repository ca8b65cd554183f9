"""Number checks (HLR): the networks say which numbers of a group are in use, and the group is cleaned by that."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns import composing
from campaigns.models import Campaign, Kind, Message, Variant
from contacts.models import Group, Membership

OUT_OF_USE = (Message.State.UNDELIVERED, Message.State.EXPIRED, Message.State.REJECTED)


def draft(*, group: Group, actor: User | None) -> Campaign:
    """Write a check of a group's numbers and ask for its plan: nothing is paid before that is confirmed."""
    return composing.save(
        campaign=Campaign(),
        account=group.account,
        actor=actor,
        numbers="",
        groups=[group],
        excluded_groups=[],
        name=(_("Check of %(group)s") % {"group": group.name})[:120],
        text="",
        variant=Variant.ECO,
        kind=Kind.HLR,
    )


def unreachable(campaign: Campaign) -> QuerySet[Message]:
    """Return the numbers that the networks said are not in use, and that are still in a group of the check."""
    members = Membership.objects.filter(group__in=campaign.groups.all()).values("contact")
    return campaign.messages.filter(state__in=OUT_OF_USE, contact__in=members)


@transaction.atomic
def clean(*, campaign: Campaign, actor: User | None) -> int:
    """Take those numbers out of the groups that were checked; the contacts stay. Returns how many went."""
    if campaign.kind != Kind.HLR:
        return 0
    contacts = unreachable(campaign).values("contact")
    removed, _by_model = Membership.objects.filter(group__in=campaign.groups.all(), contact__in=contacts).delete()
    audit.record(actor=actor, action="group.clean", subject=campaign, account=campaign.account, removed=removed)
    return removed
