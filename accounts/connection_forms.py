"""The form of a connection, made from what the provider's client says it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts import balances, connections
from accounts.models import Connection
from smspanel import crypto
from smspanel.providers import errors, registry
from smspanel.providers.base import CredentialField, OptionField, ProviderClient

FORGET = "forget_stored"


class ConnectionForm(forms.ModelForm[Connection]):
    """A connection, its provider's credentials, which are never shown again, and its provider's options.

    Subclasses name the provider; `for_kind` makes them.
    """

    provider: ClassVar[type[ProviderClient]]

    base_url = forms.URLField(
        label=_("Address"),
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: the provider's own address."),
    )

    class Meta:
        model = Connection
        fields = (
            "name",
            "base_url",
            "is_active",
            "max_parallel",
            "calls_per_second",
            "batch_size",
            "grace_seconds",
            "warn_below",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = _kept(self.instance)
        if self.instance.warn_below is not None:
            self.initial["warn_below"] = balances.trimmed(self.instance.warn_below)
        for credential in self.provider.credential_fields:
            self.fields[credential_box(credential)] = _credential(credential, self.kept)
        if can_forget(self.provider):
            self.fields[FORGET] = forms.BooleanField(
                label=_("Forget what is stored"),
                required=False,
                widget=UnfoldBooleanWidget,
                help_text=_("Tick it to change to another way of signing in: only what is typed here is kept."),
            )
        for option in self.provider.option_fields:
            self.fields[option_box(option)] = _option(option, self.instance.options)

    def clean(self) -> dict[str, Any]:
        """Refuse what the provider's client cannot be made from, before anything is stored."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self.provider(base_url=cleaned["base_url"], credentials=self.credentials(), options=self.options())
        except errors.Misconfigured as error:
            raise ValidationError(error.detail or str(error)) from error
        return cleaned

    def credentials(self) -> dict[str, str]:
        """Return what to store: what was typed, and each secret that was left empty as it was."""
        typed = {field: self.cleaned_data[credential_box(field)] for field in self.provider.credential_fields}
        kept = {} if self.cleaned_data.get(FORGET) else self.kept
        given = {
            field.name: value or (kept.get(field.name, "") if field.secret else "") for field, value in typed.items()
        }
        return {name: value for name, value in given.items() if value}

    def options(self) -> dict[str, object]:
        """Return the options to store; one left empty has its default."""
        chosen = {field.name: self.cleaned_data[option_box(field)] for field in self.provider.option_fields}
        return {name: value for name, value in chosen.items() if value not in (None, "")}

    @property
    def changed_options(self) -> list[str]:
        """The names of the options that were changed."""
        before = self.provider.chosen(self.instance.options)
        return sorted(name for name, value in self.provider.chosen(self.options()).items() if value != before[name])


def for_kind(kind: str) -> type[ConnectionForm]:
    """Return the form of connections to this provider; raises Misconfigured for an unknown one."""
    return type(
        "ConnectionForm", (ConnectionForm,), {"provider": registry.client_class(kind), "Meta": ConnectionForm.Meta}
    )


def credential_box(field: CredentialField) -> str:
    """Return the name of a credential's box."""
    return f"credential_{field.name}"


def option_box(field: OptionField) -> str:
    """Return the name of an option's box."""
    return f"option_{field.name}"


def can_forget(provider: type[ProviderClient]) -> bool:
    """Say whether there are several ways to sign in, so that a stored secret may have to go."""
    return any(field.secret and not field.required for field in provider.credential_fields)


def credential_boxes(provider: type[ProviderClient], *, stored: bool) -> list[str]:
    """Return the names of the boxes about signing in."""
    names = [credential_box(field) for field in provider.credential_fields]
    return [*names, FORGET] if stored and can_forget(provider) else names


def option_boxes(provider: type[ProviderClient]) -> list[str]:
    """Return the names of the boxes of the provider's options."""
    return [option_box(field) for field in provider.option_fields]


def _kept(connection: Connection) -> dict[str, str]:
    """Return the stored credentials; none if no key opens them, so that they can be typed in anew."""
    try:
        return connections.credentials_of(connection)
    except crypto.CannotOpen:
        return {}


def _credential(field: CredentialField, kept: Mapping[str, str]) -> forms.CharField:
    stored = field.secret and field.name in kept
    return forms.CharField(
        label=str(field.label),
        required=field.required and not stored,
        initial="" if field.secret else kept.get(field.name, ""),
        widget=(UnfoldAdminPasswordWidget if field.secret else UnfoldAdminTextInputWidget)(
            attrs={"autocomplete": "new-password" if field.secret else "off"}
        ),
        help_text=gettext("Stored. Leave empty to keep it.") if stored else str(field.help_text),
    )


def _option(field: OptionField, chosen: dict[str, object]) -> forms.Field:
    common: dict[str, Any] = {
        "label": str(field.label),
        "required": False,
        "initial": chosen.get(field.name, field.default),
        "help_text": str(field.help_text),
    }
    if isinstance(field.default, bool):
        return forms.BooleanField(widget=UnfoldBooleanWidget, **common)
    if isinstance(field.default, int):
        return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget, min_value=0, **common)
    return forms.CharField(widget=UnfoldAdminTextInputWidget, max_length=200, **common)
