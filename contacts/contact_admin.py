"""Contacts in the panel."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import action

from accounts.download_admin import ExportedInBackground
from accounts.download_views import Offer
from accounts.models import Account, Download
from accounts.one_account import AccountFilter
from accounts.signed_in import person
from contacts import exporting, selecting
from contacts.contact_filters import FILTERS
from contacts.fields import NOTES
from contacts.models import Contact, Group, Import, Membership
from contacts.number_forms import NumberForm
from contacts.selecting import Selection
from smspanel import access, clock
from smspanel.empty import Empty
from smspanel.paging import CappedPaginator
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

    empty = Empty(
        gettext_lazy("People to write to belong here. Import them from a spreadsheet, or add them one by one."),
        "contacts-import",
        gettext_lazy("Import contacts"),
    )
    clients_may: ClassVar = ALL
    form = ContactForm
    change_form_outer_before_template = "contacts/contact_before.html"
    list_display: ClassVar = ("msisdn", "first_name", "last_name", "birth_date", "note_1", "created_at")
    list_filter: ClassVar = (*FILTERS, AccountFilter)
    search_fields: ClassVar = ("msisdn",)
    search_help_text = gettext_lazy(
        "Search by the beginning of a number (48500…) or a part of it, by names, or by notes."
    )
    paginator = CappedPaginator
    list_per_page = 50
    list_before_template = "contacts/contact_list_before.html"
    change_form_outer_after_template = "contacts/contact_after.html"
    list_disable_select_all = True
    actions: ClassVar = ("change_ticked",)
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
                    ("middle_name", "sex"),
                    "birth_date",
                )
            },
        ),
        (gettext_lazy("Notes"), {"classes": ["tab"], "fields": NOTES}),
    )

    actions_list: ClassVar = ("bring_in",)
    actions_detail: ClassVar = ("about",)

    def has_about_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offer everything about one person to those who see whose number it is."""
        return person(request).sees_numbers

    @action(description=gettext_lazy("Everything about this person"), permissions=["about"])
    def about(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to the page with consents, messages and replies."""
        return redirect("person-of-contact", self.own(request, object_id).pk)

    @action(description=gettext_lazy("Import a spreadsheet"), url_path="import-a-spreadsheet")
    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Send to the upload page."""
        return redirect("contacts-import")

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        """Note the moment, which an import that is undone asks for; of one under way it would not be late enough."""
        obj.updated_at = clock.now()
        if obj.last_import is not None and obj.last_import.status in Import.OPEN:
            obj.last_import = None
        super().save_model(request, obj, form, change)

    def offered(self, request: HttpRequest, account: Account) -> Offer:
        """Return the contacts of the account that the list is limited to."""
        selection = Selection.read(request.GET.dict())

        def ask(form: str) -> Download:
            return exporting.of_contacts(account=account, selection=selection, form=form, actor=person(request))

        found, is_all = selecting.count(selection.of(Contact.objects.filter(account=account)))
        about = [account.name, *selection.in_words(account)]
        return Offer(gettext("Export contacts"), about, found, counted=is_all, ask=ask)

    @admin.action(description=gettext_lazy("Change those who are ticked"), permissions=["change"])
    def change_ticked(self, request: HttpRequest, queryset: QuerySet[Contact]) -> HttpResponse:
        """Send to the page that asks what is to be done; to all who are found, by their filter."""
        asked = request.GET.dict()
        if request.POST.get("select_across") != "1":
            ticked = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
            asked = {selecting.IDS: ",".join(ticked[: selecting.MOST_TICKED])}
        return redirect(f"{reverse('bulk')}?{urlencode(asked)}")

    def get_actions(self, request: HttpRequest) -> Any:
        """Delete only in the background."""
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        """Name the accounts one by one, so that the index by account and id is used also for a master."""
        rows: QuerySet[Contact] = super().get_queryset(request)
        user = person(request)
        if not user.is_master:
            return rows
        return rows.filter(account__in=list(access.visible(Account.objects.all(), user, path="").values_list("pk")))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Leave the count to the foot of the list, which says when it ended early; the head would not."""
        listed = super().get_changelist_instance(request)
        listed.full_result_count = listed.result_count
        if not listed.multi_page:
            # Django would search for them once more, instead of asking for the ids that are known.
            listed.result_list = listed.paginator.page(1).object_list
        return listed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let people who may not see numbers read contacts, not change them: notes may hold numbers, too."""
        return person(request).sees_numbers and super().has_change_permission(request, obj)

    def search(
        self, request: HttpRequest, queryset: QuerySet[Contact], search_term: str
    ) -> tuple[QuerySet[Contact], bool]:
        """Search as the jobs over the same contacts do."""
        return Selection.read({selecting.SEARCH: search_term}).of(queryset), False
