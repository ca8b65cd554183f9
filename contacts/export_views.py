"""Asking for the rows of an import that were rejected."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.download_views import Offer, offer
from accounts.models import Download
from accounts.signed_in import person
from contacts import exporting
from contacts.models import Import
from smspanel import access


@require_http_methods(["GET", "POST"])
def rejected(request: HttpRequest, import_id: int, kind: str) -> HttpResponse:
    """Offer the rows that were not imported, each with its number and the reason."""
    if kind not in Download.Format.values:
        raise Http404("There is no such format.")
    spreadsheet = access.get(Import.objects.select_related("account"), person(request), pk=import_id)

    def ask(form: str) -> Download:
        return exporting.of_rejected(spreadsheet=spreadsheet, form=form, actor=person(request))

    title, about = _("Rejected rows"), [spreadsheet.file_name]
    return offer(request, Offer(title, about, spreadsheet.invalid_count, counted=True, ask=ask))
