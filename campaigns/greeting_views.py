"""The page of a group's birthday greeting, and its note on the group's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import Account
from accounts.signed_in import person
from campaigns import greetings, senders
from campaigns.models import Greeting
from campaigns.text import unknown_tags
from contacts.models import Group
from smspanel import access
from smspanel.panel import page


class GreetingForm(forms.ModelForm[Greeting]):
    """What the members of a group read on their birthdays, and when."""

    class Meta:
        model = Greeting
        fields = greetings.FIELDS
        widgets = {
            "is_active": UnfoldBooleanSwitchWidget,
            "at": UnfoldAdminTextInputWidget(attrs={"type": "time"}),
            "sender": UnfoldAdminSelectWidget,
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sender = self.fields["sender"]
        assert isinstance(sender, forms.ModelChoiceField)
        sender.queryset = senders.usable_by(account)

    def clean_text(self) -> str:
        """Refuse a tag that would be sent as it is written."""
        text: str = self.cleaned_data["text"]
        if unknown := unknown_tags(text):
            raise ValidationError(
                _("%(tags)s is not known and would be sent as it stands.") % {"tags": ", ".join(unknown)}
            )
        return text


def _greeting_of(request: HttpRequest, group_id: int) -> Greeting:
    """Return the greeting of a group that the person may see, or an unsaved one; raises Http404."""
    group = access.get(Group.objects.select_related("account"), person(request), pk=group_id)
    found = Greeting.objects.select_related("group__account", "last_campaign").filter(group=group).first()
    return found or Greeting(group=group, is_active=False)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show the greeting of a group, and change it."""
    greeting = _greeting_of(request, group_id)
    if not access.may_change(person(request), greeting.group) or person(request).is_staff:
        raise Http404("There is no such object.")
    form = GreetingForm(request.POST or None, instance=greeting, account=greeting.group.account)
    if request.method == "POST" and form.is_valid():
        greetings.save(greeting=form.save(commit=False), actor=person(request))
        messages.success(request, _("Saved."))
        return redirect("admin:contacts_group_change", group_id)
    title = _("Birthday greeting: %s") % greeting.group.name
    return render(request, "campaigns/greeting.html", page(request, title, form=form, greeting=greeting))


@require_GET
def note(request: HttpRequest, group_id: int) -> HttpResponse:
    """Answer with what the group's page says about its greeting."""
    return render(request, "campaigns/_greeting.html", {"greeting": _greeting_of(request, group_id)})
