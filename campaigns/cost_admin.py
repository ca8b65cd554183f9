"""Cost centres in the panel, and what they cost by month."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts.audited import AuditedAdmin
from campaigns.models import CostCentreMonth
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin


class CostCentreAdmin(AuditedAdmin):
    """What an account books its sendings on; one that was used is switched off, not deleted."""

    empty = Empty(
        gettext_lazy(
            "Cost centres split what you spend, such as by shop or department; each campaign is booked on one."
        ),
        "admin:campaigns_costcentre_add",
        gettext_lazy("Add a cost centre"),
    )
    clients_may: ClassVar = frozenset({"add", "change"})
    managers_only = True
    audited_as = "cost-centre"
    audited_values: ClassVar = ("name", "monthly_budget", "is_active")
    list_display: ClassVar = ("name", "monthly_budget", "is_active", "account")
    list_filter: ClassVar = ("is_active",)
    list_select_related: ClassVar = ("account",)
    search_fields: ClassVar = ("name",)
    fields: ClassVar = ("account", "name", "monthly_budget", "provider_code", "is_active")
    export_fields = ("name", "monthly_budget", "is_active")
    actions_list: ClassVar = ("months",)

    @action(description=gettext_lazy("Costs by month"), url_path="months")
    def months(self, request: HttpRequest) -> HttpResponseRedirect:
        """Send to the statement."""
        return redirect("admin:campaigns_costcentremonth_changelist")


class CostCentreMonthAdmin(ScopedModelAdmin):
    """The statement: what the sendings that were confirmed in a month cost every cost centre."""

    empty = Empty(
        gettext_lazy("What each cost centre spent is listed here by month, once a campaign is booked on one."),
        "admin:campaigns_costcentre_changelist",
        gettext_lazy("See the cost centres"),
    )
    account_path = "centre__account"
    list_display: ClassVar = ("month_shown", "centre", "points", "budget", "account")
    list_filter: ClassVar = ("centre",)
    list_select_related: ClassVar = ("centre__account",)
    export_fields = ("month", "centre__name", "points", "centre__monthly_budget", "centre__account__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CostCentreMonth]:
        """Return the months that the person may see."""
        rows: QuerySet[CostCentreMonth] = super().get_queryset(request)
        return rows.select_related("centre__account")

    @admin.display(description=gettext_lazy("month"), ordering="month")
    def month_shown(self, row: CostCentreMonth) -> str:
        """Return the month."""
        return f"{row.month:%Y-%m}"

    @admin.display(description=gettext_lazy("budget"))
    def budget(self, row: CostCentreMonth) -> int | None:
        """Return what a month may cost."""
        return row.centre.monthly_budget

    @admin.display(description=gettext_lazy("account"))
    def account(self, row: CostCentreMonth) -> str:
        """Return whose it is."""
        return str(row.centre.account)
