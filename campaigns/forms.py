"""Forms of prefixes."""

from __future__ import annotations

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminTextInputWidget,
)

from campaigns.models.replies import LONGEST
from smspanel import clock


def _latest_end() -> str:
    """Return the last whole minute at which a reservation of now may end, as browsers write it."""
    return f"{localtime(clock.now() + LONGEST):%Y-%m-%dT%H:%M}"


class ReserveForm(forms.Form):
    """From when until when a prefix is to be reserved."""

    start = forms.DateTimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Empty: now."),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        initial=_latest_end,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("At most 72 hours after the beginning."),
    )
