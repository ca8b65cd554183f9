"""Connections and the calls over them in the panel, for staff."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, warn-return-any=False
# mypy: warn-unused-ignores=False

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from accounts import audit, balances, connection_forms, connections, trial
from accounts.audited import AuditedAdmin
from accounts.connection_forms import ConnectionForm
from accounts.models import Connection, ConnectionCall
from accounts.signed_in import person
from smspanel import clock
from smspanel.panel import ScopedModelAdmin, asks_first, page
from smspanel.providers import registry

SHORT = 60
IN_USE, SWITCHED_OFF, SET_ASIDE = "IN_USE", "SWITCHED_OFF", "SET_ASIDE"


class ConnectionAdmin(AuditedAdmin):
    """Provider accounts, for staff."""

    audited_as = "connection"
    audited_values = ("is_active", "max_parallel", "calls_per_second", "batch_size", "grace_seconds")

    account_path = None
    staff_may: ClassVar = frozenset({"add", "change"})
    list_display: ClassVar = ("name", "kind", "show_state", "show_trouble", "last_error_at", "show_calls")
    list_filter: ClassVar = ("kind", "is_active")
    actions_detail: ClassVar = ("try_out", "use_again")
    observed: ClassVar = ("tell_state", "show_left", "last_error", "last_error_at", "show_push_address", "show_calls")

    @display(
        description=gettext_lazy("state"),
        label={IN_USE: "success", SWITCHED_OFF: "danger", SET_ASIDE: "warning"},
    )
    def show_state(self, connection: Connection) -> tuple[str, str]:
        """Say whether it is used now, and if not, until when."""
        if not connection.is_active:
            return SWITCHED_OFF, _("switched off")
        if connection.trouble(clock.now()) is None or connection.blocked_until is None:
            return IN_USE, _("in use")
        moment = date_format(localtime(connection.blocked_until), "SHORT_DATETIME_FORMAT")
        return SET_ASIDE, _("set aside until %(moment)s") % {"moment": moment}

    @display(description=gettext_lazy("state"))
    def tell_state(self, connection: Connection) -> str:
        """Say it in words, with the reason why it is set aside."""
        state, words = self.show_state(connection)
        return f"{words}: {connection.blocked_because}" if state == SET_ASIDE else words

    @display(description=gettext_lazy("last trouble"))
    def show_trouble(self, connection: Connection) -> str:
        """Show so much of it as has room on a phone; the connection's own page has all."""
        return Truncator(connection.last_error or "–").chars(SHORT)

    @display(description=gettext_lazy("left at the provider"))
    def show_left(self, connection: Connection) -> str:
        """Say what is left, what is low in words that stand out."""
        found = balances.left([connection])
        if not found:
            return _("not asked yet")
        when = date_format(localtime(found[-1].at), "SHORT_DATETIME_FORMAT")
        lines = format_html_join("", '<div class="{}">{}</div>', ((_tone(left), left.sentence) for left in found))
        return format_html('{}<div class="sp-muted">{}</div>', lines, _("asked %(when)s") % {"when": when})

    @display(description=gettext_lazy("pushes arrive at"))
    def show_push_address(self, connection: Connection) -> str:
        """Show the address that is entered at a provider which is not told it with every message."""
        return format_html('<code class="sp-address">{}</code>', connection.push_address)

    @display(description=gettext_lazy("calls"))
    def show_calls(self, connection: Connection) -> str:
        """Link to the log of its calls."""
        address = reverse("admin:accounts_connectioncall_changelist")
        return format_html(
            '<a class="sp-link" href="{}?connection__id__exact={}">{}</a>', address, connection.pk, _("Show")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep a connection at its provider."""
        return ("kind", *self.observed) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put the provider's boxes after our own."""
        provider = registry.client_class(obj.kind if obj else _kind(request))
        named = {"provider": provider.label}
        known = ("kind",) if obj else ()
        options = connection_forms.option_boxes(provider)
        parts = [
            (_("State"), self.observed if obj else ()),
            (None if obj else str(provider.label), ("name", *known, "base_url", "is_active")),
            (_("Sign-in at %(provider)s") % named, connection_forms.credential_boxes(provider, stored=bool(obj))),
            (_("Options of %(provider)s") % named, options),
            (_("Pace"), (("max_parallel", "calls_per_second"), ("batch_size", "grace_seconds"))),
            (_("Balance"), ("warn_below",)),
        ]
        return [(title, {"fields": fields}) for title, fields in parts if fields]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Build the form from its model fields; the boxes of the provider are its own."""
        kwargs["fields"] = ConnectionForm.Meta.fields
        kwargs["form"] = connection_forms.for_kind(obj.kind if obj else _kind(request))
        return super().get_form(request, obj, change=change, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask for the provider first: the form depends on it."""
        if self.has_add_permission(request) and not _kind(request):
            kinds = registry.kinds()
            return render(request, "accounts/choose_provider.html", page(request, _("Add a connection"), kinds=kinds))
        return super().add_view(request, form_url, extra_context)

    def save_row(self, obj: Connection) -> None:
        """Write what the form holds, and nothing that a worker may have written meanwhile."""
        obj.save(update_fields=[*ConnectionForm.Meta.fields, "options"] if obj.pk else None)

    def save_model(self, request: HttpRequest, obj: Connection, form: Any, change: bool) -> None:
        """Save the connection with its options, and seal its credentials if they are other ones."""
        if not change:
            obj.kind = form.provider.kind
        changed = form.changed_options
        obj.options = form.options()
        super().save_model(request, obj, form, change)
        if changed:
            audit.record(actor=person(request), action="connection.options", subject=obj, fields=changed)
        if not change or form.credentials() != form.kept:
            connections.set_credentials(connection=obj, credentials=form.credentials(), actor=person(request))

    @action(description=gettext_lazy("Test connection"), permissions=["change"])
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask the provider what costs nothing, and say what came of it."""
        connection = self.own(request, object_id)
        for finding in trial.run(connection=connection, actor=person(request)):
            messages.add_message(request, finding.level, finding.sentence)
        return redirect("admin:accounts_connection_change", connection.pk)

    def has_use_again_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Offer to use a connection again only while it is set aside."""
        connection = self.row_of(request, obj)
        until = connection.blocked_until if connection is not None else None
        return self.has_change_permission(request, connection) and until is not None and until > clock.now()

    @action(description=gettext_lazy("Use again now"), permissions=["use_again"])
    @asks_first(gettext_lazy("Use this connection again at once, although it was set aside?"))
    def use_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the time for which it is set aside."""
        connection = self.own(request, object_id)
        connections.stop_setting_aside(connection=connection, actor=person(request))
        messages.success(request, _("The connection is used again."))
        return redirect("admin:accounts_connection_change", connection.pk)


class ConnectionCallAdmin(ScopedModelAdmin):
    """The log of calls to providers, for staff to read."""

    account_path = None
    list_display: ClassVar = (
        "show_at",
        "connection",
        "method",
        "path",
        "show_outcome",
        "status",
        "milliseconds",
        "size",
    )
    list_filter: ClassVar = ("connection", "outcome", "status")
    list_select_related: ClassVar = ("connection",)
    fields: ClassVar = (
        ("connection", "show_at"),
        ("method", "path"),
        ("outcome", "status"),
        ("milliseconds", "size"),
        "show_excerpt",
    )
    readonly_fields: ClassVar = ("show_at", "show_excerpt")

    @display(description=gettext_lazy("when"), ordering="pk")
    def show_at(self, call: ConnectionCall) -> str:
        """Tell the time to the second."""
        return f"{localtime(call.at):%Y-%m-%d %H:%M:%S}"

    @display(description=gettext_lazy("answer"))
    def show_excerpt(self, call: ConnectionCall) -> str:
        """Show the beginning of the answer, broken where the page ends."""
        return format_html('<div class="sp-bubble">{}</div>', call.excerpt) if call.excerpt else "–"

    @display(
        description=gettext_lazy("outcome"),
        label={"ANSWERED": "success", "NEVER_LEFT": "warning", "NO_ANSWER": "danger"},
    )
    def show_outcome(self, call: ConnectionCall) -> tuple[str, str]:
        """Colour how the call ended."""
        return call.outcome, call.get_outcome_display()


def _kind(request: HttpRequest) -> str:
    """Return the provider that was chosen for a new connection; nothing for none, or one that is unknown."""
    chosen = request.POST.get("kind") or request.GET.get("kind") or ""
    return chosen if chosen in dict(registry.kinds()) else ""


def _tone(left: balances.Left) -> str:
    """Return the class that lets what is low stand out."""
    return "sp-minus" if left.is_low else ""
