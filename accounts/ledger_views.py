"""Pages of the ledger: a bank statement to read, to take home and to print, and its months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import ledger, ledger_filters, months, points
from accounts.ledger_filters import Filter
from accounts.models import Account, Transfer
from accounts.signed_in import person
from smspanel import access, clock, downloads
from smspanel.panel import page

MOST_PRINTED: Final = 5_000


def account_of(request: HttpRequest, account_id: int | None) -> Account:
    """Return the account whose points are meant: the named one, or one's own."""
    if account_id is None:
        account_id = person(request).account_id
    return access.get(Account.objects.select_related("master"), person(request), path="", pk=account_id)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show one's own ledger; staff, who have none, choose an account."""
    if person(request).is_staff:
        return redirect("admin:accounts_account_changelist")
    return show(request, None)


@require_GET
def show(request: HttpRequest, account_id: int | None) -> HttpResponse:
    """Show an account's points as a bank statement."""
    account, chosen = account_of(request, account_id), Filter.of(request)
    wallet = points.wallet_of(account)
    shown = Paginator(chosen.keep(ledger.transfers(wallet)), 50).get_page(request.GET.get("page"))
    campaigns = dict(ledger_filters.campaigns_of(wallet))
    context = page(
        request,
        _("Points of %(name)s") % {"name": account.name},
        account=account,
        wallet=wallet,
        lines=ledger.named(ledger.lines(wallet, shown)),
        page_obj=shown,
        kinds=Transfer.Kind.choices,
        campaigns=campaigns.items(),
        chosen=chosen,
    )
    return render(request, "accounts/ledger.html", context)


@require_GET
def by_month(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show what came in and went out in each of the last months."""
    account = account_of(request, account_id)
    found = months.of(points.wallet_of(account))
    title = _("Points of %(name)s by month") % {"name": account.name}
    return render(request, "accounts/months.html", page(request, title, account=account, months=found))


@require_GET
def printed(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the statement of some days, of this month if none are asked for, as a page to print."""
    account, asked, today = account_of(request, account_id), Filter.of(request), localdate()
    first, last = _sensible(asked.since or today.replace(day=1)), _sensible(asked.until or today)
    wallet = points.wallet_of(account)
    rows = Filter("", first, last, None).keep(ledger.transfers(wallet)).order_by("pk")
    lines = ledger.named(ledger.lines(wallet, rows[: MOST_PRINTED + 1]))
    context = {
        "account": account,
        "first": first,
        "last": last,
        "period": months.period(wallet, first, last),
        "lines": lines[:MOST_PRINTED],
        "is_cut": len(lines) > MOST_PRINTED,
        "now": clock.now(),
    }
    return render(request, "accounts/printed.html", context)


def _sensible(day: date) -> date:
    """Return the day, moved to where every time zone knows it and the day after."""
    return min(max(day, clock.EARLIEST), clock.LATEST)


@require_GET
def statement(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """Download the statement, filtered as the page shows it."""
    if kind not in downloads.FORMATS:
        raise Http404("There is no such format.")
    wallet = points.wallet_of(account_of(request, account_id))
    rows = _cells(ledger.lines(wallet, Filter.of(request).keep(ledger.transfers(wallet))))
    headers = [_("When"), _("Kind"), _("Points"), _("Held"), _("Balance"), _("Belongs to"), _("Memo")]
    return downloads.spreadsheet(name=f"points-{account_id}", kind=kind, headers=headers, rows=rows)


def _cells(lines: Iterable[ledger.Line]) -> Iterable[tuple[object, ...]]:
    for line in lines:
        yield (
            localtime(line.at).strftime("%Y-%m-%d %H:%M:%S"),
            str(line.transfer.get_kind_display()),
            line.points,
            line.held,
            line.balance,
            line.transfer.subject,
            line.transfer.memo,
        )
