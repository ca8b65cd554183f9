"""Forms of the import: the file, then its columns."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import User
from contacts import consents, findings
from contacts.fields import FIELDS, label_of
from contacts.imports import Agreed
from contacts.models import Consent, Group, Import
from contacts.spreadsheets import Wanted
from smspanel import access, clock


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


CONSENT: Final = ("consent_text", "consent_channel", "consent_purpose", "consent_day")


class ReadingForm(forms.Form):
    """How the file is read, where the guess was wrong; a new look at it tells what changes."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False, widget=UnfoldAdminSelectWidget)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False, widget=UnfoldAdminSelectWidget)
    delimiter = forms.ChoiceField(label=gettext_lazy("Separator"), required=False, widget=UnfoldAdminSelectWidget)
    has_header = forms.BooleanField(
        label=gettext_lazy("There is a row that names the columns"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    split = forms.BooleanField(
        label=gettext_lazy("Make two contacts of a cell with two numbers"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    fixed_lines = forms.BooleanField(
        label=gettext_lazy("Take fixed lines too: they can be called, not texted"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, *args: Any, spreadsheet: Import, **kwargs: Any) -> None:
        layout = spreadsheet.layout
        given = {name: layout.get(name) for name in ("sheet", "encoding", "delimiter", "split", "fixed_lines")}
        kwargs["initial"] = {"has_header": bool(layout["header_row"])} | given | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.layout = layout
        sheets = layout.get("sheets", ())
        self._offer("sheet", [(name, name) for name in sheets] if len(sheets) > 1 else [])
        text = bool(layout.get("encoding"))
        self._offer("encoding", list(findings.ENCODINGS.items()) if text else [])
        self._offer("delimiter", list(findings.SEPARATORS.items()) if text else [])
        told = findings.of(spreadsheet)
        for name, wanted in (("split", told.can_split), ("fixed_lines", told.has_fixed_lines)):
            if not wanted:
                del self.fields[name]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Let a value be chosen, where there is a choice."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if not choices:
            del self.fields[name]

    @property
    def wanted(self) -> Wanted:
        """How the file is to be looked at again."""
        data = self.cleaned_data
        changed = [name for name in ("sheet", "encoding", "delimiter") if name in data and name in self.changed_data]
        return Wanted(
            sheet=data.get("sheet") or self.layout.get("sheet") or None,
            encoding=data.get("encoding") or self.layout.get("encoding") or None,
            delimiter=data["delimiter"] if "delimiter" in data else self.layout.get("delimiter"),
            header_row=None if changed else self._header_row(),
            columns=None if changed else self.columns,
            split=data.get("split", False),
            fixed_lines=data.get("fixed_lines", False),
        )

    def _header_row(self) -> int:
        return (self.layout["header_row"] or 1) if self.cleaned_data["has_header"] else 0

    @property
    def columns(self) -> dict[str, int]:
        """Which field stands in which column."""
        raise NotImplementedError


class ColumnsForm(ReadingForm):
    """Which column is which, and into which group the people go."""

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

    consent_text = forms.CharField(
        label=gettext_lazy("They agreed to this"),
        help_text=gettext_lazy(
            "The words of the consent as people read them. It is recorded for each number, with the file and the row; "
            "leave it empty if they agreed to nothing."
        ),
        max_length=consents.LONGEST,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    consent_channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=Consent.Channel, required=False, widget=UnfoldAdminSelectWidget
    )
    consent_purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=Consent.Purpose, required=False, widget=UnfoldAdminSelectWidget
    )
    consent_day = forms.DateField(
        label=gettext_lazy("They agreed on"),
        required=False,
        validators=[MinValueValidator(clock.EARLIEST)],
        widget=UnfoldAdminSingleDateWidget,
    )

    def __init__(self, *args: Any, person: User, spreadsheet: Import, **kwargs: Any) -> None:
        guess = {f"column_{column}": field for field, column in spreadsheet.layout["guess"].items()}
        kwargs["initial"] = guess | (kwargs.get("initial") or {})
        super().__init__(*args, spreadsheet=spreadsheet, **kwargs)
        self.zone = spreadsheet.account.zone
        self.groups = access.own(Group.objects.all(), person)
        group = self.fields["group"]
        assert isinstance(group, forms.ModelChoiceField)
        group.queryset = self.groups
        into_contacts = spreadsheet.target == Import.Target.CONTACTS
        if not into_contacts:
            for name in ("group", "new_group", *CONSENT):
                del self.fields[name]
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
    def reading_fields(self) -> list[forms.BoundField]:
        """How the file is read."""
        return [self[name] for name in ReadingForm.base_fields if name in self.fields]

    @property
    def consent_fields(self) -> list[forms.BoundField]:
        """What the people of the file agreed to."""
        return [self[name] for name in CONSENT if name in self.fields]

    @property
    def agreed(self) -> Agreed | None:
        """What the people of the file agreed to, if anything."""
        data = self.cleaned_data
        if not data.get("consent_text"):
            return None
        midnight = datetime.combine(data["consent_day"], time(), self.zone)
        return Agreed(
            text=data["consent_text"],
            channel=Consent.Channel(data["consent_channel"]),
            purpose=Consent.Purpose(data["consent_purpose"]),
            given_at=midnight,
        )

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
        """Ask for the number's column, and for each field at most once, before anything is imported."""
        data = super().clean() or {}
        if "look" in self.data:
            return data
        chosen = [value for name, value in data.items() if name.startswith("column_") and value]
        if data.get("consent_text"):
            self._check_consent(data)
        if "msisdn" not in chosen:
            raise ValidationError(_("Say which column holds the phone numbers."))
        if len(chosen) != len(set(chosen)):
            raise ValidationError(_("Two columns have the same meaning. Leave one of them out."))
        return data

    def _check_consent(self, data: dict[str, Any]) -> None:
        """Ask when, for what and over which channel people agreed, if they did."""
        for name in ("consent_channel", "consent_purpose", "consent_day"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say this too, for people to be able to see what they agreed to."))
        day = data.get("consent_day")
        if day and day > clock.now().astimezone(self.zone).date():
            self.add_error("consent_day", _("Nobody has agreed to anything in the future. Choose an earlier day."))
