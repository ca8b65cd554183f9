"""Campaigns, sender names, routes, prices, submissions and the inbox in the panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts.audited import AuditedAdmin
from campaigns import prices, recurring_admin, reply_admin, rule_admin, sender_admin, single_admin
from campaigns.cost_admin import CostCentreAdmin, CostCentreMonthAdmin
from campaigns.models import (
    Batch,
    Campaign,
    CostCentre,
    CostCentreMonth,
    ForbiddenWord,
    InboxItem,
    Message,
    PostbackEvent,
    Prefix,
    PrefixReservation,
    Price,
    Repetition,
    Reply,
    ReservedName,
    Route,
    Sender,
    SenderRegistration,
    TextTemplate,
)
from campaigns.postback_admin import PostbackEventAdmin
from campaigns.template_admin import TextTemplateAdmin
from smspanel.empty import Empty
from smspanel.panel import SafeResource, ScopedModelAdmin

STATE_COLOURS = {
    "SENDING": "info",
    "EXPANDING": "info",
    "TO_SEND": "info",
    "FINISHED": "success",
    "FINISHED_INCOMPLETE": "warning",
    "HOLD": "warning",
    "TO_PAY": "warning",
    "CANCELING": "warning",
    "ERROR": "danger",
    "MISSED": "danger",
    "UNKNOWN": "warning",
    "ACCEPTED": "success",
    "REFUSED": "danger",
    "APPROVED": "success",
    "REJECTED": "danger",
    "PENDING": "warning",
}


@admin.register(Campaign)
class CampaignAdmin(ScopedModelAdmin):
    """The list of campaigns; each has pages of its own."""

    empty = Empty(
        gettext_lazy("A campaign is one message to many people. You see who gets it and what it costs before you pay."),
        "campaign-new",
        gettext_lazy("Write a campaign"),
    )
    clients_may: ClassVar = frozenset({"add"})
    list_display: ClassVar = ("open", "show_state", "variant", "planned", "created_by", "start_at", "account")
    list_display_links = None
    list_filter: ClassVar = ("state", "variant")
    search_fields: ClassVar = ("name",)
    list_select_related: ClassVar = ("account", "created_by", "plan")
    export_fields = ("id", "name", "state", "variant", "start_at", "finished_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        """Leave out single messages of software, of which there are too many to look at one by one."""
        rows: QuerySet[Campaign] = super().get_queryset(request)
        return rows.filter(single=False)

    @display(description=gettext_lazy("name"), ordering="name")
    def open(self, campaign: Campaign) -> str:
        """Link to the campaign's page."""
        return format_html(
            '<a class="sp-link" href="{}">{}</a>', reverse("campaign", args=[campaign.pk]), campaign.name
        )

    @display(description=gettext_lazy("state"), label=STATE_COLOURS, ordering="state")
    def show_state(self, campaign: Campaign) -> tuple[str, str]:
        """Colour the state."""
        return campaign.state, campaign.get_state_display()

    @display(description=gettext_lazy("points"))
    def planned(self, campaign: Campaign) -> str:
        """Return what the plan says it costs."""
        return intcomma(campaign.plan.points) if hasattr(campaign, "plan") else ""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Send to the composer."""
        return redirect("campaign-new")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Send to the campaign's page."""
        return redirect("campaign", self.own(request, object_id).pk)


admin.site.register(Sender, sender_admin.SenderAdmin)
admin.site.register(SenderRegistration, sender_admin.SenderRegistrationAdmin)
admin.site.register(Prefix, reply_admin.PrefixAdmin)
admin.site.register(PrefixReservation, reply_admin.PrefixReservationAdmin)
admin.site.register(Reply, reply_admin.ReplyAdmin)


class PriceResource(SafeResource):
    """Imports prices as new versions of those that hold now."""

    def get_queryset(self) -> QuerySet[Price]:
        """Return the prices that a row of the file may replace."""
        return Price.objects.filter(valid_until__isnull=True)

    def do_instance_save(self, instance: Price, is_create: bool) -> None:
        """Close the old price and open the new one."""
        prices.put(instance)


