"""The form that asks what is to be made of a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from contacts.models import Group
from smspanel import clock


class Verb(models.TextChoices):
    """What can be made of a group."""

    COPY = "copy", gettext_lazy("Copy it")
    MERGE = "merge", gettext_lazy("Put the members of another group into it")
    SPLIT = "split", gettext_lazy("Split it into equal parts")
    CUT = "cut", gettext_lazy("Split it into groups of a size")
    INTERSECT = "intersect", gettext_lazy("Make a group of those who are also in another")
    IDLE = "idle", gettext_lazy("Make a group of those who were not texted since a day")


NEEDED = {
    Verb.COPY: ("name",),
    Verb.MERGE: ("other",),
    Verb.SPLIT: ("number",),
    Verb.CUT: ("number",),
    Verb.INTERSECT: ("other", "name"),
    Verb.IDLE: ("since", "name"),
}


class RegroupForm(forms.Form):
    """What is to be made of a group, and what that needs."""

    verb = forms.ChoiceField(
        label=gettext_lazy("What is to be made"), choices=Verb.choices, widget=UnfoldAdminSelectWidget
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the new group"), max_length=100, required=False, widget=UnfoldAdminTextInputWidget
    )
    other = forms.ModelChoiceField(
        label=gettext_lazy("The other group"),
        queryset=Group.objects.none(),
        required=False,
        empty_label="–",
        widget=UnfoldAdminSelectWidget,
    )
    remove = forms.BooleanField(
        label=gettext_lazy("Delete the other group afterwards"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    number = forms.IntegerField(
        label=gettext_lazy("Number of parts, or members of each"),
        min_value=1,
        max_value=10_000_000,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    since = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        validators=[MinValueValidator(clock.EARLIEST)],
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = self.fields["other"]
        assert isinstance(other, forms.ModelChoiceField)
        other.queryset = Group.objects.filter(account=group.account_id).exclude(pk=group.pk)

    def clean(self) -> dict[str, Any]:
        """Ask for what is needed."""
        data = super().clean() or {}
        if verb := data.get("verb"):
            for name in NEEDED[Verb(verb)]:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("This is needed for it.")))
        return data
