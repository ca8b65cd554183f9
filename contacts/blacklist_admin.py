"""The blacklist in the panel."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from unfold.decorators import action

from accounts.download_admin import ExportedInBackground
from accounts.download_views import Offer
from accounts.models import Account, Download
from accounts.one_account import AccountFilter
from accounts.signed_in import person
from contacts import exporting
from contacts.models import BlacklistEntry, Exchange, Import
from contacts.number_forms import NumberForm
from contacts.pushed_admin import PushedAdmin
from smspanel.panel import ALL


class BlacklistAdmin(ExportedInBackground, PushedAdmin):
    """Numbers that are never written to."""

    clients_may: ClassVar = ALL
    pushed = Exchange.What.BLACKLIST
    form = NumberForm
    list_display: ClassVar = ("msisdn", "source", "reason", "created_at")
    list_filter: ClassVar = ("source", AccountFilter)
    search_fields: ClassVar = ("msisdn__startswith",)
    fields: ClassVar = ("account", "msisdn", "reason")
    actions_list: ClassVar = ("bring_in", "push")

    @action(description=gettext_lazy("Import numbers"), url_path="import-numbers")
    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Send to the upload page."""
        return redirect(f"{reverse('contacts-import')}?target={Import.Target.BLACKLIST}")

    export_fields = ("msisdn", "source", "reason", "created_at")

    def offered(self, request: HttpRequest, account: Account) -> Offer:
        """Return the blacklist of the account."""

        def ask(form: str) -> Download:
            return exporting.of_blacklist(account=account, form=form, actor=person(request))

        size = BlacklistEntry.objects.filter(account=account).count()
        return Offer(gettext("Export the blacklist"), [account.name], size, counted=True, ask=ask)
