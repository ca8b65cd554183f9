"""Pages of a campaign: confirm, watch, act upon it; and the door for pushed reports."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import points
from accounts.models import AccountLink, Connection
from accounts.signed_in import person
from campaigns import (
    approvals,
    canaries,
    checks,
    compose_views,
    confirming,
    copying,
    history,
    inbox,
    lifecycle,
    pages,
    presentation,
    progress,
    senders,
    typed_counts,
)
from campaigns.errors import CampaignRefused
from campaigns.models import Batch, Kind
from contacts.models import Group
from smspanel import access, crypto
from smspanel.panel import page
from smspanel.providers import errors, registry

PUSH_BYTES = 2 * 1024 * 1024


@require_POST
def act(request: HttpRequest, campaign_id: int, action: str) -> HttpResponse:
    """Confirm, approve, pause, resume or cancel a campaign."""
    campaign = pages.own(request, campaign_id)
    verbs: dict[str, Callable[..., object]] = {
        "confirm": partial(confirming.confirm, typed=request.POST.get("typed", "")),
        "approve": approvals.approve,
        "pause": lifecycle.pause,
        "resume": lifecycle.resume,
        "cancel": lifecycle.cancel,
    }
    if action not in verbs:
        raise Http404("There is no such action.")
    try:
        verbs[action](campaign=campaign, actor=person(request))
    except typed_counts.WrongCount as error:
        return compose_views.show_plan(request, campaign_id, typed_wrongly=str(error))
    except (CampaignRefused, points.PointsError) as error:
        messages.error(request, str(error))
        return redirect("campaign-plan" if action == "confirm" else "campaign", campaign_id)
    return redirect("campaign", campaign_id)


@require_http_methods(["GET", "POST"])
def check_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """Ask whether to check a group's numbers, and go on to what that would cost."""
    group = access.get(Group.objects.select_related("account"), person(request), pk=group_id)
    if not access.may_change(person(request), group):
        raise Http404("There is no such object.")
    if request.method == "POST":
        return redirect("campaign-plan", checks.draft(group=group, actor=person(request)).pk)
    question = _("See what it costs to ask the networks which numbers of this group are in use?")
    return render(request, "panel/confirm.html", page(request, group.name, question=question, row=group))


@require_POST
def pull_senders(request: HttpRequest, account_id: int) -> HttpResponseRedirect:
    """Bring a linked account's sender names from its provider, by staff."""
    if not person(request).is_staff:
        raise Http404("There is no such page.")
    links = AccountLink.objects.select_related("account", "connection")
    link = access.get(links, person(request), account_id=account_id)
    try:
        changed = senders.pull(connection=link.connection, account=link.account, actor=person(request))
    except (errors.ProviderError, crypto.CannotOpen) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Sender names that are new or approved now: %(count)s") % {"count": changed})
    return redirect("link", account_id)


@require_POST
def clean_groups(request: HttpRequest, campaign_id: int) -> HttpResponseRedirect:
    """Take the numbers that a check found out of use from the groups it was made for."""
    removed = checks.clean(campaign=pages.own(request, campaign_id), actor=person(request))
    messages.success(request, _("Taken out of the group: %(count)s") % {"count": removed})
    return redirect("campaign", campaign_id)


@require_GET
def show(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show a campaign's progress, its points, and the plan beside what happened."""
    campaign = pages.seen(request, campaign_id)
    if campaign.is_editable:
        return redirect("campaign-plan", campaign_id)
    context = {"campaign": campaign, "progress": (far := progress.of(campaign))}
    context["trouble"] = campaign.batches.filter(state__in=Batch.OPEN).exclude(problem="").order_by("pk").last()
    context["first"] = first = canaries.told(campaign)
    context["events"] = history.of(campaign, moves=far.moves, canary=first["canary"] if first else None)
    context["may_change"] = access.may_change(person(request), campaign)
    context["may_copy"] = campaign.account_id == person(request).account_id and not campaign.single
    context["unreached"] = copying.has_unreached(campaign)
    context["unreachable"] = checks.unreachable(campaign).count() if campaign.kind == Kind.HLR else 0
    context["waterfall"] = presentation.waterfall(campaign.plan) if hasattr(campaign, "plan") else []
    if request.headers.get("HX-Request"):
        return render(request, "campaigns/_progress.html", context)
    return render(request, "campaigns/campaign.html", page(request, campaign.name, **context))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def push(request: HttpRequest, token: str) -> HttpResponse:
    """Store what a provider pushes, then say that it was taken; a wrong address is answered as if it were none."""
    connection = Connection.objects.filter(inbox_token=token).first()
    if connection is None or int(request.headers.get("Content-Length") or 0) > PUSH_BYTES:
        raise Http404("There is no such page.")
    body = request.body.decode("utf-8", errors="replace").replace("\0", "")
    query = {name: value.replace("\0", "") for name, value in request.GET.dict().items()}
    inbox.receive(connection=connection, query=query, body=body)
    client = registry.client_class(connection.kind)
    return HttpResponse(client.acknowledge(request.body), content_type=client.acknowledgement_type)
