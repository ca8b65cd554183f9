"""Files about imports: a sample to fill in, and the rows that were rejected."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.download_views import Offer, offer
from accounts.models import Download
from accounts.signed_in import person
from contacts import exporting
from contacts.fields import label_of
from contacts.models import Import
from smspanel import access, downloads

SAMPLE_FIELDS: Final = ("msisdn", "first_name", "last_name", "birth_date", "note_1")
_SAMPLE: Final = (
    ("500 100 200", "Anna", "Nowak", "1990-05-17", "anna@example.com"),
    ("500 100 201", "Jan", "Mazur", "1985-11-02", "jan@example.com"),
    ("500 100 202", "Zofia", "Lis", "", "zofia@example.com"),
)


@require_GET
def sample(_request: HttpRequest) -> HttpResponse:
    """Give a spreadsheet to fill in, with titles in the person's language that the import recognises."""
    headers = [label_of(field) for field in SAMPLE_FIELDS]
    return downloads.spreadsheet(name=_("contacts"), kind="xlsx", headers=headers, rows=_SAMPLE)


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
