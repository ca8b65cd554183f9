"""Forms of people who have only one account: without a field for it, but with its rules."""

from __future__ import annotations

from typing import Any

from django.forms import ModelForm


def owned(form: type[ModelForm[Any]], account_id: int | None) -> type[ModelForm[Any]]:
    """Return the form for rows of this account: what may be there once in an account is told by the form.

    Django checks no constraint of which the form has not every field; the database would refuse the row.
    """

    class Owned(form):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.instance.account_id is None:
                self.instance.account_id = account_id

        def _get_validation_exclusions(self) -> set[str]:
            excluded: set[str] = super()._get_validation_exclusions()
            return excluded - {"account"}

    return Owned
