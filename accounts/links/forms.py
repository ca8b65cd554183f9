"""Forms of the page about a link."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.links.linking import KIND
from accounts.models import Connection


class LinkForm(forms.Form):
    """The choice of a JustSend connection that no account is linked to."""

    connection = forms.ModelChoiceField(
        label=_("Connection"), queryset=Connection.objects.none(), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["connection"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Connection.objects.filter(kind=KIND, is_active=True, links__isnull=True)


class CorrectionForm(forms.Form):
    """A correction by the amount that was shown, and the key that makes a repeated click the same one."""

    amount = forms.IntegerField(widget=forms.HiddenInput)
    memo = forms.CharField(label=_("Memo"), max_length=200, widget=UnfoldAdminTextInputWidget)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
