"""The composer's fields about when a campaign is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Account
from campaigns.models import Campaign, Spread, Tolerance


class StartField(forms.DateTimeField):
    """A moment as the account's clocks show it: of two with the same name it is the first."""

    def prepare_value(self, value: Any) -> Any:
        """Show a stored moment as browsers write it, to the minute."""
        shown = super().prepare_value(value)
        return f"{shown:%Y-%m-%dT%H:%M}" if isinstance(shown, datetime) else shown

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment; raises ValidationError, also for one that clocks leave out."""
        zone = timezone.get_current_timezone()
        with timezone.override(UTC):
            shown = super().to_python(value)
        if shown is None:
            return None
        moment = shown.replace(tzinfo=zone)
        if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise ValidationError(_("Clocks are put forward in that hour, so this time does not come. Choose another."))
        return moment


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "time"}))


class WhenForm(forms.ModelForm[Campaign]):
    """When a campaign starts, in which hours it is sent, how fast, and when it is too late."""

    FIELDS: ClassVar = ("start_at", "window_start", "window_end", "spread_minutes", "tolerance_minutes")

    start_at = StartField(
        label=gettext_lazy("Start"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
    )
    window_start = _time(gettext_lazy("Send only from"))
    window_end = _time(gettext_lazy("until"))
    spread_minutes = forms.TypedChoiceField(
        label=gettext_lazy("How fast"),
        choices=[("", gettext_lazy("all at once")), *Spread.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Spread, messages leave evenly, and answers come evenly, too."),
    )
    tolerance_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Too late"),
        choices=Tolerance.choices,
        coerce=int,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("A campaign that could not start by then is not sent, and its points come back."),
    )

    def clean_tolerance_minutes(self) -> int:
        """Return when it is too late, two hours where software that fills in the form says nothing."""
        return int(self.cleaned_data["tolerance_minutes"] or Tolerance.TWO_HOURS)

    def name_zone(self, account: Account | None) -> None:
        """Say beside the fields whose clocks they mean, and which hours hold anyway."""
        if account is None:
            return
        zone = {"zone": account.time_zone}
        told = _("Leave empty to start as soon as you confirm. Times are those of %(zone)s.") % zone
        self.fields["start_at"].help_text = told
        if account.window_start and account.window_end:
            hours = {"start": f"{account.window_start:%H:%M}", "end": f"{account.window_end:%H:%M}"}
            told = _("Within the hours of your account, %(start)s to %(end)s. Empty: these.") % hours
            self.fields["window_end"].help_text = told

    @property
    def is_timed(self) -> bool:
        """Whether anything but the start is chosen, so that the page shows it."""
        chosen = [self[name].value() for name in ("window_start", "window_end", "spread_minutes")]
        late = self["tolerance_minutes"].value()
        wrong = any(name in self.errors for name in self.FIELDS[1:])
        return wrong or any(value not in {None, ""} for value in chosen) or str(late) != str(Tolerance.TWO_HOURS.value)
