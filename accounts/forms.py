"""Forms of sign-in, accounts, people, connections and points."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import connections
from accounts.models import Account, Connection, User
from smspanel import access
from smspanel.providers import registry


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """Signs in everybody whose account is on, not only staff."""

    def confirm_login_allowed(self, user: User | AnonymousUser) -> None:
        """Refuse people who are switched off, alone or with their account."""
        if not user.is_active:
            raise self.get_invalid_login_error()


class PointsForm(forms.Form):
    """A number of points, and the key that makes a repeated click the same transfer."""

    points = forms.IntegerField(
        label=_("Points"), min_value=1, max_value=1_000_000_000_000, widget=UnfoldAdminIntegerFieldWidget
    )
    memo = forms.CharField(label=_("Memo"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class SubaccountField(forms.ModelChoiceField[Account]):
    """A choice of subaccounts that tells what each has."""

    def label_from_instance(self, obj: Account) -> str:
        """Return the name and the points available."""
        points = obj.wallet.available if hasattr(obj, "wallet") else 0
        return _now("%(name)s (available: %(points)s)") % {"name": obj.name, "points": points}


class TransferForm(PointsForm):
    """Points between a master and one of its slaves."""

    GIVE, TAKE = "give", "take"

    field_order = ("subaccount", "direction", "points", "memo", "key")
    subaccount = SubaccountField(label=_("Subaccount"), queryset=Account.objects.none(), widget=UnfoldAdminSelectWidget)
    direction = forms.ChoiceField(
        label=_("What to do"),
        choices=[(GIVE, _("Give points to the subaccount")), (TAKE, _("Take points back from it"))],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slaves = access.visible(Account.objects.filter(kind=Account.Kind.SLAVE), person, path="")
        field = self.fields["subaccount"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = slaves.select_related("wallet")


class GrantForm(PointsForm):
    """Points that staff issue, with the reason that the statement shows."""

    memo = forms.CharField(label=_("Memo"), max_length=200, widget=UnfoldAdminTextInputWidget)


class AdjustForm(GrantForm):
    """A correction by staff, up or down."""

    points = forms.IntegerField(
        label=_("Points"),
        min_value=-1_000_000_000_000,
        max_value=1_000_000_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("A negative number takes points away."),
    )

    def clean_points(self) -> int:
        """Refuse a correction by nothing."""
        points: int = self.cleaned_data["points"]
        if points == 0:
            raise ValidationError(_("A correction by nothing changes nothing. Give a number above or below 0."))
        return points


class NewAccountForm(forms.ModelForm[Account]):
    """A new account together with its first person."""

    password = forms.CharField(
        label=_("Password of its owner"), min_length=10, widget=UnfoldAdminPasswordWidget, required=True
    )
    opening_points = forms.IntegerField(
        label=_("Opening points"), min_value=0, required=False, widget=UnfoldAdminIntegerFieldWidget
    )

    class Meta:
        model = Account
        fields = ("name", "email", "description")

    def clean_email(self) -> str:
        """Refuse an e-mail that somebody signs in with already."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("Somebody signs in with this e-mail already. Choose another."))
        return email


class NewPersonForm(forms.ModelForm[User]):
    """Somebody new who may sign in."""

    password = forms.CharField(label=_("Password"), min_length=10, widget=UnfoldAdminPasswordWidget)

    class Meta:
        model = User
        fields = ("email", "name", "role", "account", "language")

    def clean_email(self) -> str:
        """Keep e-mails in lower case, so that one person cannot be two."""
        return str(self.cleaned_data["email"]).lower()


class ConnectionForm(forms.ModelForm[Connection]):
    """A connection and its provider's credentials, which are never shown again."""

    base_url = forms.URLField(
        label=_("Address"),
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: the provider's own address."),
    )

    class Meta:
        model = Connection
        fields = ("name", "kind", "base_url", "is_active", "max_parallel", "batch_size", "grace_seconds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = connections.credentials_of(self.instance) if self.instance.pk else {}
        for kind, _label in registry.kinds():
            for field in registry.client_class(kind).credential_fields:
                widget = UnfoldAdminPasswordWidget if field.secret else UnfoldAdminTextInputWidget
                self.fields[f"credential_{field.name}"] = forms.CharField(
                    label=str(field.label),
                    required=False,
                    widget=widget,
                    initial="" if field.secret else kept.get(field.name, ""),
                    help_text=_now("Stored. Leave empty to keep it.")
                    if field.secret and field.name in kept
                    else str(field.help_text),
                )
        self._kept = kept

    def credentials(self) -> dict[str, str]:
        """Return what to store: what was typed, and what was left empty as it was."""
        kind = registry.client_class(self.cleaned_data["kind"])
        typed = {field.name: self.cleaned_data[f"credential_{field.name}"] for field in kind.credential_fields}
        secret = {field.name for field in kind.credential_fields if field.secret}
        return {name: value or (self._kept.get(name, "") if name in secret else "") for name, value in typed.items()}
