"""Asking for files of a campaign."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.downloads import DownloadRefused
from accounts.models import Download
from accounts.signed_in import person
from campaigns import report_files
from campaigns.models import Campaign
from campaigns.report_types import Type
from smspanel import access

OF_CAMPAIGNS = {"recipients": Type.BULK_RECIPIENTS, "rejected": Type.REJECTED_RECIPIENTS}


@require_POST
def ask(request: HttpRequest, campaign_id: int, kind: str) -> HttpResponseRedirect:
    """Have a file of a campaign made, and go to where it can be fetched."""
    campaign = access.get(Campaign.objects.select_related("account"), person(request), pk=campaign_id)
    form = request.POST.get("format", "")
    if kind not in OF_CAMPAIGNS or form not in Download.Format.values:
        raise Http404("There is no such file.")
    try:
        download = report_files.of_campaign(
            campaign=campaign, kind=OF_CAMPAIGNS[kind], actor=person(request), format=Download.Format(form)
        )
    except DownloadRefused as error:
        messages.error(request, str(error))
        return redirect("campaign", campaign_id)
    return redirect("download-show", download.pk)
