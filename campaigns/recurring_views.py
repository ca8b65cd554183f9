"""Pages of repeated campaigns: how often, the next times before anything is saved, and what became of each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.signed_in import person
from campaigns import pages, recurring
from campaigns.errors import CampaignRefused
from campaigns.models import Campaign, Kind, Repetition
from smspanel import access, clock
from smspanel.panel import page

DAY_INPUT = UnfoldAdminTextInputWidget(attrs={"type": "date"})


class RepetitionForm(forms.ModelForm[Repetition]):
    """How often a campaign is sent, from when, and until when."""

    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On weekdays"),
        choices=[(str(day + 1), name) for day, name in WEEKDAYS.items()],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Repetition
        fields = recurring.FIELDS
        widgets = {
            "is_active": UnfoldBooleanSwitchWidget,
            "rhythm": UnfoldAdminSelectWidget,
            "day": UnfoldAdminIntegerFieldWidget,
            "at": UnfoldAdminTextInputWidget(attrs={"type": "time"}),
            "starts_on": DAY_INPUT,
            "ends_on": DAY_INPUT,
            "most": UnfoldAdminIntegerFieldWidget,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["weekdays"] = list(self.instance.weekdays)
        zone = self.instance.account.time_zone
        self.fields["at"].help_text = _("By the clocks of %(zone)s.") % {"zone": zone}

    def clean_weekdays(self) -> str:
        """Return the digits of the days, Monday first."""
        return "".join(sorted(self.cleaned_data["weekdays"]))


def _new(campaign: Campaign) -> Repetition:
    """Return an unsaved repetition, every week on this day."""
    today = clock.now().astimezone(campaign.account.zone).date()
    day = {"weekdays": str(today.isoweekday()), "day": today.day, "starts_on": today}
    return Repetition(account=campaign.account, campaign=campaign, **day)


def _answer(request: HttpRequest, repetition: Repetition, *, may_change: bool) -> HttpResponse:
    """Show the form, or save it."""
    form = RepetitionForm(request.POST or None, instance=repetition)
    if request.method == "POST" and form.is_valid():
        try:
            saved = recurring.save(repetition=form.save(commit=False), actor=person(request))
        except CampaignRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("repetition", saved.pk)
    title = _("Repeat: %(name)s") % {"name": repetition.campaign.name}
    context = page(request, title, form=form, repetition=repetition, may_change=may_change)
    if repetition.pk:
        runs = repetition.runs.select_related("campaign")
        context["page_obj"] = Paginator(runs, 50).get_page(request.GET.get("page"))
    return render(request, "campaigns/repetition.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Let a campaign be sent again and again."""
    campaign = pages.mine(request, campaign_id)
    if campaign.single or campaign.kind == Kind.HLR:
        raise Http404("There is no such page.")
    return _answer(request, _new(campaign), may_change=True)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, repetition_id: int) -> HttpResponse:
    """Show what became of each time, and change how often it is sent."""
    user = person(request)
    rows = Repetition.objects.select_related("account", "campaign__account")
    repetition = access.get(rows, user, pk=repetition_id)
    may_change = user.account_id == repetition.account_id and user.may_write
    if request.method == "POST" and not may_change:
        raise Http404("There is no such object.")
    return _answer(request, repetition, may_change=may_change)


@require_POST
def upcoming(request: HttpRequest) -> HttpResponse:
    """Answer with the next times of a form that is being filled in, or with nothing while it makes no sense."""
    user = person(request)
    if user.account is None:
        raise Http404("There is no such page.")
    known = access.own(Repetition.objects.all(), user).filter(pk=_number(request.POST.get("repetition"))).first()
    form = RepetitionForm(request.POST, instance=known or Repetition(account=user.account))
    moments = form.instance.upcoming(clock.now()) if form.is_valid() else []
    return render(request, "campaigns/_upcoming.html", {"moments": moments, "problems": form.errors})


def _number(text: str | None) -> int:
    """Return the id that a form names, 0 for none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
