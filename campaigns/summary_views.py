"""The page of reports: a summary of some days, its file, and the histories that are made in the background."""

from __future__ import annotations

import json
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.downloads import DownloadRefused
from accounts.signed_in import person
from campaigns import report_files, summaries
from campaigns.models import Campaign, MessageCount, Recount
from campaigns.report_types import Type
from campaigns.summary_forms import SummaryForm
from smspanel import access, downloads
from smspanel.panel import page

HISTORIES: Final = {
    "campaigns": (Type.BULK_HISTORY, gettext_lazy("Campaigns")),
    "singles": (Type.SINGLE_BULK_HISTORY, gettext_lazy("Single messages by day")),
    "replies": (Type.RESPONSE_HISTORY, gettext_lazy("Replies")),
}


def _counts(request: HttpRequest, form: SummaryForm) -> QuerySet[MessageCount]:
    """Return the figures of the days and kinds of messages that the form asks for."""
    rows = access.visible(MessageCount.objects.all(), person(request), path="counted__account")
    return rows.filter(counted__day__gte=form.first, counted__day__lte=form.last, **form.only)


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show the summary of some days; what is wrong in the address counts as not said."""
    form = SummaryForm(request.GET, person=person(request))
    found = summaries.lines(_counts(request, form), form.line)
    context = {
        "form": form,
        "lines": summaries.shortened(found),
        "total": summaries.total(found),
        "headings": summaries.headings(form.line),
        "chart": json.dumps(summaries.chart(found, form.line)),
        "is_behind": _is_behind(request),
        "histories": [(kind, label) for kind, (_type, label) in HISTORIES.items()],
        "may_ask": person(request).account is not None,
    }
    return render(request, "campaigns/reports.html", page(request, _("Reports"), **context))


def _is_behind(request: HttpRequest) -> bool:
    """Say whether something has changed that was not counted since."""
    marked = Campaign.objects.filter(pk__in=Recount.objects.values("campaign_id"))
    return access.visible(marked, person(request)).exists()


@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Download the summary that the page shows."""
    if kind not in downloads.FORMATS:
        raise Http404("There is no such format.")
    form = SummaryForm(request.GET, person=person(request))
    found = summaries.lines(_counts(request, form), form.line)
    rows = [line.cells() for line in (*found, summaries.total(found))]
    name = f"report-{form.first:%Y-%m-%d}-{form.last:%Y-%m-%d}"
    return downloads.spreadsheet(name=name, kind=kind, headers=summaries.headings(form.line), rows=rows)


@require_POST
def ask(request: HttpRequest, kind: str) -> HttpResponseRedirect:
    """Have a history of these days made as a file, and go to where it can be fetched."""
    user, form = person(request), SummaryForm(request.POST, person=person(request))
    if kind not in HISTORIES or user.account is None:
        raise Http404("There is no such file.")
    try:
        download = report_files.of_days(
            account=user.account, kind=HISTORIES[kind][0], first=form.first, last=form.last, actor=user
        )
    except DownloadRefused as error:
        messages.error(request, str(error))
        return redirect("reports")
    return redirect("download-show", download.pk)
