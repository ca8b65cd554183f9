"""People who sign in, and the keys of programs, in the panel."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts import keys, sessions, sign_in_as, tenants
from accounts.audited import AuditedAdmin
from accounts.forms import AppKeyForm, NewPersonForm
from accounts.models import AppKey, User
from accounts.signed_in import person
from smspanel import access
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin, asks_first


class UserAdmin(AuditedAdmin):
    """Who may sign in."""

    audited_as = "person"
    audited_values = ("role", "account", "enabled", "approves", "sees_numbers")

    managers_only = True
    staff_may: ClassVar = frozenset({"add", "change"})
    clients_may: ClassVar = frozenset({"add", "change"})
    list_display: ClassVar = ("email", "name", "role", "account", "enabled", "last_login")
    list_filter: ClassVar = ("role", "enabled")
    search_fields: ClassVar = ("email", "name")
    fields: ClassVar = ("email", "name", "role", "account", "enabled", "language", "sees_numbers", "approves")
    add_fieldsets: ClassVar = (
        (None, {"fields": ("email", "name", "role", "account", "language", "sees_numbers", "password")}),
    )
    actions_detail: ClassVar = ("see_as", "end_sessions")

    def has_see_as_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Let staff see the panel as people of accounts."""
        shown = self.row_of(request, object_id)
        return isinstance(shown, User) and sign_in_as.may_see_as(person(request), shown)

    @action(description=gettext_lazy("See the panel as this person"), permissions=["see_as"])
    def see_as(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go on to the question why."""
        return redirect("see-as", self.own(request, object_id).pk)

    @action(description=gettext_lazy("Sign out everywhere"), permissions=["change"])
    @asks_first(gettext_lazy("Sign this person out of every browser? They can sign in again."))
    def end_sessions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End all sessions of the person."""
        ended = sessions.end_all(person=self.own(request, object_id), actor=person(request))
        messages.success(request, _("Sessions that were ended: %(count)s.") % {"count": ended})
        return redirect("admin:accounts_user_change", object_id)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for a password when a person is made."""
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the right of staff out where it means nothing, and to administrators."""
        hidden = super().get_exclude(request, obj)
        means_something = isinstance(obj, User) and obj.is_staff and person(request).is_superuser
        return hidden if means_something else [*hidden, "approves"]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the roles that this person may give."""
        if db_field.name == "role":
            kwargs["choices"] = [(role.value, role.label) for role in person(request).roles_to_give]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep staff accounts to administrators."""
        allowed = super().has_change_permission(request, obj)
        user = person(request)
        obj = self.row_of(request, obj)
        return allowed and (obj is None or obj.role in user.roles_to_give)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """Create through the verb, so that it is audited."""
        user = person(request)
        if change:
            super().save_model(request, obj, form, change)
            return
        made = tenants.add_person(
            email=obj.email,
            password=form.cleaned_data["password"],
            role=User.Role(obj.role),
            account=obj.account if user.is_staff else user.account,
            name=obj.name,
            language=obj.language,
            sees_numbers=obj.sees_numbers,
            actor=user,
        )
        obj.pk = made.pk


class AppKeyAdmin(ScopedModelAdmin):
    """Keys of the accounts' software."""

    empty = Empty(
        gettext_lazy("A program of yours needs a key to send through the panel. Make one for each program."),
        "admin:accounts_appkey_add",
        gettext_lazy("Make a key"),
    )
    managers_only = True
    staff_may: ClassVar = frozenset({"add", "change"})
    clients_may: ClassVar = frozenset({"add", "change"})
    list_display: ClassVar = ("prefix", "label", "account", "created_at", "last_used_at", "revoked_at")
    form = AppKeyForm
    fields: ClassVar = ("account", "label", "networks")
    actions_detail: ClassVar = ("show_value", "revoke")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep a key at its account."""
        return ("account", "prefix", "created_at", "last_used_at", "revoked_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: AppKey, form: ModelForm[AppKey], change: bool) -> None:
        """Issue the key and show it."""
        user = person(request)
        if change:
            keys.change(key=obj, label=obj.label, networks=obj.networks, actor=user)
            return
        account = user.account or obj.account
        made, value = keys.issue(account=account, actor=user, label=obj.label, networks=obj.networks)
        obj.pk, obj.prefix, obj.account = made.pk, made.prefix, account
        messages.info(request, _("The key is %(key)s.") % {"key": value})

    @action(description=gettext_lazy("Show the key"), permissions=["change"])
    @asks_first(gettext_lazy("Show the key on the next page? That you looked is written to the audit trail."))
    def show_value(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the key once more; who looked is audited."""
        key = self.own(request, object_id)
        if access.may_change(person(request), key):
            value = keys.reveal(key=key, actor=person(request))
            messages.info(request, _("The key is %(key)s.") % {"key": value})
        return redirect("admin:accounts_appkey_change", key.pk)

    @action(description=gettext_lazy("Revoke"), permissions=["change"])
    @asks_first(gettext_lazy("Revoke this key? Software that uses it stops working at once."))
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make the key useless."""
        key = self.own(request, object_id)
        if access.may_change(person(request), key):
            keys.revoke(key=key, actor=person(request))
            messages.success(request, _("The key was revoked."))
        return redirect("admin:accounts_appkey_change", key.pk)
