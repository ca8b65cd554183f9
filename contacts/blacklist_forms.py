"""Forms of the blacklist: one entry, and many numbers at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import User
from contacts import numbers
from contacts.models import BlacklistEntry
from contacts.number_forms import NumberForm
from smspanel import clock

MOST: Final = 10_000
_SEPARATORS: Final = "\r\n,;"


class EntryForm(NumberForm):
    """One number on the blacklist."""

    default_scope: ClassVar = BlacklistEntry.Scope.ACCOUNT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.scope = self.default_scope
        if "scope" in self.fields:
            self.fields["scope"] = scope_field()

    def clean_expires_at(self) -> datetime | None:
        """Refuse a moment that has passed."""
        until: datetime | None = self.cleaned_data["expires_at"]
        if until is not None and until <= clock.now():
            raise ValidationError(_("This moment has passed. Choose a later one, or none."))
        return until

    def _get_validation_exclusions(self) -> set[str]:
        """Check what may be there once also where the form does not ask for the scope."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"account", "scope"}


def scope_field() -> forms.ChoiceField:
    """Return the choice that a master has: this account, or its subaccounts, too."""
    choices = [(scope.value, scope.label) for scope in BlacklistEntry.Scope if scope != BlacklistEntry.Scope.EVERYBODY]
    return forms.ChoiceField(label=gettext_lazy("Holds for"), choices=choices, widget=UnfoldAdminSelectWidget)


class NumbersForm(forms.Form):
    """Numbers as people paste them."""

    numbers = forms.CharField(
        label=gettext_lazy("Numbers"),
        help_text=gettext_lazy("One in a line, or parted by commas; at most 10,000 at once. For more, import a file."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}),
    )

    def clean_numbers(self) -> list[str]:
        """Return what stands between the separators."""
        text: str = self.cleaned_data["numbers"]
        for separator in _SEPARATORS:
            text = text.replace(separator, "\n")
        found = [part for line in text.split("\n") if (part := line.strip())]
        if len(found) > MOST:
            raise ValidationError(_("These are %(size)s numbers. Take at most 10,000 at once.") % {"size": len(found)})
        return found

    @property
    def unreadable(self) -> list[tuple[str, str]]:
        """What is no number, and why."""
        found = []
        for raw in self.cleaned_data["numbers"]:
            try:
                numbers.normalise(raw, kinds=numbers.SMS | numbers.VOICE)
            except numbers.InvalidNumber as error:
                found.append((raw[:40], str(error)))
        return found


class ScopedNumbersForm(NumbersForm):
    """Numbers of a scope, which only masters choose."""

    scope = scope_field()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not person.is_master:
            del self.fields["scope"]

    @property
    def chosen_scope(self) -> BlacklistEntry.Scope:
        """For whom the numbers are meant: what staff enter is for everybody."""
        if self.person.is_staff:
            return BlacklistEntry.Scope.EVERYBODY
        return BlacklistEntry.Scope(self.cleaned_data.get("scope") or BlacklistEntry.Scope.ACCOUNT)


class AddForm(ScopedNumbersForm):
    """Numbers to block, why and until when."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The last day, included. Empty: for ever."),
        required=False,
        validators=[MaxValueValidator(clock.LATEST)],
        widget=UnfoldAdminDateWidget,
    )
