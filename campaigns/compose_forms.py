"""The forms of the composer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import User
from campaigns import recipients
from campaigns.models import Campaign, PrefixReservation, RecipientFile, Sender, TextTemplate
from campaigns.models.offer import REPLY_VARIANTS
from campaigns.models.texts import validate_tags
from campaigns.recipient_files import PARAMETER
from contacts import numbers
from contacts.models import Group
from smspanel import access, clock

Content = RecipientFile.Content


FIRST = ("canary_size", "canary_percent", "canary_minutes")
"""What the first few messages are about; an empty field means what it means for a new campaign."""
MOST_FORWARDED = 20


class ListField(forms.CharField):
    """Numbers or e-mails of one campaign, one on each line, as a list of what `read` makes of each."""

    def __init__(self, *args: Any, read: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(*args, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), **kwargs)
        self.read = read

    def prepare_value(self, value: Any) -> Any:
        """Show a list line by line."""
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as it is shown."""
        return bool(self.prepare_value(initial or []) != (data or ""))

    def to_python(self, value: Any) -> Any:
        """Return each once, in their order; refuse more than a few."""
        found = list(dict.fromkeys(self.read(line) for line in str(value or "").replace(",", "\n").split()))
        if len(found) > MOST_FORWARDED:
            raise ValidationError(_("At most %(most)s are possible.") % {"most": MOST_FORWARDED})
        return found


class ReservationField(forms.ModelChoiceField[PrefixReservation]):
    """A choice among reservations, which says also when they hold."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the prefix and its time."""
        return str(obj.label)


def _number(line: str) -> str:
    try:
        return numbers.normalise(line).msisdn
    except numbers.InvalidNumber as error:
        raise ValidationError(f"{line[:30]}: {error}") from error


def _email(line: str) -> str:
    try:
        validate_email(line)
    except ValidationError as error:
        raise ValidationError(_("“%(line)s” is no e-mail.") % {"line": line[:60]}) from error
    return line


