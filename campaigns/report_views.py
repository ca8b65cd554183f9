"""Asking for files of a campaign, and fetching files."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.signed_in import person
from campaigns import report_files
from campaigns.errors import CampaignRefused
from campaigns.models import Campaign, ReportFile
from smspanel import access, downloads

OF_CAMPAIGNS = {"recipients": ReportFile.Type.BULK_RECIPIENTS, "rejected": ReportFile.Type.REJECTED_RECIPIENTS}


@require_POST
def ask(request: HttpRequest, campaign_id: int, kind: str) -> HttpResponseRedirect:
    """Have a file of a campaign made, and go to where it can be fetched."""
    campaign = access.get(Campaign.objects.select_related("account"), person(request), pk=campaign_id)
    form = request.POST.get("format", "")
    if kind not in OF_CAMPAIGNS or form not in downloads.FORMATS:
        raise Http404("There is no such file.")
    try:
        report_files.of_campaign(
            campaign=campaign, kind=OF_CAMPAIGNS[kind], actor=person(request), format=ReportFile.Format(form)
        )
    except CampaignRefused as error:
        messages.error(request, str(error))
        return redirect("campaign", campaign_id)
    messages.success(request, _("The file is being made. It is here for a week."))
    return redirect("admin:campaigns_reportfile_changelist")


@require_GET
def fetch(request: HttpRequest, file_id: int) -> FileResponse:
    """Answer with a file that is ready."""
    report = access.get(ReportFile.objects.all(), person(request), pk=file_id, status=ReportFile.Status.READY)
    try:
        content = report_files.path_of(report).open("rb")
    except FileNotFoundError as error:
        raise Http404("There is no such object.") from error
    kind = downloads.FORMATS[report.format]
    return FileResponse(content, as_attachment=True, filename=report.file_name, content_type=kind)
