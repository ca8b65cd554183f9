"""Forms about one number: which one, and what it agreed to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Account, User
from contacts import numbers
from contacts.models import Consent
from smspanel import access, clock


class NumberForm(forms.Form):
    """A number; who sees several accounts also says in which."""

    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=40, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    account = forms.ModelChoiceField(
        label=gettext_lazy("Account"), queryset=Account.objects.none(), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)
        account.queryset = access.visible(Account.objects.all(), person, path="")
        account.required = person.is_staff
        account.initial = person.account_id
        if not person.is_staff and not person.is_master:
            del self.fields["account"]

    def clean_number(self) -> str:
        """Return the number as digits."""
        try:
            return numbers.normalise(self.cleaned_data["number"], kinds=numbers.SMS | numbers.VOICE).msisdn
        except numbers.InvalidNumber as error:
            raise ValidationError(str(error)) from error

    @property
    def chosen_account(self) -> Account:
        """The account that is meant: the one that was chosen, or one's own."""
        account = self.cleaned_data.get("account") or self.person.account
        assert isinstance(account, Account)
        return account


class ConsentForm(forms.Form):
    """What a person agreed to."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=Consent.Channel.choices, widget=UnfoldAdminSelectWidget
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=Consent.Purpose.choices, widget=UnfoldAdminSelectWidget
    )
    given = forms.DateField(
        label=gettext_lazy("Given"), validators=[MinValueValidator(clock.EARLIEST)], widget=UnfoldAdminDateWidget
    )
    wording = forms.CharField(
        label=gettext_lazy("Wording"), max_length=4000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )

    def given_at(self, account: Account | None) -> datetime:
        """Return the beginning of the day where the account is."""
        day: date = self.cleaned_data["given"]
        return datetime.combine(day, time(), account.zone if account else UTC)
