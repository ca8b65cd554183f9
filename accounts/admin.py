"""Accounts in the panel; everything else of this app has a module of its own, which is read from here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from accounts import connection_admin, download_admin, ledger_admin, people_admin, points, tenants
from accounts.audited import AuditedAdmin
from accounts.forms import NewAccountForm
from accounts.links import presentation, recording
from accounts.models import (
    Account,
    AccountLink,
    AppKey,
    AuditEntry,
    Connection,
    ConnectionCall,
    Download,
    GrantRequest,
    Transfer,
    User,
)
from accounts.signed_in import person
from smspanel.panel import asks_first

RIGHTS = (
    *("may_use_prefixes", "may_use_nine_digits", "approval_above", "may_skip_approval"),
    *("type_count_from", "needs_cost_centre"),
)
CAP = ("cap_messages", "cap_days")
LIMITS = ("countries", "daily_cap")
SETTLEMENT = ("payment_code", "tariff_id", "channel_id", "administrator")

PROFILE = (
    (
        gettext_lazy("Company"),
        {
            "classes": ["tab"],
            "fields": (
                ("legal_form", "department"),
                "company_name",
                ("nip", "regon"),
                ("krs", "register_entry"),
                ("first_name", "last_name"),
                ("pesel", "id_number"),
                "street",
                ("house_no", "flat_no"),
                ("postcode", "city"),
            ),
        },
    ),
    (
        gettext_lazy("Contact"),
        {
            "classes": ["tab"],
            "fields": (
                "contact_person",
                ("contact_first_name", "contact_last_name"),
                ("contact_phone", "contact_phone_status"),
            ),
        },
    ),
    (
        gettext_lazy("Sending"),
        {
            "classes": ["tab"],
            "fields": ("time_zone", ("window_start", "window_end"), "stop_answer", RIGHTS, LIMITS, CAP, "beyond_cap"),
        },
    ),
    (
        gettext_lazy("Settlement"),
        {"classes": ["tab"], "fields": (("payment_code", "tariff_id"), "channel_id", "administrator")},
    ),
)


@admin.register(Account)
class AccountAdmin(AuditedAdmin):
    """The tree of accounts with its balances."""

    audited_as = "account"
    audited_values = ("time_zone", "tariff_id", "channel_id", "administrator", "beyond_cap", *RIGHTS, *LIMITS, *CAP)

    managers_only = True
    account_path = ""
    staff_may: ClassVar = frozenset({"add", "change"})
    clients_may: ClassVar = frozenset({"add", "change"})
    list_display: ClassVar = ("name", "kind", "master", "show_status", "available", "held", "ledger")
    list_filter: ClassVar = ("kind", "status")
    search_fields: ClassVar = ("name", "email", "nip")
    list_select_related: ClassVar = ("master", "wallet", "link")
    readonly_fields: ClassVar = ("status", "kind", "master", "created_at", "contact_phone_status", "linked")
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "email", "description", ("kind", "master"), ("status", "created_at"), "linked")}),
        *PROFILE,
    )
    add_fieldsets: ClassVar = ((None, {"fields": ("name", "email", "description", "password", "opening_points")}),)
    actions_detail: ClassVar = ("switch_off", "switch_on", "emergency_stop", "at_justsend")
    export_fields = ("id", "name", "kind", "master", "status", "email")

    @display(description=gettext_lazy("status"), label={"ACTIVE": "success", "NOT_ACTIVE": "danger"})
    def show_status(self, account: Account) -> tuple[str, str]:
        """Colour the status."""
        return account.status, account.get_status_display()

    @display(description=gettext_lazy("available"))
    def available(self, account: Account) -> str:
        """Return points that may be spent."""
        return intcomma(account.wallet.available if hasattr(account, "wallet") else 0)

    @display(description=gettext_lazy("held"))
    def held(self, account: Account) -> str:
        """Return points promised to campaigns."""
        return intcomma(account.wallet.held if hasattr(account, "wallet") else 0)

    @display(description=gettext_lazy("points"))
    def ledger(self, account: Account) -> str:
        """Link to the account's ledger."""
        return format_html('<a class="sp-link" href="{}">{}</a>', reverse("points-of", args=[account.pk]), _("Ledger"))

    @display(description=gettext_lazy("at JustSend"))
    def linked(self, account: Account) -> str:
        """Say whether the account agrees with its counterpart; staff go on from there."""
        return presentation.state_of(account)

    def has_link_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Keep links to staff."""
        return person(request).is_staff

    @action(description=gettext_lazy("JustSend"), permissions=["link"])
    def at_justsend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the page about the account's counterpart at JustSend."""
        return redirect(presentation.address(self.own(request, object_id)))

    def account_of(self, obj: Account) -> Account:
        """An account's entries are its own."""
        return obj

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff add masters, and masters add slaves."""
        user = person(request)
        return super().has_add_permission(request) and (user.is_staff or user.is_master)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let masters change their slaves, too."""
        user, obj = person(request), self.row_of(request, obj)
        if obj is not None and not user.is_staff and obj.master_id == user.account_id:
            return user.is_manager
        return super().has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for less when an account is made."""
        if obj is None:
            kwargs["form"] = NewAccountForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show states at JustSend where anything is linked."""
        shown = super().get_list_display(request)
        return (*shown, "linked") if AccountLink.objects.exists() else shown

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the state at JustSend where nothing is linked, and the limit that only a master's tree has."""
        hidden = [*super().get_exclude(request, obj), *([] if hasattr(obj, "link") else ["linked"])]
        return [*hidden, *CAP] if obj is not None and not obj.is_master else hidden

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep settlement and rights for staff, and what goes past a master's limit for the master, too."""
        reserved: tuple[str, ...] = () if request.user.is_staff else (*SETTLEMENT, *RIGHTS, *LIMITS)
        if reserved and obj is not None and obj.root.pk != person(request).account_id:
            reserved += ("beyond_cap",)
        return () if obj is None else (*self.readonly_fields, *reserved)

    def save_model(self, request: HttpRequest, obj: Account, form: ModelForm[Account], change: bool) -> None:
        """Open the account with its owner, or save its profile."""
        user = person(request)
        if change:
            super().save_model(request, obj, form, change)
            recording.record_edit(account=obj, fields=form.changed_data, actor=user)
            return
        made, key = tenants.open_account(
            kind=Account.Kind.MASTER if user.is_staff else Account.Kind.SLAVE,
            master=None if user.is_staff else user.account,
            name=obj.name,
            email=obj.email,
            description=obj.description,
            password=form.cleaned_data["password"],
            opening_points=form.cleaned_data["opening_points"] or 0,
            actor=user,
        )
        obj.pk = made.pk
        messages.info(request, _("Its API key is %(key)s. It can be shown again under API keys.") % {"key": key})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Say in the form what a ledger refused."""
        try:
            return super().add_view(request, form_url, extra_context)
        except (points.PointsError, tenants.TenantError) as error:
            messages.error(request, str(error))
            return redirect(request.path)

    @action(description=gettext_lazy("Emergency stop"), permissions=["change"])
    def emergency_stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the page on which everything of the account is stopped at once."""
        return redirect("stop-account", self.own(request, object_id).pk)

    @action(description=gettext_lazy("Switch off"), permissions=["change"])
    @asks_first(
        gettext_lazy("Switch this account off? With a master account all its subaccounts are switched off, too.")
    )
    def switch_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Deactivate the account, a master with its slaves."""
        account = self.own(request, object_id)
        count = tenants.deactivate(account=account, actor=person(request))
        messages.success(request, _("Switched off: %(count)s") % {"count": count})
        return redirect("admin:accounts_account_change", account.pk)

    @action(description=gettext_lazy("Switch on"), permissions=["change"])
    @asks_first(gettext_lazy("Switch this account on again?"))
    def switch_on(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Activate the account."""
        account = self.own(request, object_id)
        try:
            tenants.activate(account=account, actor=person(request))
        except tenants.TenantError as error:
            messages.error(request, str(error))
        return redirect("admin:accounts_account_change", account.pk)


admin.site.register(User, people_admin.UserAdmin)
admin.site.register(AppKey, people_admin.AppKeyAdmin)
admin.site.register(Transfer, ledger_admin.TransferAdmin)
admin.site.register(GrantRequest, ledger_admin.GrantRequestAdmin)
admin.site.register(AuditEntry, ledger_admin.AuditEntryAdmin)
admin.site.register(Connection, connection_admin.ConnectionAdmin)
admin.site.register(ConnectionCall, connection_admin.ConnectionCallAdmin)
admin.site.register(Download, download_admin.DownloadAdmin)
