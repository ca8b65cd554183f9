"""The list of what was done to many contacts at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from contacts.bulk_views import show
from contacts.models import BulkJob
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin


class BulkJobAdmin(ScopedModelAdmin):
    """What was done to many contacts at once, and how far it is."""

    empty = Empty(
        gettext_lazy("What you change of many contacts at once is listed here, with how far it is."),
        "admin:contacts_contact_changelist",
        gettext_lazy("Find contacts to change"),
    )
    list_display: ClassVar = (
        *("created_at", "action", "about", "group", "show_status", "done", "changed", "problem", "created_by"),
    )
    list_filter: ClassVar = ("status", "action")
    list_select_related: ClassVar = ("group", "created_by")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show its page."""
        return show(request, self.own(request, object_id).pk)

    @display(
        description=gettext_lazy("status"),
        label={"QUEUED": "info", "RUNNING": "info", "DONE": "success", "STOPPED": "warning", "FAILED": "danger"},
    )
    def show_status(self, job: BulkJob) -> tuple[str, str]:
        """Colour the status, and say how far it is."""
        return job.status, f"{job.get_status_display()} {job.percent} %"