class HoldsNow(admin.SimpleListFilter):
    """Shows the prices that hold, or also what they were before."""

    title = gettext_lazy("validity")
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the history."""
        return [("all", gettext_lazy("with earlier prices"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Price]) -> QuerySet[Price]:
        """Keep what holds now unless the history is asked for."""
        return queryset if self.value() == "all" else queryset.filter(valid_until__isnull=True)


@admin.register(Price)
class PriceAdmin(AuditedAdmin):
    """Points per part by variant and destination, for staff; a change is a new version."""

    audited_as = "price"
    audited_values = ("variant", "kind", "country", "mnc", "points", "surcharge")
    account_path = None
    staff_may: ClassVar = frozenset({"add", "change", "delete"})
    list_display: ClassVar = (
        "variant",
        "kind",
        "account",
        "country",
        "mnc",
        "points",
        "surcharge",
        "valid_from",
        "valid_until",
    )
    list_filter: ClassVar = (HoldsNow, "variant", "country")
    list_select_related: ClassVar = ("account",)
    export_fields = ("variant", "kind", "account", "country", "mnc", "points", "surcharge", "valid_from", "valid_until")
    import_fields = ("variant", "kind", "account", "country", "mnc", "points", "surcharge")
    import_key = ("variant", "kind", "account", "country", "mnc")
    import_resource = PriceResource

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave earlier prices as they were."""
        return super().has_change_permission(request, obj) and (obj is None or obj.valid_until is None)

    def save_row(self, obj: Price) -> None:
        """Close the old price and open the new one."""
        prices.put(obj)

    def delete_model(self, request: HttpRequest, obj: Price) -> None:
        """Close the price; confirmed campaigns keep it."""
        prices.withdraw(Price.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Price]) -> None:
        """Close the prices; confirmed campaigns keep them."""
        prices.withdraw(queryset)


@admin.register(Route)
class RouteAdmin(AuditedAdmin):
    """Which connection carries what, for staff."""

    audited_as = "route"
    audited_values = ("variant", "country", "mnc", "rank", "is_active")
    account_path = None
    staff_may: ClassVar = frozenset({"add", "change", "delete"})
    list_display: ClassVar = ("variant", "account", "country", "mnc", "connection", "rank", "is_active")
    list_filter: ClassVar = ("variant", "country", "is_active")
    list_select_related: ClassVar = ("account", "connection")


@admin.register(Batch)
class BatchAdmin(ScopedModelAdmin):
    """Submissions to providers, for staff: above all those whose fate is unclear."""

    account_path = None
    list_display: ClassVar = (
        "id",
        "campaign",
        "connection",
        "show_state",
        "size",
        "attempt",
        "started_at",
        "route_reason",
        "problem",
    )
    list_filter: ClassVar = ("state", "connection")
    list_select_related: ClassVar = ("campaign", "connection")

    @display(description=gettext_lazy("state"), label=STATE_COLOURS)
    def show_state(self, batch: Batch) -> tuple[str, str]:
        """Colour the state."""
        return batch.state, batch.get_state_display()


@admin.register(InboxItem)
class InboxItemAdmin(ScopedModelAdmin):
    """Raw reports, for staff."""

    account_path = None
    list_display: ClassVar = ("received_at", "connection", "kind", "state", "attempts", "problem")
    list_filter: ClassVar = ("state", "kind", "connection")
    list_select_related: ClassVar = ("connection",)


admin.site.register(PostbackEvent, PostbackEventAdmin)
admin.site.register(ForbiddenWord, rule_admin.ForbiddenWordAdmin)
admin.site.register(ReservedName, rule_admin.ReservedNameAdmin)
admin.site.register(Message, single_admin.SingleMessageAdmin)
admin.site.register(TextTemplate, TextTemplateAdmin)
admin.site.register(CostCentre, CostCentreAdmin)
admin.site.register(CostCentreMonth, CostCentreMonthAdmin)
admin.site.register(Repetition, recurring_admin.RepetitionAdmin)
