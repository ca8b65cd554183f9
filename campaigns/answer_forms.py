"""The part of the composer about the first few messages and about what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from campaigns.models import Campaign, PrefixReservation
from campaigns.models.offer import REPLY_VARIANTS
from contacts import numbers
from smspanel import access, clock

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


class AnswersForm(forms.ModelForm[Campaign]):
    """How many go first, under which prefix people answer, and what becomes of their answers."""

    ANSWERS: ClassVar = (*FIRST, "reservation", "reply_text", "forward_numbers", "forward_emails")

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

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIRST:
            self.fields[name].required = False
            self.fields[name].widget = UnfoldAdminIntegerFieldWidget()
        for name in ("forward_numbers", "forward_emails"):  # a forwarded reply tells whose it is
            self.fields[name].disabled = not person.sees_numbers
        self.fields["reply_text"].widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        self.fields["reply_text"].help_text = _("Sent once to everybody who answers, and paid for like any message.")
        choice = self.fields["reservation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = self._reservations(person)

    @property
    def tries_first(self) -> bool:
        """Whether a few messages go first, so that the page shows it."""
        return any(name in self.errors for name in FIRST) or self["canary_size"].value() not in {None, "", 0, "0"}

    def _reservations(self, person: User) -> QuerySet[PrefixReservation]:
        """Return the reservations that are not over, and the one that the draft has already."""
        rows = access.own(PrefixReservation.objects.select_related("prefix"), person)
        return rows.filter(Q(date_to__gt=clock.now()) | Q(pk=self.instance.reservation_id or 0))

    def clean(self) -> dict[str, Any]:
        """Fill in what was left out, and leave out what belongs to replies where there are none."""
        data = super().clean() or {}
        for name in FIRST:
            if data.get(name) is None and name not in self.errors:
                data[name] = getattr(Campaign(), name)
        if data.get("variant") not in REPLY_VARIANTS:
            data |= {"reservation": None, "reply_text": "", "forward_numbers": [], "forward_emails": []}
        return data
