"""Contacts in the panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import action

from accounts.download_admin import ExportedInBackground
from accounts.download_views import Offer
from accounts.models import Account, Download
from accounts.signed_in import person
from contacts import exporting, selecting
from contacts.models import NOTES, Contact, Group, Membership
from contacts.number_forms import NumberForm
from contacts.selecting import Selection
from smspanel import access
from smspanel.panel import ALL


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


class ContactAdmin(ExportedInBackground):
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

    def offered(self, request: HttpRequest, account: Account) -> Offer:
        """Return the contacts of the account that the list is limited to."""
        selection = Selection.read(request.GET.dict())

        def ask(form: str) -> Download:
            return exporting.of_contacts(account=account, selection=selection, form=form, actor=person(request))

        found, is_all = selecting.count(selection.of(Contact.objects.filter(account=account)))
        about = [account.name, *selection.in_words()]
        return Offer(gettext("Export contacts"), about, found, counted=is_all, ask=ask)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Offer only one's own groups."""
        return ("sex", ("groups", ScopedGroupFilter))


class ScopedGroupFilter(admin.RelatedFieldListFilter):
    """A filter by group that names only groups the person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the groups in scope."""
        groups = access.visible(Group.objects.order_by("name"), person(request))
        return [(group.pk, group.name) for group in groups[:500]]
