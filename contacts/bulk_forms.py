"""The form that asks what is to be done to many contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Account
from contacts.models import BulkJob, Group

CHOICES = [choice for choice in BulkJob.Action.choices if choice[0] != BulkJob.Action.SPLIT]


class BulkForm(forms.Form):
    """What is to be done, and with which group."""

    action = forms.ChoiceField(
        label=gettext_lazy("What is to be done"), choices=CHOICES, widget=UnfoldAdminSelectWidget
    )
    group = forms.ModelChoiceField(
        label=gettext_lazy("Group"),
        queryset=Group.objects.none(),
        required=False,
        empty_label=gettext_lazy("No group"),
        widget=UnfoldAdminSelectWidget,
    )
    new_group = forms.CharField(
        label=gettext_lazy("or into a new group"), max_length=100, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.fields["group"]
        assert isinstance(group, forms.ModelChoiceField)
        group.queryset = Group.objects.filter(account=account)

    def clean(self) -> dict[str, Any]:
        """Ask for the group where one is needed, and for no other."""
        data = super().clean() or {}
        action, new_group = data.get("action"), data.get("new_group")
        if action in BulkJob.WITH_GROUP and not data.get("group") and not (new_group and action == BulkJob.Action.JOIN):
            raise ValidationError(_("Choose a group."))
        if new_group and (data.get("group") or action != BulkJob.Action.JOIN):
            raise ValidationError(_("A new group is only for putting people into it. Leave its name empty."))
        return data
