"""Pages for staff: the campaigns that wait for approval, and the decision about one of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.signed_in import person
from campaigns import approvals, pages, presentation
from campaigns.errors import CampaignRefused
from campaigns.models import Campaign
from smspanel.panel import page


def _staff(request: HttpRequest) -> User:
    """Return the member of staff who asks; for others the page does not exist."""
    if not (user := person(request)).is_staff:
        raise Http404("There is no such page.")
    return user


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for approval."""
    _staff(request)
    rows = Paginator(approvals.waiting(), 50).get_page(request.GET.get("page"))
    return render(request, "campaigns/waiting.html", page(request, _("Campaigns to approve"), page_obj=rows))


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show the stored plan of a campaign that waits, and let it go or refuse it."""
    user, campaign = _staff(request), pages.seen(request, campaign_id)
    if request.method == "POST":
        return _decided(request, user, campaign)
    if campaign.state != Campaign.State.TO_PAY:
        return redirect("campaign", campaign_id)
    plan = getattr(campaign, "plan", None)
    context = page(request, _("Approve: %(name)s") % {"name": campaign.name}, campaign=campaign, plan=plan)
    context["waterfall"] = presentation.waterfall(plan) if plan else []
    context["may_approve"] = user.is_approver and user.pk != campaign.confirmed_by_id
    return render(request, "campaigns/decide.html", context)


def _decided(request: HttpRequest, user: User, campaign: Campaign) -> HttpResponse:
    """Carry out the button that was pressed."""
    refused = request.POST.get("decision") == "refuse"
    try:
        if refused:
            approvals.refuse(campaign=campaign, actor=user, reason=request.POST.get("reason", "").replace("\0", ""))
        else:
            approvals.approve(campaign=campaign, actor=user)
    except CampaignRefused as error:
        messages.error(request, str(error))
        return redirect("campaign-decide", campaign.pk)
    messages.success(request, _("The campaign was refused.") if refused else _("The campaign was approved."))
    return redirect("campaigns-waiting")
