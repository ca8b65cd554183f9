"""Which account a page is about, for people who see several."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import Account
from accounts.signed_in import person
from smspanel import access

PARAMETER: Final = "account__id__exact"
MOST_OFFERED: Final = 500


def chosen(request: HttpRequest) -> Account | None:
    """Return the account that the address names, else one's own; None for staff who named none. Raises Http404."""
    named = request.GET.get(PARAMETER)
    if named:
        return access.get(Account.objects.all(), person(request), path="", pk=named)
    return person(request).account


class AccountFilter(admin.SimpleListFilter):
    """Limits a list to one account, for those who see several."""

    title = gettext_lazy("account")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the accounts in scope; nothing to people who have only one."""
        user = person(request)
        if not user.is_staff and not user.is_master:
            return []
        accounts = access.visible(Account.objects.order_by("name"), user, path="")
        return [(str(account.pk), account.name) for account in accounts[:MOST_OFFERED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the account."""
        value = self.value()
        return queryset.filter(account=value) if value and value.isdecimal() and len(value) < 16 else queryset
