"""The page on which an account's managers say where their programs are told what happens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Account
from accounts.signed_in import person
from campaigns import postback_settings
from campaigns.errors import NotPossibleNow
from campaigns.models import PostbackEndpoint, PostbackEvent
from campaigns.postback_forms import PostbacksForm
from smspanel import access, crypto
from smspanel.panel import page

LOG = "admin:campaigns_postbackevent_changelist"


def _endpoints(account: Account) -> dict[str, PostbackEndpoint]:
    usual = PostbackEndpoint.objects.filter(account=account, kind__in=PostbackEndpoint.USUAL)
    return {row.kind: row for row in usual.select_related("account")}


def _own(request: HttpRequest, kind: str) -> PostbackEndpoint:
    """Return an address of the account that this person manages; for others it does not exist."""
    user = person(request)
    if not user.is_manager:
        raise Http404("There is no such object.")
    usual = PostbackEndpoint.objects.filter(kind__in=PostbackEndpoint.USUAL)
    rows = access.own(usual.select_related("account"), user)
    return access.get(rows, user, kind=kind)


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show and store the addresses; those who do not decide about them read the log."""
    user = person(request)
    if user.account is None or not user.is_manager:
        return redirect(LOG)
    endpoints = _endpoints(user.account)
    form = PostbacksForm(request.POST or None, endpoints=endpoints)
    if request.method == "POST" and form.is_valid():
        postback_settings.configure(account=user.account, wanted=form.wanted(), actor=user)
        messages.success(request, _("Saved."))
        return redirect("postbacks")
    rows = _rows(form, endpoints, user.account)
    return render(request, "campaigns/postbacks.html", page(request, _("Post backs"), form=form, rows=rows))


def _rows(form: PostbacksForm, endpoints: dict[str, PostbackEndpoint], account: Account) -> list[dict[str, Any]]:
    """Return for each kind its boxes, its address as it is stored, and how many events wait or were given up."""
    events = PostbackEvent.objects.filter(endpoint__account=account).order_by().values_list("endpoint")
    waiting = dict(events.filter(next_attempt_at__isnull=False).annotate(Count("pk")))
    given_up = dict(events.filter(state=PostbackEvent.State.GIVEN_UP).annotate(Count("pk")))
    rows = []
    for kind in PostbackEndpoint.USUAL:
        endpoint = endpoints.get(kind)
        found = {"waiting": waiting.get(endpoint.pk, 0), "given_up": given_up.get(endpoint.pk, 0)} if endpoint else {}
        rows.append({"kind": kind, "endpoint": endpoint, "boxes": form.boxes(kind), **found})
    return rows


@require_POST
def secret(request: HttpRequest, kind: str) -> HttpResponseRedirect:
    """Show the secret of an address on the next page, once; who looked is audited."""
    try:
        value = postback_settings.reveal_secret(endpoint=_own(request, kind), actor=person(request))
    except crypto.CannotOpen as error:
        messages.error(request, str(error))
    else:
        messages.info(request, _("The secret is %(secret)s. Keep it where your program reads it.") % {"secret": value})
    return redirect("postbacks")


@require_POST
def test(request: HttpRequest, kind: str) -> HttpResponseRedirect:
    """Send a sample to an address, and go on to what came of it."""
    endpoint = _own(request, kind)
    try:
        event = postback_settings.send_test(endpoint=endpoint, actor=person(request))
    except NotPossibleNow as error:
        messages.error(request, str(error))
        return redirect("postbacks")
    if endpoint.failing_since is None:
        messages.success(request, _("The test is on its way. Load this page again to see what came of it."))
    else:
        messages.warning(request, _("This address fails: the test waits its turn behind what is tried first."))
    return redirect("admin:campaigns_postbackevent_change", event.pk)


@require_POST
def again(request: HttpRequest, kind: str) -> HttpResponseRedirect:
    """Send everything again that was given up for an address."""
    try:
        count = postback_settings.send_given_up_again(endpoint=_own(request, kind), actor=person(request))
    except NotPossibleNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Post backs that are sent again: %(count)s") % {"count": count})
    return redirect("postbacks")