class ComposeForm(forms.ModelForm[Campaign]):
    """What a campaign says, to whom, under which name and when; a draft may still lack most of it."""

    numbers = forms.CharField(
        label=gettext_lazy("Numbers"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("One on each line, or separated by commas."),
    )
    file = forms.FileField(
        label=gettext_lazy("File of recipients"),
        required=False,
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy("A spreadsheet or text: xlsx, xls, ods, csv or txt."),
    )
    content = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=Content.choices,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    without_file = forms.BooleanField(
        label=gettext_lazy("Take the file away"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    start_at = forms.DateTimeField(
        label=gettext_lazy("Start"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Leave empty to start as soon as you confirm."),
    )

    reservation = ReservationField(
        label=gettext_lazy("Prefix of the replies"),
        queryset=PrefixReservation.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Of the prefixes that you hold. ECO_RESP and PRO_RESP need one."),
    )
    forward_numbers = ListField(
        label=gettext_lazy("Forward replies to numbers"),
        read=_number,
        help_text=gettext_lazy("One on each line. Every forwarded reply is a message that you pay for."),
    )
    forward_emails = ListField(
        label=gettext_lazy("Forward replies to e-mails"), read=_email, help_text=gettext_lazy("One on each line.")
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
            "canary_size",
            "canary_percent",
            "canary_minutes",
            "reservation",
            "reply_text",
            "forward_numbers",
            "forward_emails",
        )
        help_texts = {
            "reply_text": gettext_lazy("Sent once to everybody who answers, and paid for like any message."),
        }
        widgets = {
            "name": UnfoldAdminTextInputWidget,
            "variant": UnfoldAdminSelectWidget,
            "sender": UnfoldAdminSelectWidget,
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 6}),
            "policy": UnfoldAdminSelectWidget,
            "groups": UnfoldAdminSelect2MultipleWidget,
            "excluded_groups": UnfoldAdminSelect2MultipleWidget,
            "reply_text": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            **dict.fromkeys(FIRST, UnfoldAdminIntegerFieldWidget),
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
        self.to_plan = "save" not in self.data
        for name in ("text", *FIRST):
            self.fields[name].required = False
        self.present: RecipientFile | None = getattr(self.instance, "file", None)
        own_groups = access.own(Group.objects.all(), person)
        approved = Sender.objects.filter(status=Sender.Status.APPROVED)
        for name, rows in (
            ("groups", own_groups),
            ("excluded_groups", own_groups),
            ("sender", access.own(approved, person) | approved.filter(account__isnull=True)),
            ("reservation", self._reservations(person)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        if self.instance.pk:
            pasted = self.instance.recipients.filter(from_file=False).order_by("pk").values_list("raw", flat=True)
            self.initial["numbers"] = "\n".join(pasted)
        self.initial["content"] = (self.present.content if self.present else Content.NUMBERS).value

    def _reservations(self, person: User) -> QuerySet[PrefixReservation]:
        """Return the reservations that are not over, and the one that the draft has already."""
        rows = access.own(PrefixReservation.objects.select_related("prefix"), person)
        return rows.filter(Q(date_to__gt=clock.now()) | Q(pk=self.instance.reservation_id or 0))

    def clean_numbers(self) -> str:
        """Refuse more numbers than one form should carry."""
        numbers: str = self.cleaned_data["numbers"]
        if len(recipients.split(numbers)) > recipients.MAX_PASTED:
            raise ValidationError(
                _("At most %(most)s numbers can be pasted. Put more into a file of recipients.")
                % {"most": recipients.MAX_PASTED}
            )
        return numbers

    def clean_text(self) -> str:
        """Refuse a tag that would be sent as it is written."""
        text: str = self.cleaned_data["text"]
        validate_tags(text)
        return text

    def clean_content(self) -> Content:
        """Return what the file holds, which software that fills in the form may leave out."""
        return Content(self.cleaned_data["content"] or self.initial["content"])

    def clean(self) -> dict[str, Any]:
        """Check what fields say together; what is to be planned needs a text and a recipient."""
        data = super().clean() or {}
        for name in FIRST:
            if data.get(name) is None and name not in self.errors:
                data[name] = getattr(Campaign(), name)
        if data.get("variant") not in REPLY_VARIANTS:
            data |= {"reservation": None, "reply_text": "", "forward_numbers": [], "forward_emails": []}
        content = self._content(data)
        self._check_file(data)
        self._check_columns(data, content)
        if not self.to_plan:
            return data
        named = data.get("numbers") or data.get("groups")
        if not data.get("text") and "text" not in self.errors and (named or content != Content.TEXTS):
            self.add_error("text", self.fields["text"].error_messages["required"])
        if not self.errors and not named and content is None:
            raise ValidationError(
                _("Choose a group, paste numbers or add a file: nobody would get this message."),
            )
        return data

    def _content(self, data: dict[str, Any]) -> Content | None:
        """Return what the file holds that the campaign will have; None without one."""
        if data.get("file") is not None:
            return data.get("content")
        return self.present.content if self.present and not data.get("without_file") else None

    def _check_file(self, data: dict[str, Any]) -> None:
        """Ask for the file again where its rows were read for something else: only their result is kept."""
        if self.present is None or data.get("file") is not None or data.get("without_file"):
            return
        rewritten = _lines(data.get("text", "")) != _lines(self.initial["text"])
        if (
            data.get("content", self.present.content) != self.present.content
            or (self.present.personalized and "policy" in self.changed_data)
            or (self.present.parametrized and rewritten)
        ):
            sentence = _("Its rows were read for the text and settings as they were. Choose the file again.")
            self.add_error("file", sentence)

    def _check_columns(self, data: dict[str, Any], content: Content | None) -> None:
        """Refuse columns where there are none to take values from."""
        columns = PARAMETER.search(data.get("text") or "")
        if columns and content != Content.COLUMNS:
            sentence = _("%(tag)s stands for a column of a file. Add a file with a number and values, or remove it.")
            self.add_error("text", sentence % {"tag": columns[0]})
        elif content == Content.COLUMNS and (data.get("numbers") or data.get("groups")):
            sentence = _("Pasted numbers and groups have no columns. Write to them in a campaign of their own.")
            self.add_error("file", sentence)


def _lines(text: str) -> list[str]:
    """Return a text without regard to how its line ends are written."""
    return text.strip().splitlines()


class TemplateForm(forms.ModelForm[TextTemplate]):
    """A text of the composer, to be kept under a name."""

    class Meta:
        model = TextTemplate
        fields = ("name", "text")
