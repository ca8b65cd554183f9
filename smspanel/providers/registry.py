"""Which providers there are: one line each."""

from __future__ import annotations

from functools import cache

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from smspanel.providers.base import ProviderClient
from smspanel.providers.errors import Misconfigured

_CLIENTS = {
    "hostedsms": "smspanel.providers.hostedsms.client.HostedSmsClient",
    "jomobile": "smspanel.providers.jomobile.client.JoMobileClient",
    "justsend": "smspanel.providers.justsend.client.JustSendClient",
    "serwersms": "smspanel.providers.serwersms.client.SerwerSmsClient",
}


@cache
def client_class(kind: str) -> type[ProviderClient]:
    """Return the client of a provider, imported on first use; raise Misconfigured for an unknown kind."""
    if kind not in _CLIENTS:
        raise Misconfigured(_("This panel knows no provider called “%(kind)s”.") % {"kind": kind})
    found: type[ProviderClient] = import_string(_CLIENTS[kind])
    return found


def kinds() -> list[tuple[str, str | Promise]]:
    """Return (kind, label) of every provider, as choices for a form or model field."""
    return [(kind, client_class(kind).label) for kind in _CLIENTS]
