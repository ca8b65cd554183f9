"""Pages of the forms that move points."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import grants, points, tenants
from accounts.forms import AdjustForm, GrantForm, TransferForm
from accounts.ledger_views import account_of
from accounts.models import GrantRequest, User
from accounts.signed_in import person
from smspanel.panel import page


@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest) -> HttpResponse:
    """Move points between a master and one of its slaves."""
    user = person(request)
    if user.account is None or not user.account.is_master or not user.is_manager:
        raise Http404("There is no such page.")
    form = TransferForm(request.POST or None, person=user, initial={"subaccount": request.GET.get("to")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        ends = [user.account, data["subaccount"]]
        if data["direction"] == TransferForm.TAKE:
            ends.reverse()
        try:
            tenants.move_points(
                source=ends[0],
                target=ends[1],
                amount=data["points"],
                key=f"form:{data['key']}",
                memo=data["memo"],
                actor=user,
            )
        except points.PointsError as error:
            form.add_error("points", str(error))
        else:
            messages.success(request, _("%(points)s points were moved.") % {"points": intcomma(data["points"])})
            return redirect("points")
    context = page(request, _("Move points"), form=form, wallet=points.wallet_of(user.account))
    return render(request, "accounts/transfer.html", context)


@require_GET
def transfer_preview(request: HttpRequest) -> HttpResponse:
    """Show what both accounts would have after the transfer that is being typed."""
    user = person(request)
    if user.account is None or not user.account.is_master or not user.is_manager:
        raise Http404("There is no such page.")
    return render(request, "accounts/_transfer.html", {"ends": TransferForm(request.GET, person=user).ends()})


@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Issue points to an account, by staff."""
    user = _staff(request)
    account = account_of(request, account_id)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = grants.request_grant(
                account=account,
                amount=data["points"],
                memo=data["memo"],
                key=f"form:{data['key']}",
                actor=user,
            )
        except points.PointsError as error:
            form.add_error("points", str(error))
        else:
            waiting = isinstance(made, GrantRequest)
            messages.success(request, _("A colleague has to approve this.") if waiting else _("Points were issued."))
            return redirect("points-of", account_id=account.pk)
    context = page(request, _("Top up %(name)s") % {"name": account.name}, form=form, wallet=points.wallet_of(account))
    return render(request, "accounts/points_form.html", context)


@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest, account_id: int) -> HttpResponse:
    """Correct an account's balance, by staff."""
    user = _staff(request)
    account = account_of(request, account_id)
    form = AdjustForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = grants.request_adjustment(
                account=account,
                amount=data["points"],
                memo=data["memo"],
                key=f"form:{data['key']}",
                actor=user,
            )
        except points.PointsError as error:
            form.add_error("points", str(error))
        else:
            waiting = isinstance(made, GrantRequest)
            done = _("A colleague has to approve this.") if waiting else _("The balance was corrected.")
            messages.success(request, done)
            return redirect("points-of", account_id=account.pk)
    context = page(request, _("Correct %(name)s") % {"name": account.name}, form=form, wallet=points.wallet_of(account))
    return render(request, "accounts/points_form.html", context)


def _staff(request: HttpRequest) -> User:
    """Return the member of staff who asks; for everybody else the page does not exist."""
    user = person(request)
    if not user.is_staff:
        raise Http404("There is no such page.")
    return user
