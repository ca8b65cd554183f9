"""The list of files that were asked for, and lists whose export is such a file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from unfold.decorators import display

from accounts import download_kinds, downloads, one_account
from accounts.download_views import Offer, offer, show
from accounts.models import Account, Download
from accounts.signed_in import person
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin, page


class KindFilter(admin.SimpleListFilter):
    """Limits the list to files of one kind."""

    title = gettext_lazy("what")
    parameter_name = "type__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every kind."""
        return list(download_kinds.labels().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the kind."""
        return queryset.filter(type=self.value()) if self.value() else queryset


class DownloadAdmin(ScopedModelAdmin):
    """Files of an account, to be fetched for a week."""

    empty = Empty(
        gettext_lazy(
            "Files that you ask for, such as reports and lists of recipients, are made in the background and kept here."
        ),
        "reports",
        gettext_lazy("See the reports"),
    )
    list_display: ClassVar = (
        *("created_at", "show_type", "about", "format", "show_status", "show_rows", "problem", "fetch", "created_by"),
        "account",
    )
    list_filter: ClassVar = ("status", KindFilter)
    list_select_related: ClassVar = ("account", "created_by")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave the account out for people who have one."""
        alone = not person(request).is_staff and not person(request).is_master
        return [name for name in self.list_display if not (alone and name == "account")]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the file's page."""
        return show(request, self.own(request, object_id).pk)

    @display(description=gettext_lazy("what"), ordering="type")
    def show_type(self, download: Download) -> str:
        """Name the kind."""
        return download_kinds.labels().get(download.type, download.type)

    @display(description=gettext_lazy("rows"), ordering="rows")
    def show_rows(self, download: Download) -> str:
        """Count what is written, and say how much of it all that is."""
        far = f" ({download.percent} %)" if download.is_open and download.percent is not None else ""
        return f"{intcomma(download.rows)}{far}"

    @display(
        description=gettext_lazy("status"),
        label={"QUEUED": "info", "GENERATING": "info", "READY": "success", "FAILED": "danger"},
    )
    def show_status(self, download: Download) -> tuple[str, str]:
        """Colour the status."""
        return download.status, download.get_status_display()

    @display(description=gettext_lazy("download"))
    def fetch(self, download: Download) -> str:
        """Link to the file once it is ready."""
        if download.status != Download.Status.READY:
            return "–"
        address = reverse("download", args=[downloads.token_of(download)])
        return format_html('<a class="sp-link" href="{}">{}</a>', address, download.file_name)


class ExportedInBackground(ScopedModelAdmin):
    """A list whose export is a file of one account, made in the background after a page that offers it."""

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Offer the file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        account = one_account.chosen(request)
        if account is None:
            return render(request, "accounts/choose_account.html", page(request, gettext("Export")))
        return offer(request, self.offered(request, account))

    def offered(self, request: HttpRequest, account: Account) -> Offer:
        """Return the file that is offered."""
        raise NotImplementedError
