"""Pages of a draft: write it, count its text, see its plan, throw it away."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import points
from accounts.models import User
from accounts.signed_in import person
from campaigns import attachments, composing, pages, presentation, previews, typed_counts
from campaigns.compose_forms import ComposeForm, TemplateForm
from campaigns.errors import CampaignRefused
from campaigns.models import Campaign, Kind, TextTemplate
from contacts.spreadsheets import UnreadableFile
from smspanel import access, masking
from smspanel.owned import owned
from smspanel.panel import page


@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest, campaign_id: int | None = None) -> HttpResponse:
    """Write or change a draft, and go on to its plan."""
    user = person(request)
    campaign = pages.own(request, campaign_id) if campaign_id else Campaign()
    if user.account is None or not user.may_write:
        raise Http404("Staff do not send; they look at what accounts send.")
    if campaign_id and (not campaign.is_editable or campaign.kind == Kind.HLR):
        return redirect("campaign", campaign_id)
    if campaign_id and not user.sees_numbers and composing.names_numbers(campaign):
        raise masking.NumbersHidden(
            _("Numbers are pasted into this draft, and you may not see numbers: a colleague has to change it.")
        )
    form = ComposeForm(request.POST or None, request.FILES or None, instance=campaign, person=user)
    if request.method == "POST" and form.is_valid() and (saved := _save(form, user)) is not None:
        if form.to_plan:
            return redirect("campaign-plan", saved.pk)
        messages.success(request, _("The draft is saved. Nothing is planned, paid or sent."))
        return redirect("campaign-edit", saved.pk)
    title = _("Change the campaign") if campaign_id else _("New campaign")
    context = page(request, title, form=form, campaign=campaign, tags=presentation.merge_tags(form.present))
    context["templates"] = access.own(TextTemplate.objects.all(), user)
    return render(request, "campaigns/compose.html", context)


def _save(form: ComposeForm, user: User) -> Campaign | None:
    """Write the draft of a valid form; None when it cannot be, which the form then tells."""
    data = dict(form.cleaned_data)
    upload, content = data.pop("file"), data.pop("content")
    assert user.account is not None
    try:
        file = None if upload is None else attachments.keep(file=upload, content=content)
    except UnreadableFile as error:
        form.add_error("file", str(error))
        return None
    data |= {"groups": list(data["groups"]), "excluded_groups": list(data["excluded_groups"])}
    try:
        return composing.save(
            campaign=form.instance, account=user.account, actor=user, file=file, to_plan=form.to_plan, **data
        )
    except CampaignRefused as error:
        form.add_error(None, str(error))
    if file is not None:
        attachments.drop(file)
    return None


@require_POST
def count_text(request: HttpRequest) -> HttpResponse:
    """Answer the composer's counter with what the text would be and take."""
    counted = presentation.count(request.POST.get("text", "")[:2000], request.POST.get("policy", ""))
    return render(request, "campaigns/_counter.html", {"counted": counted})


@require_POST
def keep_template(request: HttpRequest) -> HttpResponse:
    """Keep the composer's text under a name, and offer it from now on."""
    user = person(request)
    if user.account is None or not user.may_write:
        raise Http404("There is no such page.")
    form = owned(TemplateForm, user.account_id)(request.POST)
    told = _("The template is saved.")
    if form.is_valid():
        form.save()
    else:
        told = " ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences)
    context = {"templates": access.own(TextTemplate.objects.all(), user), "told": told, "refused": not form.is_valid()}
    return render(request, "campaigns/_templates.html", context)


@require_GET
def plan(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show who gets what and what it costs, before anything is confirmed."""
    return show_plan(request, campaign_id)


def show_plan(request: HttpRequest, campaign_id: int, *, typed_wrongly: str = "") -> HttpResponse:
    """Show the plan, with what was wrong about the number that was typed to confirm it."""
    campaign = pages.seen(request, campaign_id)
    if not campaign.is_editable:
        return redirect("campaign", campaign_id)
    made = getattr(campaign, "plan", None)
    balance = points.balance(campaign.account)
    context = {
        "campaign": campaign,
        "plan": made,
        "waiting": campaign.state == Campaign.State.PLANNING and (made is None or made.status == made.Status.QUEUED),
        "file": getattr(campaign, "file", None),
        "waterfall": presentation.waterfall(made) if made else [],
        "operators": presentation.by_operator(made) if made else [],
        "rests": presentation.rests(campaign, made) if made else [],
        "savings": presentation.savings(made) if made else [],
        "balance": balance,
        "is_large": made is not None and made.recipients > settings.ORDER_LIMIT,
        "after": balance.available - made.points if made else 0,
        "types_count": made is not None and typed_counts.is_needed(campaign, made),
        "typed_wrongly": typed_wrongly,
        "missing": made.points - balance.available if made else 0,
        "may_change": access.may_change(person(request), campaign),
        "may_test": _may_test(person(request), campaign),
    }
    if made and made.status == made.Status.READY and (who := request.GET.get("who", "").replace("\0", "").strip()):
        context |= {"who": who, "previews": previews.of(campaign, who)}
    if request.headers.get("HX-Request"):
        return render(request, "campaigns/_plan.html", context)
    return render(request, "campaigns/plan.html", page(request, _("Plan: %s") % campaign.name, **context))


def _may_test(user: User, campaign: Campaign) -> bool:
    """Say whether the person may have a test sent, which is filled in with the values of somebody else."""
    return user.sees_numbers and campaign.account_id == user.account_id and campaign.kind == Kind.TEXT


@require_POST
def ask_for_plan(request: HttpRequest, campaign_id: int) -> HttpResponseRedirect:
    """Have the plan of a draft made."""
    try:
        composing.ask_for_plan(campaign=pages.own(request, campaign_id))
    except CampaignRefused as error:
        messages.error(request, str(error))
    return redirect("campaign-plan", campaign_id)


@require_POST
def discard(request: HttpRequest, campaign_id: int) -> HttpResponseRedirect:
    """Throw a draft away."""
    try:
        composing.discard(campaign=pages.own(request, campaign_id))
    except CampaignRefused as error:
        messages.error(request, str(error))
        return redirect("campaign", campaign_id)
    return redirect("admin:campaigns_campaign_changelist")
