"""Forms of the import: the file, then its columns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import User
from contacts.models import FIELDS, Group, Import, label_of
from smspanel import access


class UploadForm(forms.Form):
    """The file, and where its rows go."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A spreadsheet or text: xlsx, xls, ods, csv or txt."),
        widget=UnfoldAdminFileFieldWidget,
    )
    target = forms.ChoiceField(
        label=gettext_lazy("Import into"), choices=Import.Target.choices, widget=UnfoldAdminSelectWidget
    )


class ColumnsForm(forms.Form):
    """Which column is which, and into which group the people go."""

    has_header = forms.BooleanField(
        label=gettext_lazy("The first row names the columns"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    group = forms.ModelChoiceField(
        label=gettext_lazy("Put them into the group"),
        queryset=Group.objects.none(),
        required=False,
        empty_label=gettext_lazy("No group"),
        widget=UnfoldAdminSelectWidget,
    )
    new_group = forms.CharField(
        label=gettext_lazy("or into a new group"), max_length=100, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, person: User, spreadsheet: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = access.own(Group.objects.all(), person)
        group = self.fields["group"]
        assert isinstance(group, forms.ModelChoiceField)
        group.queryset = self.groups
        into_contacts = spreadsheet.target == Import.Target.CONTACTS
        if not into_contacts:
            del self.fields["group"], self.fields["new_group"]
        choices = [("", _("Leave out")), ("msisdn", _("Phone number"))]
        if into_contacts:
            choices += [(name, label_of(name)) for name in FIELDS]
        for index, title in enumerate(spreadsheet.titles):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=title,
                choices=choices,
                required=False,
                widget=UnfoldAdminSelectWidget(attrs={"aria-label": _("Column %s") % title}),
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The selects above the preview's columns."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def columns(self) -> dict[str, int]:
        """Which field stands in which column."""
        prefix = "column_"
        return {
            value: int(name.removeprefix(prefix))
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }

    def clean_new_group(self) -> str:
        """Refuse the name of a group that is there."""
        name: str = self.cleaned_data["new_group"].strip()
        if name and self.groups.filter(name=name).exists():
            raise ValidationError(_("There is a group with this name already. Choose it from the list."))
        return name

    def clean(self) -> dict[str, Any]:
        """Ask for the number's column, and for each field at most once."""
        data = super().clean() or {}
        chosen = [value for name, value in data.items() if name.startswith("column_") and value]
        if "msisdn" not in chosen:
            raise ValidationError(_("Say which column holds the phone numbers."))
        if len(chosen) != len(set(chosen)):
            raise ValidationError(_("Two columns have the same meaning. Leave one of them out."))
        return data
