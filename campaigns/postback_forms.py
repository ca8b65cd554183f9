"""The form of an account's post back addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from campaigns.models import PostbackEndpoint
from campaigns.postback_settings import Wanted
from smspanel import addresses

_IS_WEB: Final = URLValidator(
    schemes=["http", "https"],
    message=gettext_lazy("Write the whole address of a page, such as https://example.com/sms."),
)


def validate_address(url: str) -> None:
    """Refuse what can never be called: other schemes, credentials in the address, ports of no web server."""
    _IS_WEB(url)
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            _("Leave the user and password out of the address: your program knows us by the signature.")
        )
    try:
        port = parts.port
    except ValueError:
        port = 0
    exempt = settings.PRIVATE_HOSTS_ALLOWED & {parts.hostname, f"{parts.hostname}:{port}"}
    if port is not None and port not in addresses.PORTS and not exempt:
        ports = ", ".join(map(str, sorted(addresses.PORTS)))
        raise ValidationError(_("This port is not called. Use one of %(ports)s.") % {"ports": ports})


class PostbacksForm(forms.Form):
    """An address and a switch for each thing that a program can be told about."""

    def __init__(self, *args: Any, endpoints: Mapping[str, PostbackEndpoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in PostbackEndpoint.USUAL:
            endpoint = endpoints.get(kind)
            self.fields[f"url_{kind}"] = forms.CharField(
                label=gettext_lazy("Address"),
                required=False,
                max_length=500,
                initial=endpoint.url if endpoint else "",
                validators=[validate_address],
                widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://"}),
            )
            self.fields[f"on_{kind}"] = forms.BooleanField(
                label=gettext_lazy("Switched on"),
                required=False,
                initial=bool(endpoint and endpoint.is_active),
                widget=UnfoldBooleanSwitchWidget,
            )

    def clean(self) -> dict[str, Any]:
        """Ask for an address where one is switched on."""
        data = super().clean() or {}
        for kind in PostbackEndpoint.USUAL:
            if data.get(f"on_{kind}") and data.get(f"url_{kind}") == "":
                self.add_error(f"url_{kind}", _("Write an address, or switch this off."))
        return data

    def wanted(self) -> dict[PostbackEndpoint.Kind, Wanted]:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        return {kind: Wanted(data[f"url_{kind}"], data[f"on_{kind}"]) for kind in PostbackEndpoint.USUAL}

    def boxes(self, kind: str) -> tuple[BoundField, BoundField]:
        """Return the address and the switch of a kind."""
        return self[f"url_{kind}"], self[f"on_{kind}"]
