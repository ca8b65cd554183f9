"""Forms of sign-in, accounts, people and points."""

from __future__ import annotations

import ipaddress
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import points
from accounts.models import Account, AppKey, User
from smspanel import access


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


class NetworksField(forms.CharField):
    """Networks, one on each line, as a list of what the ipaddress module writes."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list line by line."""
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what would be stored."""
        return bool((initial or []) != self.to_python(data))

    def to_python(self, value: Any) -> Any:
        """Return the networks that are meant, and refuse what is none."""
        return [self._network(line) for line in str(value or "").replace(",", "\n").split()]

    def _network(self, line: str) -> str:
        try:
            return str(ipaddress.ip_network(line, strict=False))
        except ValueError as error:
            sentence = gettext("“%(line)s” is no address. Write 203.0.113.7 or 203.0.113.0/24.")
            raise ValidationError(sentence % {"line": line[:60]}) from error


class AppKeyForm(forms.ModelForm[AppKey]):
    """What a key is called, and from where it may be used."""

    networks = NetworksField(
        label=_("Allowed addresses"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("One on each line, such as 203.0.113.7 or 203.0.113.0/24. Empty: the key works from everywhere."),
    )

    class Meta:
        model = AppKey
        fields = ("account", "label", "networks")


class SubaccountField(forms.ModelChoiceField[Account]):
    """A choice of subaccounts that tells what each has."""

    def label_from_instance(self, obj: Account) -> str:
        """Return the name and the points available."""
        available = obj.wallet.available if hasattr(obj, "wallet") else 0
        return gettext("%(name)s (available: %(points)s)") % {"name": obj.name, "points": intcomma(available)}


@dataclass(frozen=True, slots=True)
class End:
    """One account of a transfer, with the points that are available before it and after."""

    account: Account
    before: int
    after: int

    @classmethod
    def of(cls, account: Account, moved: int) -> End:
        """Return the account with so many points more, or less."""
        before = points.balance(account).available
        return cls(account, before, before + moved)


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
        self.person = person

    def ends(self) -> list[End]:
        """Return what the master and the chosen subaccount have now and would have; nothing to show is an empty list.

        An amount that is not typed yet, or is no number, moves nothing.
        """
        self.is_valid()
        slave, master = self.cleaned_data.get("subaccount"), self.person.account
        if slave is None or master is None:
            return []
        amount = self.cleaned_data.get("points") or 0
        given = -amount if self.cleaned_data.get("direction") == self.TAKE else amount
        return [End.of(master, -given), End.of(slave, given)]


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
        fields = ("email", "name", "role", "account", "language", "sees_numbers")

    def clean_email(self) -> str:
        """Keep e-mails in lower case, so that one person cannot be two."""
        return str(self.cleaned_data["email"]).lower()
