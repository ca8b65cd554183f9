"""The log of post backs in the panel."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, warn-return-any=False
# mypy: warn-unused-ignores=False

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from accounts.signed_in import person
from campaigns import postback_settings
from campaigns.errors import NotPossibleNow
from campaigns.models import PostbackAttempt, PostbackEvent
from smspanel import access
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin, asks_first

SHOWN_ATTEMPTS = 50


class PostbackEventAdmin(ScopedModelAdmin):
    """What an account's programs were told, and what they answered."""

    empty = Empty(
        gettext_lazy("What your programs were told is listed here. Tell the panel where they listen."),
        "postbacks",
        gettext_lazy("Set up post backs"),
    )
    account_path = "endpoint__account"
    list_display: ClassVar = ("show_at", "show_kind", "show_state", "attempts", "show_last", "show_account")
    list_filter: ClassVar = ("state", "endpoint__kind")
    list_select_related: ClassVar = ("endpoint__account",)
    fields: ClassVar = (
        ("show_at", "show_kind"),
        ("state", "attempts"),
        ("accepted_at", "next_attempt_at"),
        "show_url",
        "show_body",
        "show_log",
    )
    readonly_fields: ClassVar = ("show_at", "show_kind", "show_url", "show_body", "show_log")
    actions_detail: ClassVar = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring along how the last attempt ended."""
        last = PostbackAttempt.objects.filter(event=OuterRef("pk")).order_by("-pk")
        rows = super().get_queryset(request).select_related("endpoint__account")
        return rows.annotate(
            last_status=Subquery(last.values("status")[:1]), last_problem=Subquery(last.values("problem")[:1])
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        """Name the account only to those who see several."""
        user = person(request)
        alone = not user.is_staff and not user.is_master
        return [name for name in self.list_display if not (alone and name == "show_account")]

    @display(description=gettext_lazy("when"), ordering="pk")
    def show_at(self, event: PostbackEvent) -> str:
        """Tell the time to the second."""
        return f"{localtime(event.created_at):%Y-%m-%d %H:%M:%S}"

    @display(description=gettext_lazy("about"))
    def show_kind(self, event: PostbackEvent) -> str:
        """Say what it tells about."""
        return event.endpoint.get_kind_display()

    @display(description=gettext_lazy("account"))
    def show_account(self, event: PostbackEvent) -> str:
        """Name the account."""
        return str(event.endpoint.account)

    @display(
        description=gettext_lazy("state"), label={"PENDING": "warning", "ACCEPTED": "success", "GIVEN_UP": "danger"}
    )
    def show_state(self, event: PostbackEvent) -> tuple[str, str]:
        """Colour the state."""
        return event.state, event.get_state_display()

    @display(description=gettext_lazy("last answer"))
    def show_last(self, event: Any) -> str:
        """Show the status of the last answer, or why there is none."""
        return str(event.last_status or event.last_problem or "–")

    @display(description=gettext_lazy("address"))
    def show_url(self, event: PostbackEvent) -> str:
        """Show where it goes to now."""
        return event.endpoint.url or "–"

    @display(description=gettext_lazy("content"))
    def show_body(self, event: PostbackEvent) -> str:
        """Show what is sent, line by line."""
        text = json.dumps(event.body, ensure_ascii=False, indent=2)
        return format_html('<div class="sp-bubble">{}</div>', text)

    @display(description=gettext_lazy("attempts"))
    def show_log(self, event: PostbackEvent) -> str:
        """List the last attempts, newest first."""
        attempts = event.log.order_by("-pk")[:SHOWN_ATTEMPTS]
        lines = (
            (f"{localtime(one.started_at):%Y-%m-%d %H:%M:%S}", one.status or "–", f"{one.seconds:.1f}", one.problem)
            for one in attempts
        )
        return format_html_join("", "<div>{}: {}, {} s {}</div>", lines) or "–"

    def has_send_again_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave it to the managers of the account, and to staff."""
        row = self.row_of(request, obj)
        if not person(request).is_manager:
            return False
        return row is None or access.may_change(access.visitor(request), row, path="endpoint__account")

    @action(description=gettext_lazy("Send again"), permissions=["send_again"])
    @asks_first(gettext_lazy("Send this post back again? Your program can tell by its id that it had it before."))
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell it once more, whatever came of it."""
        event = self.own(request, object_id)
        try:
            postback_settings.send_again(event=event, actor=person(request))
        except NotPossibleNow as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is sent again."))
        return redirect("admin:campaigns_postbackevent_change", event.pk)
