"""Pages about points: the ledger, its statement, and the forms that move points."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import grants, ledger, points, tenants
from accounts.forms import AdjustForm, GrantForm, TransferForm
from accounts.models import Account, GrantRequest, Transfer, User, Wallet
from accounts.signed_in import person
from smspanel import access, downloads
from smspanel.panel import page


def _account(request: HttpRequest, account_id: int | None) -> Account:
    """Return the account whose points are meant: the named one, or one's own."""
    if account_id is None:
        account_id = person(request).account_id
    return access.get(Account.objects.select_related("master"), person(request), path="", pk=account_id)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show one's own ledger; staff, who have none, choose an account."""
    if person(request).is_staff:
        return redirect("admin:accounts_account_changelist")
    return show_ledger(request, None)


@require_GET
def show_ledger(request: HttpRequest, account_id: int | None) -> HttpResponse:
    """Show an account's points as a bank statement."""
    account = _account(request, account_id)
    wallet = points.wallet_of(account)
    shown = Paginator(_filtered(request, wallet), 50).get_page(request.GET.get("page"))
    context = page(
        request,
        _("Points of %(name)s") % {"name": account.name},
        account=account,
        wallet=wallet,
        lines=[ledger.line(wallet, row) for row in shown],
        page_obj=shown,
        kinds=Transfer.Kind.choices,
        filters={name: request.GET.get(name, "") for name in ("kind", "since", "until")},
    )
    return render(request, "accounts/ledger.html", context)


def _filtered(request: HttpRequest, wallet: Wallet) -> QuerySet[Transfer]:
    """Return the wallet's transfers that the filters in the address keep; nonsense in a filter filters nothing."""
    rows = ledger.transfers(wallet)
    if (kind := request.GET.get("kind")) in Transfer.Kind.values:
        rows = rows.filter(kind=kind)
    for name, lookup in (("since", "created_at__date__gte"), ("until", "created_at__date__lte")):
        try:
            day = parse_date(request.GET.get(name, ""))
        except ValueError:
            day = None
        if day:
            rows = rows.filter(**{lookup: day})
    return rows


@require_GET
def statement(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """Download the statement, filtered as the page shows it."""
    if kind not in downloads.FORMATS:
        raise Http404("There is no such format.")
    wallet = points.wallet_of(_account(request, account_id))
    rows = (
        (
            localtime(line.at).strftime("%Y-%m-%d %H:%M:%S"),
            str(line.transfer.get_kind_display()),
            line.points,
            line.held,
            line.balance,
            line.transfer.subject,
            line.transfer.memo,
        )
        for line in ledger.lines(wallet, _filtered(request, wallet))
    )
    headers = [_("When"), _("Kind"), _("Points"), _("Held"), _("Balance"), _("Belongs to"), _("Memo")]
    return downloads.spreadsheet(name=f"points-{account_id}", kind=kind, headers=headers, rows=rows)


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
            messages.success(request, _("%(points)s points were moved.") % {"points": data["points"]})
            return redirect("points")
    context = page(request, _("Move points"), form=form, wallet=points.wallet_of(user.account))
    return render(request, "accounts/points_form.html", context)


@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Issue points to an account, by staff."""
    user = _staff(request)
    account = _account(request, account_id)
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
    account = _account(request, account_id)
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
