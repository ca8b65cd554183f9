"""Transfers, top-ups that wait for a second person, and the audit trail, in the panel."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts import grants, points
from accounts.signed_in import person
from smspanel.panel import ScopedModelAdmin, asks_first


class ReadOnlyAdmin(ScopedModelAdmin):
    """Rows that are written by verbs alone."""


class TransferAdmin(ReadOnlyAdmin):
    """The whole ledger, for staff; owners read their own as a statement."""

    account_path = None
    list_display: ClassVar = ("created_at", "kind", "debit", "credit", "amount", "subject", "memo", "actor")
    list_filter: ClassVar = ("kind",)
    list_select_related: ClassVar = ("debit__account", "credit__account", "actor")
    search_fields: ClassVar = ("subject", "memo")
    export_fields = ("id", "created_at", "kind", "debit", "credit", "amount", "subject", "memo", "key")


class GrantRequestAdmin(ReadOnlyAdmin):
    """Top-ups and corrections that wait for a second member of staff."""

    account_path = None
    list_display: ClassVar = (
        "account",
        "kind",
        "points",
        "memo",
        "requested_by",
        "requested_at",
        "approved_by",
        "refused_by",
    )
    list_select_related: ClassVar = ("account", "requested_by", "approved_by", "refused_by")
    actions_detail: ClassVar = ("approve", "refuse")

    @action(description=gettext_lazy("Approve"), permissions=["view"])
    @asks_first(gettext_lazy("Issue these points?"))
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Grant what a colleague asked for."""
        asked = self.own(request, object_id)
        try:
            grants.approve(request=asked, actor=person(request))
        except (grants.ApprovalRefused, points.PointsError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Points were issued."))
        return redirect("admin:accounts_grantrequest_change", asked.pk)

    @action(description=gettext_lazy("Refuse"), permissions=["view"])
    @asks_first(gettext_lazy("Refuse this request? Nothing is moved."))
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leave the points where they are."""
        asked = self.own(request, object_id)
        try:
            grants.refuse(request=asked, actor=person(request))
        except grants.ApprovalRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The request was refused."))
        return redirect("admin:accounts_grantrequest_change", asked.pk)


class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, for staff."""

    account_path = None
    list_display: ClassVar = ("at", "actor", "seen_as", "action", "subject", "account", "details")
    list_filter: ClassVar = ("action",)
    list_select_related: ClassVar = ("actor", "seen_as", "account")
    export_fields = ("id", "at", "actor", "seen_as", "action", "subject", "account")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Newest first."""
        return super().get_queryset(request).order_by(F("pk").desc())
