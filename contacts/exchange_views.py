"""The buttons that exchange lists with JustSend: staff for every linked account, its own people for pushing theirs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import AccountLink
from accounts.signed_in import person
from contacts import exchanges
from contacts.models import Exchange
from smspanel import access
from smspanel.panel import page

PAGES = {
    Exchange.What.GROUPS: "admin:contacts_group_changelist",
    Exchange.What.BLACKLIST: "admin:contacts_blacklistentry_changelist",
}


def can_push(request: HttpRequest) -> bool:
    """Say whether this person may push the lists of their own account: somebody who may write, in a linked one."""
    user = person(request)
    return user.account is not None and user.may_write and AccountLink.objects.filter(account=user.account).exists()


@require_POST
def pull(request: HttpRequest, account_id: int) -> HttpResponse:
    """Have everything pulled that a linked account has at JustSend, by staff."""
    exchanges.pull_all(link=_link(request, account_id), actor=person(request))
    messages.success(request, _("Subaccounts, groups and blacklist are being pulled. Nothing here is deleted."))
    return redirect("link", account_id=account_id)


@require_POST
def push_of(request: HttpRequest, account_id: int) -> HttpResponse:
    """Have an account's groups and blacklist pushed, by staff."""
    link = _link(request, account_id)
    for what in PAGES:
        exchanges.ask(link=link, direction=Exchange.Direction.PUSH, what=what, actor=person(request))
    messages.success(request, _("Groups and blacklist are being pushed. Nothing there is deleted."))
    return redirect("link", account_id=account_id)


@require_http_methods(["GET", "POST"])
def push(request: HttpRequest, what: str) -> HttpResponse:
    """Ask whether to push one's own lists, and do."""
    if what not in PAGES or not can_push(request):
        raise Http404("There is no such page.")
    kind = Exchange.What(what)
    if request.method == "POST":
        link = AccountLink.objects.select_related("account").get(account=person(request).account_id)
        exchanges.ask(link=link, direction=Exchange.Direction.PUSH, what=kind, actor=person(request))
        messages.success(request, _("It is being pushed to JustSend. Nothing there is deleted."))
        return redirect(PAGES[kind])
    question = _("Add what is here to what is at JustSend? Nothing there is deleted, and nothing is sent.")
    return render(request, "panel/confirm.html", page(request, str(kind.label), question=question, row=kind.label))


def _link(request: HttpRequest, account_id: int) -> AccountLink:
    """Return the link of an account, for staff; raises Http404."""
    if not person(request).is_staff:
        raise Http404("There is no such page.")
    rows = AccountLink.objects.select_related("account", "connection")
    return access.get(rows, person(request), account_id=account_id)
