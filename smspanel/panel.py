"""The one admin site that is the panel, and the base class that keeps every page in its tenant.

`ScopedModelAdmin` is the only place where lists, forms, choices, autocomplete, history, deletion, bulk actions
and exports are limited to what a person may see; it asks smspanel/access.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, ClassVar, Final, NoReturn

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage
from django.db.models import ForeignKey, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.resources import ModelResource, modelresource_factory
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.sites import UnfoldAdminSite

from smspanel import access, downloads, guides, masking
from smspanel.empty import Empty
from smspanel.owned import owned

ALL: Final = frozenset({"add", "change", "delete"})
"""What somebody may do who may do everything with the rows of a list."""


class PanelSite(UnfoldAdminSite):
    """The panel: staff, masters and owners of accounts sign in to the same site.

    Its pages are imported where its addresses are: half of what a process imports is there for them, and the
    heartbeat, commands, and a worker without work need none of it.
    """

    site_title = "smspanel"
    site_header = "smspanel"
    index_title = _("Overview")
    index_template = "panel/dashboard.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in whoever may sign in; what they see there is decided by scope."""
        return bool(request.user.is_active)

    def get_urls(self) -> list[Any]:
        """Leave out Django's address that looks for any row of any table, whoever asks; no page of ours leads there."""
        self.load_pages()
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", None) != "view_on_site"]

    def check(self, app_configs: Iterable[AppConfig] | None) -> list[CheckMessage]:
        """Check every page."""
        self.load_pages()
        return list(super().check(app_configs))

    def load_pages(self) -> None:
        """Import the pages of every app, but Django's groups of rights: what people may do follows from their role."""
        autodiscover_modules("admin", register_to=self)
        if self.is_registered(Group):
            self.unregister(Group)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add what leads from every page to its explanation."""
        context: dict[str, Any] = super().each_context(request)
        if request.user.is_authenticated and (match := request.resolver_match):
            context["help_address"] = guides.address_for(access.visitor(request), match.view_name)
        return context

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Offer only what the person may see."""
        answer: Any = ScopedAutocomplete.as_view(admin_site=self)(request)
        return answer


class ScopedAutocomplete(AutocompleteJsonView):
    """Autocomplete whose answers come from the scoped query set of the model's own admin."""

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the model's admin."""
        return bool(self.model_admin.has_view_permission(request, obj))


class SafeResource(ModelResource):  # type: ignore[misc]
    """A resource whose text cells are never formulas."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Return the cell, made harmless."""
        value = super().export_field(field, instance, **kwargs)
        return downloads.harmless(value) if isinstance(value, str) else value


