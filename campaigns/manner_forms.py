"""The part of the composer that says how a campaign is sent: kind, country, voice, priority, reports, costs."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import User
from campaigns import business_cards, calls, cost_centres
from campaigns.models import Campaign, Kind, Variant
from contacts import numbers
from contacts.models import Contact
from smspanel import access

WRITTEN_KINDS: Final = (Kind.TEXT, Kind.FLASH, Kind.WAP_PUSH, Kind.VCARD)
"""What may be chosen: a call follows from its variant, and number checks have a page of their own."""
_PRIORITIES: Final = [
    (0, gettext_lazy("Normal")),
    (1, gettext_lazy("Before others")),
    (2, gettext_lazy("High")),
    (3, gettext_lazy("Highest")),
]
_VOICE: Final = ("repeat_dtmf", "max_count", "min_period", "max_period", "pause", "audio_url")


def _whole(label: Any, most: int, help_text: Any) -> forms.IntegerField:
    widget = UnfoldAdminIntegerFieldWidget(attrs={"min": 0, "max": most})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=most, widget=widget, help_text=help_text
    )


def _address(label: Any, help_text: Any) -> forms.URLField:
    return forms.URLField(
        label=label,
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=help_text,
    )


class MannerForm(forms.ModelForm[Campaign]):
    """How a campaign is sent; every field may be left out, and then says what most people want."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What arrives"),
        choices=[(kind.value, kind.label) for kind in WRITTEN_KINDS],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    card = forms.CharField(
        label=gettext_lazy("Whose business card"),
        required=False,
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("A number from your contacts: its card takes the place of the text."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Read in"),
        choices=list(calls.LANGUAGES.items()),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    repeat_dtmf = forms.BooleanField(
        label=gettext_lazy("A key repeats the text"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    max_count = _whole(
        gettext_lazy("Call again at most"), calls.MOST_REPETITIONS, gettext_lazy("Times, if nobody answers; 0 to 4.")
    )
    min_period = _whole(gettext_lazy("Not before"), calls.LONGEST_PERIOD, gettext_lazy("Minutes after the last call."))
    max_period = _whole(gettext_lazy("Not after"), calls.LONGEST_PERIOD, gettext_lazy("Minutes after the last call."))
    pause = _whole(
        gettext_lazy("Silence first"), calls.LONGEST_PAUSE, gettext_lazy("Seconds before the text, 0 to 10.")
    )
    audio_url = _address(
        gettext_lazy("Recording"), gettext_lazy("The address of a sound that is played instead of the text.")
    )
    link = _address(gettext_lazy("Address to open"), gettext_lazy("Of a WAP push: where it leads."))
    report_url = _address(
        gettext_lazy("Tell this address about delivery"),
        gettext_lazy("In place of your address for reports; #SMSID#, #STAN#, #DATA# and #PRZYCZYNA# are filled in."),
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=_PRIORITIES,
        coerce=int,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Goes before other sendings; it may cost more for each part."),
    )
    without_reports = forms.BooleanField(
        label=gettext_lazy("Do without delivery reports"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("You will only see what was sent."),
    )

    class Meta:
        model = Campaign
        fields = ("link", "country", "validity", "report_url", "cost_centre")
        widgets = {
            "country": UnfoldAdminTextInputWidget(attrs={"maxlength": 2, "size": 4}),
            "validity": UnfoldAdminIntegerFieldWidget,
            "cost_centre": UnfoldAdminSelectWidget,
        }

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)  # type: ignore[call-arg]
        self.person = person
        centre = self.fields["cost_centre"]
        assert isinstance(centre, forms.ModelChoiceField)
        if person.account is not None:
            centre.queryset = cost_centres.usable_by(person.account)
            centre.required = person.account.needs_cost_centre and self.to_plan
        campaign = self.instance
        self.initial.update({name: campaign.voice[name] for name in _VOICE if name in campaign.voice})
        self.initial.update(without_reports=not campaign.wants_reports, language=campaign.language)
        self.initial.update(priority=campaign.priority, kind=campaign.kind)

    @property
    def to_plan(self) -> bool:
        """Whether a plan is asked for, so that nothing may be missing."""
        return "save" not in self.data

    @property
    def is_unusual(self) -> bool:
        """Whether it says more than most campaigns do, so that the page shows it at once."""
        names = ("country", "validity", "report_url", "priority", "without_reports")
        return any(self.errors.get(name) or self[name].value() not in {None, "", 0, "0"} for name in names)

    def clean_country(self) -> str:
        """Read a country in small letters, too."""
        return str(self.cleaned_data["country"]).upper()

    def clean_card(self) -> str:
        """Return the business card of a contact; nothing for none."""
        written: str = self.cleaned_data["card"].strip()
        if not written:
            return ""
        try:
            msisdn = numbers.normalise(written, kinds=numbers.SMS | numbers.VOICE).msisdn
        except numbers.InvalidNumber as error:
            raise ValidationError(str(error)) from error
        contact = access.own(Contact.objects.filter(msisdn=msisdn), self.person).first()
        if contact is None:
            raise ValidationError(_("None of your contacts has the number %(number)s.") % {"number": written})
        return business_cards.of(contact)

    def clean(self) -> dict[str, Any]:
        """Put together what the fields say: the kind, the voice of a call, and the text of a card."""
        data = super().clean() or {}
        voice = data.get("variant") == Variant.VOICE
        data["kind"] = Kind.VOICE if voice else Kind(data.get("kind") or Kind.TEXT)
        asked = {name: data.pop(name, None) for name in _VOICE}
        data["voice"] = _said(asked) if voice else {}
        data["language"] = (data.get("language") or calls.USUAL_LANGUAGE) if voice else ""
        data["priority"] = data.get("priority") or 0
        data["wants_reports"] = not data.pop("without_reports", False)
        card = data.pop("card", "")
        if card and data["kind"] == Kind.VCARD:
            data["text"] = card
        self._check_voice(data["voice"])
        if data["kind"] == Kind.WAP_PUSH and not data.get("link") and self.to_plan:
            self.add_error("link", _("Write the address that the message opens."))
        return data

    def _check_voice(self, voice: dict[str, Any]) -> None:
        if voice.get("min_period", 0) > voice.get("max_period", calls.LONGEST_PERIOD):
            self.add_error("max_period", _("This lies before the earliest time of the next call."))


def _said(asked: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not filled in; 0 says something."""
    return {name: value for name, value in asked.items() if value is not None and value != "" and value is not False}
