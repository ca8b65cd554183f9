"""Where a request comes from, told apart from what its sender claims."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the client's address: of X-Forwarded-For only what the trusted proxies wrote is believed.

    Each proxy appends the address it was called from, so with N proxies the client is N places before our caller;
    whatever stands before that was sent by the client.
    """
    caller: str = request.META.get("REMOTE_ADDR", "")
    claimed = request.headers.get("X-Forwarded-For", "").split(",")
    hops = [*(hop.strip() for hop in claimed if hop.strip()), caller]
    if len(hops) <= settings.TRUSTED_PROXIES:
        return caller
    found = hops[-1 - settings.TRUSTED_PROXIES]
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return caller


def place_of(request: HttpRequest) -> str:
    """Return what one visitor cannot change at will: the address, or the first half of one of IPv6."""
    address = address_of(request)
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)
