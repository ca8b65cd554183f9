"""The forms of the composer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import User
from campaigns import recipients, senders
from campaigns.answer_forms import AnswersForm
from campaigns.manner_forms import MannerForm
from campaigns.models import Campaign, RecipientFile, Sender, TextTemplate
from campaigns.models.texts import validate_tags
from campaigns.recipient_files import PARAMETER
from campaigns.when_forms import WhenForm
from contacts.models import Group
from smspanel import access

Content = RecipientFile.Content


class ComposeForm(WhenForm, MannerForm, AnswersForm):
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
            *WhenForm.FIELDS,
            *MannerForm.Meta.fields,
            *AnswersForm.ANSWERS,
        )
        widgets = MannerForm.Meta.widgets | {
            "name": UnfoldAdminTextInputWidget,
            "variant": UnfoldAdminSelectWidget,
            "sender": UnfoldAdminSelectWidget,
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 6}),
            "policy": UnfoldAdminSelectWidget,
            "groups": UnfoldAdminSelect2MultipleWidget,
            "excluded_groups": UnfoldAdminSelect2MultipleWidget,
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
        super().__init__(*args, person=person, **kwargs)
        self.name_zone(person.account)
        self.fields["text"].required = False
        self.present: RecipientFile | None = getattr(self.instance, "file", None)
        own_groups = access.own(Group.objects.all(), person)
        for name, rows in (
            ("groups", own_groups),
            ("excluded_groups", own_groups),
            ("sender", senders.usable_by(person.account) if person.account else Sender.objects.none()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        if self.instance.pk:
            pasted = self.instance.recipients.filter(from_file=False).order_by("pk").values_list("raw", flat=True)
            self.initial["numbers"] = "\n".join(pasted)
        self.initial["content"] = (self.present.content if self.present else Content.NUMBERS).value

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
        data = super().clean()
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
