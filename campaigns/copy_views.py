"""Pages on which a campaign becomes the beginning of another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signed_in import person
from campaigns import copying, pages
from campaigns.errors import CampaignRefused
from smspanel.panel import page


@require_POST
def copy(request: HttpRequest, campaign_id: int) -> HttpResponseRedirect:
    """Copy a campaign, and go on to the draft."""
    try:
        new = copying.copy(campaign=pages.mine(request, campaign_id), actor=person(request))
    except CampaignRefused as error:
        messages.error(request, str(error))
        return redirect("campaign", campaign_id)
    messages.success(request, _("The campaign is copied. Nothing is sent before you confirm the copy."))
    return redirect("campaign-plan", new.pk)


@require_http_methods(["GET", "POST"])
def resend(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Tell whom a campaign did not reach, and write a draft to them."""
    campaign = pages.mine(request, campaign_id)
    if request.method == "POST":
        repeats = request.POST.get("repeats") == "on"
        try:
            new = copying.resend(campaign=campaign, actor=person(request), accepting_repeats=repeats)
        except CampaignRefused as error:
            messages.error(request, str(error))
            return redirect("campaign", campaign_id)
        return redirect("campaign-plan", new.pk)
    surely, perhaps = copying.unreached(campaign)
    context = page(request, _("Send again: %(name)s") % {"name": campaign.name}, campaign=campaign)
    return render(request, "campaigns/resend.html", context | {"surely": surely, "perhaps": perhaps})
