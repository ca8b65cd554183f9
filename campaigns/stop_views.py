"""The page of the emergency stop: press it, see what it did, let the account send again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.models import Account
from accounts.signed_in import person
from campaigns import stopping
from campaigns.errors import NotPossibleNow
from campaigns.models import Stop
from smspanel import access
from smspanel.panel import page


class StopForm(forms.Form):
    """Why everything is stopped; the name of the account, typed by hand, says that it is meant."""

    reason = forms.CharField(label=gettext_lazy("Because"), max_length=200, widget=UnfoldAdminTextInputWidget)
    whole_tree = forms.BooleanField(
        label=gettext_lazy("All its subaccounts, too"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    typed = forms.CharField(
        label=gettext_lazy("Type the name of the account"),
        max_length=120,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not account.is_master:
            del self.fields["whole_tree"]

    def clean_typed(self) -> str:
        """Refuse anything but the name."""
        typed: str = self.cleaned_data["typed"]
        if typed.casefold() != self.account.name.strip().casefold():
            raise ValidationError(_("Type “%(name)s” to stop everything.") % {"name": self.account.name})
        return typed


def _account(request: HttpRequest, account_id: int) -> Account:
    """Return an account that this person may stop; for others there is no such page."""
    user = person(request)
    account = access.get(Account.objects.all(), user, path="", pk=account_id)
    if not stopping.may_stop(user=user, account=account):
        raise Http404("There is no such object.")
    return account


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Lead people to their own account, and show staff who is stopped."""
    user = person(request)
    if user.account is not None:
        return redirect("stop-account", user.account.pk)
    stops = Stop.objects.filter(ended_at__isnull=True).select_related("account", "started_by")
    return render(request, "campaigns/stops.html", page(request, _("Emergency stop"), stops=stops))


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, account_id: int) -> HttpResponse:
    """Stop everything of an account, and show what that did."""
    account = _account(request, account_id)
    form = StopForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        tree = form.cleaned_data.get("whole_tree", False)
        stopping.stop(account=account, actor=person(request), reason=form.cleaned_data["reason"], whole_tree=tree)
        return redirect("stop-account", account.pk)
    last = Stop.objects.filter(account=account).select_related("account", "started_by", "ended_by").first()
    context = {"account": account, "form": form, "stop": last, "figures": stopping.figures(last) if last else None}
    context["may_end"] = last is not None and last.holds and stopping.may_end(user=person(request), stop=last)
    if request.headers.get("HX-Request"):
        return render(request, "campaigns/_stop.html", context)
    title = _("Emergency stop: %(name)s") % {"name": account.name}
    return render(request, "campaigns/stop.html", page(request, title, **context))


@require_POST
def end(request: HttpRequest, account_id: int) -> HttpResponseRedirect:
    """Let an account send again."""
    account, user = _account(request, account_id), person(request)
    held = stopping.current(account)
    if held is not None and not stopping.may_end(user=user, stop=held):
        messages.error(request, _("Only who stopped the account, or somebody above them, lets it send again."))
    elif held is not None:
        try:
            stopping.end(stop=held, actor=user)
        except NotPossibleNow as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The account may send again. What was taken back stays cancelled."))
    return redirect("stop-account", account.pk)
