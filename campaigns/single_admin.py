"""Single messages of software, which are in no list of campaigns."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, warn-return-any=False

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from campaigns.models import Message
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin

COLOURS = {
    **dict.fromkeys(("QUEUED", "SUBMITTING", "SENT", "NO_REPORT", "EXCLUDED", "CANCELED"), "info"),
    "DELIVERED": "success",
    "UNDELIVERED": "danger",
    "EXPIRED": "danger",
    "REJECTED": "danger",
    "FAILED": "danger",
    "UNKNOWN": "warning",
    "ASSUMED_SENT": "warning",
}


class SingleMessageAdmin(ScopedModelAdmin):
    """One text to one number each, the newest first."""

    empty = Empty(
        gettext_lazy("Messages that your own programs send one by one are listed here. All they need is a key."),
        "api",
        gettext_lazy("Connect a program"),
    )
    account_path = "campaign__account"
    list_display: ClassVar = ("sent", "msisdn", "content", "show_state", "points", "account")
    list_filter: ClassVar = ("state",)
    search_fields: ClassVar = ("msisdn__startswith",)
    search_help_text = gettext_lazy("Search by the beginning of a number (48500…).")
    ordering: ClassVar = ("-pk",)
    list_select_related: ClassVar = ("campaign__account",)
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Keep what software sent one by one."""
        rows: QuerySet[Message] = super().get_queryset(request)
        return rows.filter(campaign__single=True)

    @display(description=gettext_lazy("sent"))
    def sent(self, message: Message) -> datetime:
        """Return when it was ordered."""
        return message.campaign.created_at

    @display(description=gettext_lazy("text"))
    def content(self, message: Message) -> str:
        """Return the beginning of what the recipient reads."""
        text = message.campaign.text
        return text if len(text) <= 80 else f"{text[:79]}…"

    @display(description=gettext_lazy("state"), label=COLOURS)
    def show_state(self, message: Message) -> tuple[str, str]:
        """Colour the state."""
        return message.state, message.get_state_display()

    @display(description=gettext_lazy("account"))
    def account(self, message: Message) -> str:
        """Return whose message it is."""
        return str(message.campaign.account)
