"""The blacklist in the panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from unfold.decorators import action

from accounts import audit
from accounts.audited import AuditedAdmin
from accounts.download_admin import ExportedInBackground
from accounts.download_views import Offer
from accounts.models import Account, Download
from accounts.one_account import AccountFilter
from accounts.signed_in import person
from contacts import exporting, wish_log
from contacts.blacklist_forms import EntryForm
from contacts.models import BlacklistEntry, Exchange, Import
from contacts.pushed_admin import PushedAdmin
from smspanel import clock
from smspanel.empty import Empty
from smspanel.panel import ALL


class HoldsFilter(admin.SimpleListFilter):
    """Shows what blocks now, or what has expired."""

    title = gettext_lazy("validity")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("now", gettext_lazy("blocks now")), ("expired", gettext_lazy("has expired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        expired = Q(expires_at__isnull=False, expires_at__lte=clock.now())
        return {"now": queryset.exclude(expired), "expired": queryset.filter(expired)}.get(self.value() or "", queryset)


class BlacklistAdmin(ExportedInBackground, PushedAdmin, AuditedAdmin):
    """Numbers that are never written to: owners keep their account's, masters their tree's, staff everybody's."""

    empty = Empty(
        gettext_lazy("Numbers to which nothing may be sent belong here. Who answers STOP gets here by itself."),
        "blacklist-add",
        gettext_lazy("Add numbers"),
    )
    audited_as = "blacklist"
    audited_values = ("scope",)
    clients_may: ClassVar = ALL
    staff_may: ClassVar = ALL
    pushed = Exchange.What.BLACKLIST
    form = EntryForm
    list_display: ClassVar = (
        "msisdn",
        "scope",
        "source",
        "reason",
        "expires_at",
        "created_by",
        "created_at",
        "account",
    )
    list_filter: ClassVar = (HoldsFilter, "scope", "source", AccountFilter)
    list_select_related: ClassVar = ("created_by", "account")
    search_fields: ClassVar = ("msisdn__startswith",)
    fields: ClassVar = ("account", "msisdn", "scope", "reason", "expires_at")
    actions_list: ClassVar = ("add_many", "check_many", "remove_many", "bring_in", "push")
    export_fields = ("msisdn", "scope", "source", "reason", "expires_at", "created_at")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave the account out for people who have one."""
        user = person(request)
        alone = not user.is_staff and not user.is_master
        return [name for name in self.list_display if not (alone and name in {"account", "scope"})]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Take the account from who enters the number, and let masters alone choose a scope."""
        return [*super().get_exclude(request, obj), "account", *([] if person(request).is_master else ["scope"])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Give what staff enter to everybody."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if person(request).is_staff:
            form.default_scope = BlacklistEntry.Scope.EVERYBODY
        return form

    def _may(self, request: HttpRequest, action: str, row: Any = None) -> bool:
        """Leave to owners what is theirs: staff change only what holds for everybody."""
        row = self.row_of(request, row)
        theirs = row is not None and person(request).is_staff and row.account_id is not None
        return not theirs and super()._may(request, action, row)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note who entered it; what somebody has changed, no import takes off again."""
        if change:
            obj.spreadsheet = None
        else:
            obj.created_by = person(request)
        super().save_model(request, obj, form, change)
        told = {"account_id": obj.account_id, "scope": obj.scope, "msisdns": [obj.msisdn], "until": obj.expires_at}
        wish_log.note(wish_log.Kind.BLOCK, **told)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take a number off, and write that somebody did."""
        self.delete_queryset(request, BlacklistEntry.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BlacklistEntry]) -> None:
        """Take numbers off, and write how many."""
        user = person(request)
        wish_log.note_removal(queryset)
        count = queryset.delete()[0]
        subject = user.account or BlacklistEntry()
        audit.record(actor=user, action="blacklist.remove", subject=subject, account=user.account, count=count)

    def has_write_permission(self, request: HttpRequest) -> bool:
        """Offer pages that change something to who may."""
        return person(request).may_write

    @action(description=gettext_lazy("Block numbers"), url_path="add-many", permissions=["write"])
    def add_many(self, request: HttpRequest) -> HttpResponse:
        """Send to the page for many numbers."""
        return redirect("blacklist-add")

    @action(description=gettext_lazy("Check numbers"), url_path="check-many")
    def check_many(self, request: HttpRequest) -> HttpResponse:
        """Send to the page that says which numbers are blocked."""
        return redirect("blacklist-check")

    @action(description=gettext_lazy("Take numbers off"), url_path="remove-many", permissions=["write"])
    def remove_many(self, request: HttpRequest) -> HttpResponse:
        """Send to the page for many numbers."""
        return redirect("blacklist-remove")

    def has_bring_in_permission(self, request: HttpRequest) -> bool:
        """Offer the import to people of an account."""
        return person(request).account is not None and person(request).may_write

    @action(description=gettext_lazy("Import numbers"), url_path="import-numbers", permissions=["bring_in"])
    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Send to the upload page."""
        return redirect(f"{reverse('contacts-import')}?target={Import.Target.BLACKLIST}")

    def offered(self, request: HttpRequest, account: Account) -> Offer:
        """Return the blacklist of the account."""

        def ask(form: str) -> Download:
            return exporting.of_blacklist(account=account, form=form, actor=person(request))

        size = BlacklistEntry.objects.filter(account=account).count()
        return Offer(gettext("Export the blacklist"), [account.name], size, counted=True, ask=ask)
