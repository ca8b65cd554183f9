"""The campaign that an address names, for whoever may see it or act upon it."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.signed_in import person
from campaigns.models import Campaign
from smspanel import access

RELATED = ("account", "sender", "connection", "hold", "plan", "file", "created_by", "reservation__prefix", "stop")


def seen(request: HttpRequest, campaign_id: int) -> Campaign:
    """Return a campaign that this person may look at; for others it does not exist."""
    return access.get(Campaign.objects.select_related(*RELATED), person(request), pk=campaign_id)


def own(request: HttpRequest, campaign_id: int) -> Campaign:
    """Return a campaign that this person may act upon; for others it does not exist."""
    campaign = seen(request, campaign_id)
    if not access.may_change(person(request), campaign):
        raise Http404("There is no such object.")
    return campaign


def mine(request: HttpRequest, campaign_id: int) -> Campaign:
    """Return a campaign that this person may spend points on: one of their own account, which staff do not have."""
    campaign = own(request, campaign_id)
    if campaign.account_id != person(request).account_id:
        raise Http404("There is no such object.")
    return campaign
