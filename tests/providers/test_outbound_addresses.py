"""The panel cannot be used to reach into the network it stands in (S8)."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest
from pytest_django import Settings

from smspanel import outbound
from smspanel.addresses import is_public
from tests.providers.scripted import Scripted, answer

FORBIDDEN = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.1 192.0.0.9 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8
    64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd12::1
    fe80::1 fec0::1 ff02::1 4000::1
"""
PUBLIC = "1.1.1.1 8.8.8.8 91.198.174.192 100.128.0.1 172.32.0.1 193.0.0.1 2001:4860:4860::8888 2a00:1450::1"


@pytest.mark.parametrize("address", FORBIDDEN.split())
def test_an_address_that_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


SPELLINGS = """
    127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0 localhost LOCALHOST. [::1] [::ffff:127.0.0.1]
    127。0。0。1 １２７.0.0.1
"""


@pytest.mark.parametrize("host", SPELLINGS.split())
def test_no_spelling_of_this_machine_is_called(server: Scripted, settings: Settings, host: str) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset()
    server.script(answer())
    with pytest.raises(outbound.NeverLeft):
        outbound.send("POST", f"http://{host}:{server.port}/", json={})
    assert (server.connections, server.bytes_received) == (0, 0)


@pytest.mark.parametrize("exempt, allowed", [("127.0.0.1:{port}", 1), ("127.0.0.1", 1), ("127.0.0.1:1", 0)])
def test_the_operator_can_allow_a_private_place(
    server: Scripted, settings: Settings, exempt: str, allowed: int
) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({exempt.format(port=server.port)})
    server.script(answer())
    try:
        outbound.send("GET", server.url)
    except outbound.NeverLeft:
        assert not allowed
    assert server.connections == allowed


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name resolve to the addresses and return the list of names that were asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(outbound.NotAllowed, match=r"10\.0\.0\.1"):
        outbound.send("GET", "http://rebinding.example.com/")


def test_the_name_is_asked_once_so_that_it_cannot_change_its_mind(
    server: Scripted, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({f"sim.example.com:{server.port}"})
    server.script(answer())
    asked = resolve_to(monkeypatch, "127.0.0.1")
    outbound.send("GET", f"http://sim.example.com:{server.port}/")
    assert [name for name in asked if "example" in name] == ["sim.example.com"]
    assert server.requests[0].headers["host"] == f"sim.example.com:{server.port}"


def test_an_unusual_port_of_a_public_host_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "1.1.1.1")
    with pytest.raises(outbound.NeverLeft, match="port 25"):
        outbound.send("GET", "http://mail.example.com:25/")
