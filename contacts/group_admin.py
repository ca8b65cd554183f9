"""Groups in the panel."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts import one_account
from accounts.signed_in import person
from contacts import groups, selecting
from contacts.models import Exchange, Group
from contacts.pushed_admin import PushedAdmin
from smspanel.empty import Empty
from smspanel.panel import ALL


class GroupAdmin(PushedAdmin):
    """Named sets of contacts."""

    empty = Empty(
        gettext_lazy("A group is a set of contacts to which one campaign goes, such as your regular customers."),
        "admin:contacts_group_add",
        gettext_lazy("Make a group"),
    )
    clients_may: ClassVar = ALL
    pushed = Exchange.What.GROUPS
    actions_list: ClassVar = ("push",)
    list_display: ClassVar = ("name", "show_size", "is_blocked", "created_at")
    list_filter: ClassVar = ("is_blocked",)
    search_fields: ClassVar = ("name",)
    fields: ClassVar = ("account", "name", ("valid_from", "valid_until"), "is_blocked", "reply_text")
    actions_detail: ClassVar = ("bring_in", "take_home", "rework", "greet", "check_numbers")
    change_form_outer_after_template = "contacts/group_after.html"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave room for an answer of several lines."""
        if db_field.name == "reply_text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @action(description=gettext_lazy("Import into this group"), permissions=["change"], url_path="import-members")
    def bring_in(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to the upload page, with the group chosen."""
        return redirect(f"{reverse('contacts-import')}?group={self.own(request, object_id).pk}")

    @action(description=gettext_lazy("Export the members"), url_path="export-members")
    def take_home(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to the page that offers the file."""
        group = self.own(request, object_id)
        asked = urlencode({selecting.GROUP: group.pk, one_account.PARAMETER: group.account_id})
        return redirect(f"{reverse('admin:contacts_contact_export')}?{asked}")

    @action(description=gettext_lazy("Make groups of it"), permissions=["change"], url_path="regroup")
    def rework(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to the page that copies, merges and splits."""
        return redirect("group-regroup", self.own(request, object_id).pk)

    @action(description=gettext_lazy("Birthday greeting"), permissions=["change"], url_path="greeting")
    def greet(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send to the page of its birthday greeting."""
        return redirect("group-greeting", self.own(request, object_id).pk)

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
        """Sort by name."""
        return super().get_queryset(request).order_by("name")

    @display(description=gettext_lazy("members"), ordering="size")
    def show_size(self, group: Group) -> str:
        """Link to the members."""
        address = f"{reverse('admin:contacts_contact_changelist')}?groups__id__exact={group.pk}"
        return format_html('<a class="sp-link" href="{}">{}</a>', address, intcomma(group.size))