class ScopedModelAdmin(ImportExportMixin, ModelAdmin):  # type: ignore[misc]
    """A model admin in which a row of another tenant does not exist.

    `account_path` leads from the row to its account; None means that only staff see the model. `shared` shows
    rows of no account to everybody. `empty` is what the list says while it has no rows. `staff_may` and
    `clients_may` name what each side may do besides looking; with `managers_only`, editors may only look.
    `import_fields` open a table to imports by staff.
    """

    account_path: ClassVar[str | None] = "account"
    shared: ClassVar[bool] = False
    empty: ClassVar[Empty | None] = None
    staff_may: ClassVar[frozenset[str]] = frozenset()
    clients_may: ClassVar[frozenset[str]] = frozenset()
    managers_only: ClassVar[bool] = False
    export_fields: ClassVar[tuple[str, ...]] = ()
    import_fields: ClassVar[tuple[str, ...]] = ()
    import_key: ClassVar[tuple[str, ...]] = ("id",)
    import_resource: ClassVar[type[ModelResource]] = SafeResource
    import_form_class = ImportForm
    export_form_class = ExportForm
    show_full_result_count = False
    list_per_page = 50
    compressed_fields = True
    warn_unsaved_form = True
    list_filter_submit = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep the rows this person may see."""
        rows = super().get_queryset(request)
        if self.account_path is None:
            return rows if request.user.is_staff else rows.none()
        return access.visible(rows, access.visitor(request), path=self.account_path, shared=self.shared)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list with what it says while it is empty.

        What PostgreSQL cannot take is answered as any other filter that makes no sense: with the list, unfiltered.
        """
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            raise IncorrectLookupParameters
        found = super().get_changelist_instance(request)
        found.empty, user = self.empty, access.visitor(request)
        may_go_on = user.account_id and user.may_write and (not self.managers_only or self._may(request, "add"))
        found.next_step = self.empty if may_go_on else None
        return found

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Name the account only to those who see several."""
        columns: Sequence[Any] = super().get_list_display(request)
        user = access.visitor(request)
        if user.is_staff or user.is_master:
            return columns
        return [column for column in columns if column != "account"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section to whoever may see its model."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody look at what is in their scope."""
        return bool(request.user.is_active and (request.user.is_staff or self.account_path is not None))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask who may add rows."""
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask who may change rows, and whose row it is."""
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask who may delete rows, and whose row it is."""
        return self._may(request, "delete", obj)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Let whoever sees the list take it home, where there is something to take."""
        return bool(self.export_fields) and access.visitor(request).sees_numbers and self.has_view_permission(request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find by whole numbers alone for people who may not see them: parts of one would tell the rest of it."""
        by_number = any(field.startswith("msisdn") for field in self.search_fields)
        if by_number and not access.visitor(request).sees_numbers and any(letter.isdigit() for letter in search_term):
            return queryset.filter(msisdn__in=masking.numbers_in([search_term])), False
        return self.search(request, queryset, search_term)

    def search(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search as the list does it; returns the rows, and whether some may be there twice."""
        return super().get_search_results(request, queryset, search_term)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Let staff bring in the small tables that they keep; everybody else imports contacts, in their account."""
        return bool(self.import_fields) and request.user.is_staff and self._may(request, "add")

    def get_import_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        """Import the named fields; a row whose key fields are there already is changed."""
        named = {"fields": self.import_fields, "import_id_fields": self.import_key, "skip_unchanged": True}
        return [modelresource_factory(self.model, resource_class=self.import_resource, meta_options=named)]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        """Export the named fields, with cells that no spreadsheet program takes for formulas."""
        named = {"fields": self.export_fields, "export_order": self.export_fields}
        return [modelresource_factory(self.model, resource_class=SafeResource, meta_options=named)]

    def _may(self, request: HttpRequest, action: str, row: Any = None) -> bool:
        allowed = self.staff_may if request.user.is_staff else self.clients_may
        if action not in allowed or not request.user.is_active or not request.user.may_write:
            return False
        if self.managers_only and not request.user.is_manager:
            return False
        row = self.row_of(request, row)
        return row is None or self.account_path is None or access.may_change(request.user, row, path=self.account_path)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only rows that the person may see, as the related model's own admin would list them."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is not None and "queryset" not in kwargs:
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only rows that the person may see."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is not None and "queryset" not in kwargs:
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Give a client's new row to the client's own account, whatever the form said."""
        if not change and self.account_path == "account" and not request.user.is_staff:
            obj.account_id = access.visitor(request).account_id
        super().save_model(request, obj, form, change)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Check the row of somebody who has only one account as one of that account."""
        form = super().get_form(request, obj, change=change, **kwargs)
        hidden = "account" in self.get_exclude(request, obj)
        return owned(form, access.visitor(request).account_id) if hidden else form

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Hide the account from people who have only one."""
        hidden = list(super().get_exclude(request, obj) or ())
        if self.account_path == "account" and not request.user.is_staff:
            hidden.append("account")
        return hidden

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the excluded fields out of the layout, too."""
        excluded = set(self.get_exclude(request, obj))
        return [
            (title, {**options, "fields": _without(options["fields"], excluded)})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        """Answer for a foreign row as for a missing one."""
        raise Http404("There is no such object.")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only what the filters of the list ask, so that no parameter can probe other columns."""
        entries = [entry[0] if isinstance(entry, tuple | list) else entry for entry in self.list_filter]
        own = {str(getattr(entry, "parameter_name", "")) for entry in entries}
        allowed = {entry.split("__")[0] for entry in entries if isinstance(entry, str)}
        return lookup in own or lookup.split("__")[0] in allowed

    def row_of(self, request: HttpRequest, row: Any) -> Any:
        """Return the row that is meant: unfold asks about an action with the id from the address."""
        return self.own(request, row) if isinstance(row, str) else row

    def own(self, request: HttpRequest, object_id: str) -> Any:
        """Return a row that the person may see; raises Http404."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404("There is no such object.")
        return row


def _without(fields: Sequence[Any], excluded: set[str]) -> list[Any]:
    """Return a layout of fields without the excluded ones; a line is a name or a tuple of names."""
    lines = [
        field if isinstance(field, str) else tuple(name for name in field if name not in excluded) for field in fields
    ]
    return [line for line in lines if line and line not in excluded]


def page(request: HttpRequest, title: str, **context: Any) -> dict[str, Any]:
    """Return the context of a page of our own on the panel."""
    return {**admin.site.each_context(request), "title": title, **context}


def asks_first(question: Any) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make an action of a model admin ask before it acts, so that a mere link never changes anything."""

    def decorate(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(act)
        def ask_or_act(self: ScopedModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
            row = self.own(request, object_id)
            if request.method == "POST":
                return act(self, request, object_id)
            return render(request, "panel/confirm.html", page(request, str(row), question=question, row=row))

        return ask_or_act

    return decorate
