"""Forms of the composer and of prefixes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import User
from campaigns import recipients
from campaigns.models import Campaign, Sender
from campaigns.models.replies import LONGEST
from campaigns.text import unknown_tags
from contacts.models import Group
from smspanel import access, clock


class ComposeForm(forms.ModelForm[Campaign]):
    """What a campaign says, to whom, under which name and when."""

    numbers = forms.CharField(
        label=gettext_lazy("Numbers"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("One on each line, or separated by commas."),
    )
    start_at = forms.DateTimeField(
        label=gettext_lazy("Start"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Leave empty to start as soon as you confirm."),
    )

    class Meta:
        model = Campaign
        fields = (
            "name",
            "variant",
            "sender",
            "text",
            "policy",
            "groups",
            "excluded_groups",
            "start_at",
        )
        widgets = {
            "name": UnfoldAdminTextInputWidget,
            "variant": UnfoldAdminSelectWidget,
            "sender": UnfoldAdminSelectWidget,
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 6}),
            "policy": UnfoldAdminSelectWidget,
            "groups": UnfoldAdminSelect2MultipleWidget,
            "excluded_groups": UnfoldAdminSelect2MultipleWidget,
        }

    class Media:
        js = (
            "admin/js/vendor/jquery/jquery.js",
            "admin/js/vendor/select2/select2.full.js",
            "admin/js/jquery.init.js",
            "unfold/js/select2.init.js",
        )
        css = {"screen": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css")}

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_groups = access.own(Group.objects.all(), person)
        approved = Sender.objects.filter(status=Sender.Status.APPROVED)
        for name, rows in (
            ("groups", own_groups),
            ("excluded_groups", own_groups),
            ("sender", access.own(approved, person) | approved.filter(account__isnull=True)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        if self.instance.pk:
            pasted = self.instance.recipients.order_by("pk").values_list("raw", flat=True)
            self.initial["numbers"] = "\n".join(pasted)

    def clean_numbers(self) -> str:
        """Refuse more numbers than one form should carry."""
        numbers: str = self.cleaned_data["numbers"]
        if len(recipients.split(numbers)) > recipients.MAX_PASTED:
            raise ValidationError(
                _("At most %(most)s numbers can be pasted. Import more from a spreadsheet into a group.")
                % {"most": recipients.MAX_PASTED}
            )
        return numbers

    def clean_text(self) -> str:
        """Refuse a tag that would be sent as it is written."""
        text: str = self.cleaned_data["text"]
        if unknown := unknown_tags(text):
            raise ValidationError(
                _(
                    "%(tags)s is not known and would be sent as it stands. Known are #first_name#, #last_name#, "
                    "#number#, #note_1# to #note_10#."
                )
                % {"tags": ", ".join(unknown)}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for at least one recipient."""
        data = super().clean() or {}
        if not self.errors and not data.get("numbers") and not data.get("groups"):
            raise ValidationError(_("Choose a group or paste numbers: nobody would get this message."))
        return data


def _latest_end() -> str:
    """Return the last whole minute at which a reservation of now may end, as browsers write it."""
    return f"{localtime(clock.now() + LONGEST):%Y-%m-%dT%H:%M}"


class ReserveForm(forms.Form):
    """Until when a prefix is to be reserved."""

    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        initial=_latest_end,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("At most 72 hours from now."),
    )
