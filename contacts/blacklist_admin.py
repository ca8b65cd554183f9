"""The blacklist in the panel."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from contacts.models import Exchange, Import
from contacts.number_forms import NumberForm
from contacts.pushed_admin import PushedAdmin
from smspanel.panel import ALL


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
