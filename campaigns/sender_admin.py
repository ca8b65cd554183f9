"""Sender names in the panel: owners ask and see what was decided, staff decide."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, warn-return-any=False

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.audited import AuditedAdmin
from accounts.signed_in import person
from campaigns import senders
from campaigns.errors import CampaignRefused
from campaigns.models import Sender, Variant
from campaigns.models.offer import NAMED_VARIANTS
from smspanel.empty import Empty
from smspanel.panel import ALL, asks_first, page

STAFF_ONLY = ("agreement", "agreement_note", "variants")
COLOURS = {"APPROVED": "success", "REJECTED": "danger", "OFF": "danger", "PENDING": "warning"}
NAMED = [choice for choice in Variant.choices if choice[0] in {*NAMED_VARIANTS, Variant.INTER}]


class VariantsField(forms.MultipleChoiceField):
    """Variants, kept as words parted by blanks."""

    def prepare_value(self, value: Any) -> Any:
        """Return the words."""
        return value.split() if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the words."""
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> str:
        """Return the chosen words in one line."""
        return " ".join(sorted(super().clean(value)))


class SenderAdmin(AuditedAdmin):
    """Sender names: owners ask, staff approve."""

    empty = Empty(
        gettext_lazy(
            "A sender name is what phones show instead of a number. Ask for one; it is checked before it may be used."
        ),
        "admin:campaigns_sender_add",
        gettext_lazy("Ask for a sender name"),
    )
    shared = True
    staff_may: ClassVar = frozenset({"add", "change"})
    clients_may: ClassVar = frozenset({"add"})
    audited_as = "sender"
    audited_values: ClassVar = ("name", *STAFF_ONLY)
    list_display: ClassVar = ("name", "show_status", "agreement", "account", "created_at")
    list_filter: ClassVar = ("status", "agreement")
    list_select_related: ClassVar = ("account",)
    fields: ClassVar = ("account", "name", "decision", *STAFF_ONLY)
    readonly_fields: ClassVar = ("decision",)
    export_fields = ("account", "name", "status", "agreement", "variants")
    import_fields = ("account", "name", "status")
    import_key = ("account", "name")
    actions_detail: ClassVar = ("approve", "reject", "switch_off")

    @display(description=gettext_lazy("status"), label=COLOURS)
    def show_status(self, sender: Sender) -> tuple[str, str]:
        """Colour the status."""
        return sender.status, sender.get_status_display()

    @display(description=gettext_lazy("decision"))
    def decision(self, sender: Sender) -> str:
        """Say what was decided and why."""
        return ": ".join(filter(None, (str(sender.get_status_display()), sender.rejection)))

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask owners for the name alone; what staff write down about it they read later."""
        hidden = [*super().get_exclude(request, obj), *(["decision"] if obj is None else [])]
        return [*hidden, *STAFF_ONLY] if obj is None and not person(request).is_staff else hidden

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the variants that bear a name, and take no word about an agreement for none that is required."""
        if db_field.name == "variants":
            widget, told = UnfoldAdminCheckboxSelectMultipleWidget, db_field.help_text
            label = capfirst(db_field.verbose_name)
            return VariantsField(choices=NAMED, required=False, widget=widget, help_text=told, label=label)
        if db_field.name == "agreement":
            kwargs["required"] = False
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Refuse a reserved name to everybody but staff, who know whose it is."""
        form = super().get_form(request, obj, change, **kwargs)
        if "name" in form.base_fields and not request.user.is_staff:
            form.base_fields["name"].validators.append(senders.validate_free)
        return form

    def save_model(self, request: HttpRequest, obj: Sender, form: ModelForm[Sender], change: bool) -> None:
        """File a wish; what staff enter is approved."""
        user = person(request)
        if not change:
            obj.status = Sender.Status.APPROVED if user.is_staff else Sender.Status.PENDING
            obj.account_id = obj.account_id if user.is_staff else user.account_id
        super().save_model(request, obj, form, change)

    @action(description=gettext_lazy("Approve"), permissions=["change"])
    @asks_first(gettext_lazy("Let the account send under this name?"))
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Approve the name."""
        return self._decide(request, object_id, Sender.Status.APPROVED)

    @action(description=gettext_lazy("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reject the name with a reason."""
        sender = self.own(request, object_id)
        if request.method != "POST":
            return render(request, "campaigns/sender_reject.html", page(request, str(sender), sender=sender))
        return self._decide(request, object_id, Sender.Status.REJECTED)

    @action(description=gettext_lazy("Switch off"), permissions=["change"])
    @asks_first(gettext_lazy("Let nobody send under this name any more? Campaigns that are confirmed still go."))
    def switch_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Switch the name off."""
        return self._decide(request, object_id, Sender.Status.OFF)

    def _decide(self, request: HttpRequest, object_id: str, status: Sender.Status) -> HttpResponse:
        sender, reason = self.own(request, object_id), request.POST.get("reason", "").replace("\0", "")
        try:
            senders.decide(sender=sender, status=status, actor=person(request), reason=reason)
        except CampaignRefused as error:
            messages.error(request, str(error))
            return redirect(request.path)
        messages.success(request, _("Saved."))
        return redirect("admin:campaigns_sender_changelist")


class SenderRegistrationAdmin(AuditedAdmin):
    """What providers say of names, for staff."""

    account_path = None
    staff_may: ClassVar = ALL
    audited_as = "sender-registration"
    audited_values: ClassVar = ("sender", "connection", "status")
    list_display: ClassVar = ("sender", "connection", "show_status", "note")
    list_filter: ClassVar = ("status", "connection")
    list_select_related: ClassVar = ("sender", "connection")
    fields: ClassVar = ("sender", "connection", "status", "note")

    @display(description=gettext_lazy("status"), label=COLOURS)
    def show_status(self, row: Any) -> tuple[str, str]:
        """Colour the status."""
        return row.status, row.get_status_display()
