"""The list of imports in the panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from contacts.models import Import
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin


class ImportAdmin(ScopedModelAdmin):
    """Spreadsheets that came in."""

    empty = Empty(
        gettext_lazy("Spreadsheets that you bring in are listed here, with what became of their rows."),
        "contacts-import",
        gettext_lazy("Import a spreadsheet"),
    )
    clients_may: ClassVar = frozenset({"add"})
    list_display: ClassVar = (
        "open",
        "target",
        "status",
        "created_count",
        "updated_count",
        "duplicate_count",
        "invalid_count",
        "created_at",
    )
    list_display_links = None
    list_filter: ClassVar = ("target", "status")

    @display(description=gettext_lazy("file"))
    def open(self, spreadsheet: Import) -> str:
        """Link to the import's page."""
        return format_html(
            '<a class="sp-link" href="{}">{}</a>',
            reverse("contacts-import-show", args=[spreadsheet.pk]),
            spreadsheet.file_name,
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Send to the upload page."""
        return redirect("contacts-import")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Send to the import's page."""
        return redirect("contacts-import-show", self.own(request, object_id).pk)
