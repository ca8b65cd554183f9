"""The filters of the list of contacts; what each means is said in selecting.py."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import dates
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from accounts.signed_in import person
from contacts import selecting
from contacts.models import Contact, Group, Import
from contacts.selecting import Selection
from smspanel import access, clock

MOST_GROUPS = 500
MOST_IMPORTS = 50


class SelectionFilter(DropdownFilter):
    """A filter that means what the jobs over the same contacts mean."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        """Keep the contacts that are meant."""
        value = self.value()
        return Selection.read({str(self.parameter_name): value}).of(queryset) if value else queryset


class GroupFilter(SelectionFilter):
    """Who is in a group."""

    title = gettext_lazy("group")
    parameter_name = selecting.GROUP

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the groups in scope."""
        groups = access.visible(Group.objects.order_by("name"), person(request))
        return [(str(pk), name) for pk, name in groups.values_list("pk", "name")[:MOST_GROUPS]]


class SexFilter(SelectionFilter):
    """Women or men."""

    title = gettext_lazy("sex")
    parameter_name = selecting.SEX

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what is known of people."""
        return list(Contact.Sex.choices)


class BirthdayFilter(SelectionFilter):
    """Whose birthday is in a month."""

    title = gettext_lazy("birthday")
    parameter_name = selecting.MONTH

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer this month first, then those that follow."""
        now = localdate(clock.now()).month
        months = [(now + after - 1) % 12 + 1 for after in range(12)]
        named = [(str(month), str(dates.MONTHS[month])) for month in months]
        return [(named[0][0], _("this month (%s)") % named[0][1]), *named[1:]]


class ImportFilter(SelectionFilter):
    """Who came, or was changed last, by a spreadsheet."""

    title = gettext_lazy("imported from")
    parameter_name = selecting.IMPORT

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the latest imports."""
        files = Import.objects.filter(target=Import.Target.CONTACTS).order_by("-pk")
        found = access.visible(files, person(request)).values_list("pk", "file_name")[:MOST_IMPORTS]
        return [(str(pk), f"{name} (#{pk})") for pk, name in found]


class TextedFilter(SelectionFilter):
    """Who was texted lately, or never."""

    title = gettext_lazy("last texted")
    parameter_name = selecting.TEXTED

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer some spans."""
        spans = [(str(days), _("in the last %s days") % days) for days in selecting.DAYS]
        return [*spans, (selecting.NEVER, _("never"))]


FILTERS = (GroupFilter, SexFilter, BirthdayFilter, ImportFilter, TextedFilter)
