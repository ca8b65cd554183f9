"""What a summary is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from campaigns.models import Variant
from campaigns.summaries import By
from smspanel import clock

USUAL_DAYS: Final = 30
MOST_DAYS: Final = 366
_KINDS: Final = {"campaigns": gettext_lazy("Campaigns"), "singles": gettext_lazy("Single messages")}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))


class SummaryForm(forms.Form):
    """Some days, what each line stands for, and which messages count; whatever makes no sense is as if not said."""

    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))
    by = forms.ChoiceField(
        label=gettext_lazy("A line for each"), choices=By.choices, required=False, widget=UnfoldAdminSelectWidget
    )
    only_kind = forms.ChoiceField(
        label=gettext_lazy("Messages"),
        choices=[("", gettext_lazy("All")), *_KINDS.items()],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    only_variant = forms.ChoiceField(
        label=gettext_lazy("Variant"),
        choices=[("", gettext_lazy("All")), *Variant.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, data: Any, *, person: User) -> None:
        super().__init__(data)
        self.is_valid()
        today = localdate(clock.now())
        self.last: date = min(max(self._said("until", today), clock.EARLIEST), clock.LATEST)
        self.first: date = self._said("since", self.last - timedelta(days=USUAL_DAYS - 1))
        if not self.last - timedelta(days=MOST_DAYS) <= self.first <= self.last:
            self.first = self.last - timedelta(days=USUAL_DAYS - 1)
        self.line = By(self._said("by", By.DAY))
        shown = data.copy()
        shown.update({"since": self.first.isoformat(), "until": self.last.isoformat(), "by": self.line.value})
        self.data = shown
        if not person.is_staff and not person.is_master:
            choice = self.fields["by"]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = [(value, label) for value, label in By.choices if value != By.ACCOUNT]

    def _said(self, name: str, otherwise: Any) -> Any:
        return self.cleaned_data.get(name) or otherwise

    @property
    def only(self) -> dict[str, Any]:
        """Which figures count, as conditions on MessageCount."""
        kind, variant = self._said("only_kind", ""), self._said("only_variant", "")
        found = {"variant": variant} if variant else {}
        return found | ({"counted__campaign__isnull": kind == "singles"} if kind else {})
