"""Pages on which a draft is tried out: a test to one's own number, and the dry run."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import points
from accounts.signed_in import person
from campaigns import dry_runs, pages, presentation, trials
from campaigns.errors import CampaignRefused
from campaigns.models import DryRun
from smspanel import access
from smspanel.panel import page


@require_http_methods(["GET", "POST"])
def test(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show what a test to a number would say and cost, and send it when that is accepted."""
    campaign = pages.mine(request, campaign_id)
    given = request.POST if request.method == "POST" else request.GET
    to, who = given.get("to", "").replace("\0", ""), given.get("who", "").replace("\0", "")
    told = given.get("points", "")
    try:
        if request.method == "POST" and told.isdecimal():
            trials.send(campaign=campaign, to=to, who=who, points=int(told), actor=person(request))
            messages.success(request, _("The test is on its way to %(number)s.") % {"number": to})
            return redirect("campaign-plan", campaign_id)
        trial = trials.prepare(campaign=campaign, to=to, who=who)
    except (CampaignRefused, points.PointsError) as error:
        messages.error(request, str(error))
        return redirect("campaign-plan", campaign_id)
    context = page(request, _("Test: %(name)s") % {"name": campaign.name}, campaign=campaign, trial=trial)
    context |= {"to": to, "who": who, "available": points.balance(campaign.account).available}
    return render(request, "campaigns/test.html", context)


@require_http_methods(["GET", "POST"])
def dry_run(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Work out everything that sending the draft would do, and show it."""
    if request.method == "POST":
        try:
            dry_runs.request(campaign=pages.own(request, campaign_id))
        except CampaignRefused as error:
            messages.error(request, str(error))
        return redirect("campaign-dry-run", campaign_id)
    campaign = pages.seen(request, campaign_id)
    run = DryRun.objects.filter(campaign=campaign).first()
    context = {
        "campaign": campaign,
        "run": run,
        "waterfall": presentation.steps(run.report["figures"]) if run and run.report else [],
        "may_change": access.may_change(person(request), campaign) and campaign.is_editable,
    }
    if request.headers.get("HX-Request"):
        return render(request, "campaigns/_dry_run.html", context)
    return render(
        request, "campaigns/dry_run.html", page(request, _("Dry run: %(name)s") % {"name": campaign.name}, **context)
    )
