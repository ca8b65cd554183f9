"""The list of repeated campaigns in the panel; each has a page of its own."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, warn-return-any=False

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from campaigns.models import Repetition
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin


class RepetitionAdmin(ScopedModelAdmin):
    """What is sent again and again."""

    empty = Empty(
        gettext_lazy(
            "A campaign that goes out again every week or month is listed here. Open one that you sent, and repeat it."
        ),
        "admin:campaigns_campaign_changelist",
        gettext_lazy("See your campaigns"),
    )
    list_display: ClassVar = ("open", "rhythm", "at", "next_at", "is_active", "account")
    list_display_links = None
    list_filter: ClassVar = ("is_active", "rhythm")
    list_select_related: ClassVar = ("account", "campaign")

    @display(description=gettext_lazy("campaign"))
    def open(self, repetition: Repetition) -> str:
        """Link to its page."""
        address = reverse("repetition", args=[repetition.pk])
        return format_html('<a class="sp-link" href="{}">{}</a>', address, repetition.campaign.name)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Send to its page."""
        return redirect("repetition", self.own(request, object_id).pk)
