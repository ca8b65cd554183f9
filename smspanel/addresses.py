"""Which network addresses the panel may call: public unicast only, or what the operator lists (S8)."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread

PORTS = frozenset({80, 443, 8080, 8443})

# Public by the letter of the registries, yet translators, relays and special uses that can lead inside.
_SPECIAL = tuple(
    ip_network(network)
    for network in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
    )
)
# Leaves out mapped and compatible IPv4, 64:ff9b::/96, 5f00::/16, site-local and whatever is not assigned.
_GLOBAL_UNICAST_6 = ip_network("2000::/3")


class ForbiddenAddress(Exception):
    """The panel does not call this place."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is ordinary global unicast."""
    if address.version == 6 and address not in _GLOBAL_UNICAST_6:
        return False
    return address.is_global and not address.is_multicast and not any(address in net for net in _SPECIAL)


def resolve(host: str, port: int, *, exempt: Collection[str], timeout: float) -> list[str]:
    """Return the IP addresses of a host to connect to, all of them checked.

    `exempt` holds hosts and host:port pairs that may be private. Raises ForbiddenAddress, OSError for a name
    that does not exist and TimeoutError; one forbidden address is enough to refuse the name.
    """
    addresses = _look_up(host, port, timeout)
    if host in exempt or f"{host}:{port}" in exempt:
        return addresses
    if port not in PORTS:
        raise ForbiddenAddress(f"port {port}")
    for address in addresses:
        if not is_public(ip_address(address)):
            raise ForbiddenAddress(address)
    return addresses


def _look_up(host: str, port: int, timeout: float) -> list[str]:
    """Ask the resolver in a thread: it cannot be interrupted and may outlast the deadline."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:
            answers.put(socket.gaierror(f"{host!r} is no host name"))
        except OSError as error:
            answers.put(error)
        else:
            answers.put([str(sockaddr[0]) for *_, sockaddr in found])

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return list(dict.fromkeys(answer))
