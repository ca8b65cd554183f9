"""Contacts, groups, blacklist and imports in the panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.signed_in import person
from contacts import groups, numbers
from contacts.exchange_views import can_push
from contacts.models import NOTES, BlacklistEntry, Contact, Exchange, Group, Import, Membership
from smspanel import access
from smspanel.panel import ScopedModelAdmin

ALL: frozenset[str] = frozenset({"add", "change", "delete"})


class NumberForm(ModelForm[Any]):
    """A form whose number is read as people write it, and stored in one way."""

    def clean_msisdn(self) -> str:
        """Return the number as digits; say what is wrong with one that cannot be."""
        try:
            return numbers.normalise(self.cleaned_data["msisdn"], kinds=numbers.SMS | numbers.VOICE).msisdn
        except numbers.InvalidNumber as error:
            raise ValidationError(str(error)) from error


class ContactForm(NumberForm):
    """A contact by hand."""

    class Meta:
        model = Contact
        fields = ("account", "msisdn", "first_name", "last_name", "middle_name", "sex", "birth_date", *NOTES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "msisdn" in self.fields:
            # People type spaces and +48; the length is checked after the number was read.
            self.fields["msisdn"].validators = []
            self.fields["msisdn"].widget.attrs["maxlength"] = "30"


class MembershipInline(TabularInline):
    """The groups of a contact."""

    model = Membership
    extra = 0
    autocomplete_fields = ("group",)
    tab = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show whatever belongs to a contact that may be seen."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask who may change the contact."""
        return obj is not None and access.may_change(person(request), obj) and not request.user.is_staff

    has_change_permission = has_delete_permission = has_add_permission

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer one's own groups."""
        kwargs["queryset"] = access.own(Group.objects.all(), person(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Contact)
class ContactAdmin(ScopedModelAdmin):
    """People to write to."""

    clients_may: ClassVar = ALL
    form = ContactForm
    list_display: ClassVar = ("msisdn", "first_name", "last_name", "birth_date", "note_1", "created_at")
    list_filter: ClassVar = ("sex", "groups")
    search_fields: ClassVar = ("msisdn__startswith", "first_name", "last_name")
    search_help_text = gettext_lazy("Search by the beginning of a number (48500…), or by name.")
    ordering: ClassVar = ("-pk",)
    inlines: ClassVar = (MembershipInline,)
    export_fields = ("msisdn", "first_name", "last_name", "middle_name", "sex", "birth_date", *NOTES)
    fieldsets: ClassVar = (
        (
            None,
            {
                "fields": (
                    "account",
                    "msisdn",
                    ("first_name", "last_name"),
                    ("middle_name", "sex", "birth_date"),
                )
            },
        ),
        (gettext_lazy("Notes"), {"classes": ["tab"], "fields": NOTES}),
    )

    actions_list: ClassVar = ("bring_in",)

    @action(description=gettext_lazy("Import a spreadsheet"), url_path="import-a-spreadsheet")
    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Send to the upload page."""
        return redirect("contacts-import")

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Offer only one's own groups."""
        return ("sex", ("groups", ScopedGroupFilter))


class ScopedGroupFilter(admin.RelatedFieldListFilter):
    """A filter by group that names only groups the person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the groups in scope."""
        groups = access.visible(Group.objects.order_by("name"), person(request))
        return [(group.pk, group.name) for group in groups[:500]]


class PushedAdmin(ScopedModelAdmin):
    """A list that a linked account can push to JustSend."""

    pushed: ClassVar[Exchange.What]

    def has_push_permission(self, request: HttpRequest) -> bool:
        """Offer it where there is something to push to."""
        return can_push(request)

    @action(description=gettext_lazy("Push to JustSend"), url_path="push", permissions=["push"])
    def push(self, request: HttpRequest) -> HttpResponse:
        """Ask first, on a page of its own."""
        return redirect("justsend-push", self.pushed)


@admin.register(Group)
class GroupAdmin(PushedAdmin):
    """Named sets of contacts."""

    clients_may: ClassVar = ALL
    pushed = Exchange.What.GROUPS
    actions_list: ClassVar = ("push",)
    list_display: ClassVar = ("name", "members", "is_blocked", "created_at")
    list_filter: ClassVar = ("is_blocked",)
    search_fields: ClassVar = ("name",)
    fields: ClassVar = ("account", "name", ("valid_from", "valid_until"), "is_blocked", "reply_text")
    actions_detail: ClassVar = ("check_numbers",)
    export_fields = ("id", "name")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave room for an answer of several lines."""
        if db_field.name == "reply_text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @action(description=gettext_lazy("Check the numbers"), permissions=["change"])
    def check_numbers(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to the page that asks first and then shows the cost."""
        return redirect("group-check", self.own(request, object_id).pk)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Keep groups that campaigns still need, and say which these are."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking, [*protected, *filter(None, map(groups.why_needed, objs))]

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        """Delete a group; its contacts stay."""
        groups.remove(group=obj, actor=person(request))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """Delete groups; their contacts stay."""
        for group in queryset.select_related("account").order_by("pk"):
            groups.remove(group=group, actor=person(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the members along."""
        return super().get_queryset(request).annotate(size=Count("memberships")).order_by("name")

    @display(description=gettext_lazy("members"), ordering="size")
    def members(self, group: Any) -> str:
        """Link to the members."""
        address = f"{reverse('admin:contacts_contact_changelist')}?groups__id__exact={group.pk}"
        return format_html('<a class="sp-link" href="{}">{}</a>', address, group.size)


@admin.register(BlacklistEntry)
class BlacklistAdmin(PushedAdmin):
    """Numbers that are never written to."""

    clients_may: ClassVar = ALL
    pushed = Exchange.What.BLACKLIST
    form = NumberForm
    list_display: ClassVar = ("msisdn", "source", "reason", "created_at")
    list_filter: ClassVar = ("source",)
    search_fields: ClassVar = ("msisdn__startswith",)
    fields: ClassVar = ("account", "msisdn", "reason")
    actions_list: ClassVar = ("bring_in", "push")

    @action(description=gettext_lazy("Import numbers"), url_path="import-numbers")
    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Send to the upload page."""
        return redirect(f"{reverse('contacts-import')}?target={Import.Target.BLACKLIST}")

    export_fields = ("msisdn", "source", "reason", "created_at")


@admin.register(Import)
class ImportAdmin(ScopedModelAdmin):
    """Spreadsheets that came in."""

    clients_may: ClassVar = frozenset({"add"})
    list_display: ClassVar = (
        "open",
        "target",
        "status",
        "created_count",
        "updated_count",
        "duplicate_count",
        "invalid_count",
        "created_at",
    )
    list_display_links = None
    list_filter: ClassVar = ("target", "status")

    @display(description=gettext_lazy("file"))
    def open(self, spreadsheet: Import) -> str:
        """Link to the import's page."""
        return format_html(
            '<a class="sp-link" href="{}">{}</a>',
            reverse("contacts-import-show", args=[spreadsheet.pk]),
            spreadsheet.file_name,
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Send to the upload page."""
        return redirect("contacts-import")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Send to the import's page."""
        return redirect("contacts-import-show", self.own(request, object_id).pk)
