"""A form of a row that bears a phone number."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm

from contacts import erasure, numbers


class NumberForm(ModelForm[Any]):
    """A form whose number is read as people write it, and stored in one way."""

    def clean_msisdn(self) -> str:
        """Return the number as digits; say what is wrong with one that cannot be."""
        try:
            return numbers.normalise(self.cleaned_data["msisdn"], kinds=numbers.SMS | numbers.VOICE).msisdn
        except numbers.InvalidNumber as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Refuse somebody who asked the account to be erased."""
        data = super().clean() or {}
        account = data.get("account") or self.instance.account
        msisdn = data.get("msisdn")
        if account is not None and msisdn and erasure.erased(account_id=account.pk, msisdns=[msisdn]):
            self.add_error("msisdn", str(erasure.Erased()))
        return data
