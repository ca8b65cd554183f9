"""The page on which staff look after a linked master; for everybody else it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import points
from accounts.links import comparing, explaining, forms, linking, presentation
from accounts.models import Account, AccountLink, GrantRequest, LinkOperation, User
from accounts.signed_in import person
from smspanel import access
from smspanel.panel import page

Act = Callable[..., str]
VERDICTS: Final = ("happened", "again", "leave")


def _staff(request: HttpRequest) -> User:
    user = person(request)
    if not user.is_staff:
        raise Http404("There is no such page.")
    return user


def _master(request: HttpRequest, account_id: int) -> Account:
    """Return the master whose tree is meant."""
    rows = Account.objects.select_related("master__link", "link")
    account = access.get(rows, _staff(request), path="", pk=account_id)
    return account.master or account


def _link(request: HttpRequest, account_id: int) -> AccountLink:
    """Return the link of an account; raises Http404."""
    _staff(request)
    link = AccountLink.objects.select_related("account", "connection").filter(account=account_id).first()
    if link is None:
        raise Http404("There is no such link.")
    return link


@require_GET
def show(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show both sides of a linked master and its slaves, and what is to be decided; else offer to link it."""
    return _shown(request, _master(request, account_id))


def _shown(request: HttpRequest, account: Account, form: forms.LinkForm | None = None) -> HttpResponse:
    title = _("%(name)s at JustSend") % {"name": account.name}
    root = AccountLink.objects.select_related("account", "connection").filter(account=account).first()
    if root is None:
        context = page(request, title, account=account, form=form or forms.LinkForm())
        return render(request, "accounts/link_new.html", context)
    links = [root, *root.below.select_related("account").prefetch_related("exchanges").order_by("account__name", "pk")]
    rows = [(explaining.reconciliation(link), _correction(link)) for link in links]
    context = page(
        request,
        title,
        account=account,
        root=root,
        rows=rows,
        waiting=presentation.needing_people(root),
        finished=presentation.finished(root),
    )
    return render(request, "accounts/link.html", context)


def _correction(link: AccountLink) -> forms.CorrectionForm | None:
    """Return the form that makes our points equal to theirs, where that is the thing to do."""
    amount = explaining.reconciliation(link).correction
    if not amount or link.state == AccountLink.State.PENDING or comparing.has_open(link):
        return None
    initial = {"amount": amount, "memo": _("Made equal to JustSend")}
    return forms.CorrectionForm(initial=initial, auto_id=f"id_{link.pk}_%s")


@require_POST
def make(request: HttpRequest, account_id: int) -> HttpResponse:
    """Link a master."""
    account, form = _master(request, account_id), forms.LinkForm(request.POST)
    if not form.is_valid():
        return _shown(request, account, form)
    try:
        linking.link(account=account, connection=form.cleaned_data["connection"], actor=person(request))
    except linking.LinkError as error:
        form.add_error(None, str(error))
        return _shown(request, account, form)
    messages.success(request, _("Linked. Both sides are being compared."))
    return redirect(presentation.address(account))


def _acts(act: Act) -> Callable[..., HttpResponse]:
    """Make a view of something that staff do about an account's link, and say what came of it."""

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, account_id: int, **kwargs: Any) -> HttpResponse:
        link = _link(request, account_id)
        try:
            messages.success(request, act(request, link, **kwargs))
        except (linking.LinkError, points.PointsError) as error:
            messages.error(request, str(error))
        return redirect("link", account_id=account_id)

    return view


@_acts
def check(_request: HttpRequest, link: AccountLink) -> str:
    """Have the whole tree compared."""
    comparing.want_tree(link.root_id)
    return _("Both sides are being compared.")


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, account_id: int) -> HttpResponse:
    """Ask whether to end the link of the master, and do."""
    if request.method == "POST":
        return _remove(request, account_id)
    link = _link(request, account_id)
    question = _("End the link? What still waits to be done at JustSend is forgotten. Neither side is changed.")
    return render(request, "panel/confirm.html", page(request, str(link), question=question, row=link))


@_acts
def _remove(request: HttpRequest, link: AccountLink) -> str:
    linking.unlink(root=link.parent or link, actor=person(request))
    return _("The link is gone. Nothing was changed at JustSend.")


@_acts
def create(request: HttpRequest, link: AccountLink) -> str:
    """Have a missing subaccount made."""
    linking.create_missing(link=link, actor=person(request))
    return _("The subaccount is being made at JustSend.")


@_acts
def decide(request: HttpRequest, link: AccountLink, operation_id: int) -> str:
    """Settle what only a person can settle."""
    operation = LinkOperation.objects.select_related("link__account").filter(pk=operation_id, link=link).first()
    verdict = request.POST.get("verdict", "")
    if operation is None or verdict not in VERDICTS:
        raise Http404("There is no such operation.")
    linking.decide(operation=operation, verdict=verdict, actor=person(request))
    return _("Your decision was written down.")


@_acts
def correct(request: HttpRequest, link: AccountLink) -> str:
    """Make our points equal to theirs."""
    form = forms.CorrectionForm(request.POST)
    if not form.is_valid():
        raise linking.LinkError(_("Write a memo: it says why the points were corrected."))
    data = form.cleaned_data
    made = linking.correct(
        link=link, amount=data["amount"], memo=data["memo"], key=f"form:{data['key']}", actor=person(request)
    )
    return _("A colleague has to approve this.") if isinstance(made, GrantRequest) else _("The balance was corrected.")
