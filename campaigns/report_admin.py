"""The list of files that were asked for."""

# mypy: disallow-untyped-decorators=False, warn-unused-ignores=False

from __future__ import annotations

from typing import ClassVar

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from campaigns.models import ReportFile
from campaigns.reply_admin import NamesAccount


class ReportFileAdmin(NamesAccount):
    """Files of an account, to be fetched for a week."""

    list_display: ClassVar = (
        *("created_at", "type", "about", "format", "show_status", "rows", "problem", "fetch", "created_by", "account"),
    )
    list_filter: ClassVar = ("status", "type")
    list_select_related: ClassVar = ("account", "created_by")
    fields: ClassVar = (
        ("created_at", "created_by"),
        ("type", "about"),
        ("file_name", "format"),
        ("status", "rows"),
        ("finished_at", "problem"),
        "fetch",
        "account",
    )
    readonly_fields: ClassVar = ("fetch",)

    @display(
        description=gettext_lazy("status"),
        label={"QUEUED": "info", "GENERATING": "info", "READY": "success", "FAILED": "danger"},
    )
    def show_status(self, report: ReportFile) -> tuple[str, str]:
        """Colour the status."""
        return report.status, report.get_status_display()

    @display(description=gettext_lazy("download"))
    def fetch(self, report: ReportFile) -> str:
        """Link to the file once it is ready."""
        if report.status != ReportFile.Status.READY:
            return "–"
        address = reverse("download", args=[report.pk])
        return format_html('<a class="sp-link" href="{}">{}</a>', address, report.file_name)
