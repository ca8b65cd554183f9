"""A list that a linked account can push to JustSend."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from contacts.exchange_views import can_push
from contacts.models import Exchange
from smspanel.panel import ScopedModelAdmin


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
