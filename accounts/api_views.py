"""The page for people whose software calls the REST API: keys, examples, and what it called last."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import api_calls, tenants
from accounts.models import Account, AppKey
from accounts.signed_in import person
from smspanel.panel import page

SHOWN = 50
KEYS = "admin:accounts_appkey_changelist"


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show the keys, examples with the newest key hidden, and the last calls; staff read the list of all keys."""
    user = person(request)
    if user.account is None:
        return redirect(KEYS)
    keys = AppKey.objects.filter(account=user.account, revoked_at__isnull=True).order_by("-created_at")
    context = {
        "account": user.account,
        "address": f"{settings.PUBLIC_URL}/api/rest/v2",
        "keys": keys,
        "key": keys.first(),
        "calls": api_calls.newest(user.account)[:SHOWN],
        "may_change": user.is_manager,
    }
    return render(request, "accounts/api.html", page(request, _("API"), **context))


@require_POST
def allow_get(request: HttpRequest) -> HttpResponseRedirect:
    """Switch sending by GET on or off for the person's own account."""
    user = person(request)
    if user.account is None or not user.is_manager:
        raise Http404("There is no such page.")
    account: Account = user.account
    tenants.allow_sending_by_get(account=account, allowed=request.POST.get("allowed") == "yes", actor=user)
    messages.success(request, _("Saved."))
    return redirect("api")
