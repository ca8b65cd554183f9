"""The panel calls nobody inside (G11): in a network where everything answers, listeners count who was called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote

import pytest

from tests import proof
from tests.attacks.isolation import unshared
from tests.attacks.network import FLIPS, LOCAL_6
from tests.running import ROOT

# Written down from the registries and not taken from the code: what is no ordinary public address.
INSIDE_4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3
"""
INSIDE_6 = "::/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2 8000::/1"
INSIDE = [ip_network(one) for one in (INSIDE_4 + INSIDE_6).split()]
VICTIMS = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.254 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1
    172.31.255.254 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.254 198.18.0.1 198.19.255.254
    198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
"""
PUBLIC = ["1.1.1.1", "8.8.8.8", "91.198.174.192", "100.128.0.1", "172.32.0.1", "193.0.0.1"]
ALLOWED = frozenset({80, 443, 8080, 8443})
OTHERS = (22, 25, 3306, 5432, 6379, 8000, 9100, 11211)


class Call(NamedTuple):
    """What came of calling an address."""

    url: str
    outcome: str
    called: list[tuple[str, int]]


def spellings(victim: str) -> list[str]:
    """Return a host in every way in which somebody may write an IPv4 address."""
    number, (a, b, c, d) = int(IPv4Address(victim)), (int(part) for part in victim.split("."))
    wide = victim.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    hexed = f"{number:08x}"
    return [
        *(victim, f"{victim}.", str(number), f"{number:#x}", f"{number:#o}", f"{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        *(f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a}.{b}.{(c << 8) + d}", f"{a}.{(b << 16) + (c << 8) + d}", wide),
        *(victim.replace(".", "。"), quote(victim.replace(".", "%2e")), f"[::ffff:{victim}]", f"[::{victim}]"),
        *(f"[64:ff9b::{victim}]", f"[64:ff9b:1::{victim}]", f"[2002:{hexed[:4]}:{hexed[4:]}::1]"),
        *(f"[2001:0:{hexed[:4]}:{hexed[4:]}::1]", f"a-{victim.replace('.', '-')}.example", f"1.1.1.1@{victim}"),
    ]


def tricks() -> list[str]:
    """Return addresses that look like one place and may lead to another."""
    sixes = [f"http://[{one}]/" for one in LOCAL_6.split()]
    named = [f"http://b-{one.replace(':', '-')}.example/" for one in LOCAL_6.split()]
    zones = [f"http://[fe80::1{zone}]/" for zone in ("%lo", "%25lo", "%1", "%251")]
    confused = [r"127.0.0.1\@1.1.1.1", r"1.1.1.1\@127.0.0.1", "1.1.1.1#@127.0.0.1", "1.1.1.1?@127.0.0.1"]
    confused += ["1.1.1.1%2f@127.0.0.1", "1.1.1.1%00.127.0.0.1", "127.0.0.1%0d%0a.1.1.1.1", "1.1.1.1 127.0.0.1"]
    confused += ["localhost", "LOCALHOST.", "ⓛocalhost", "127.1", "127.0.1", "0", "[::]", "[::1]", "①②⑦.⓪.⓪.①"]
    mixed = ["a-1-1-1-1.a-10-0-0-1.example", "a-10-0-0-1.a-1-1-1-1.example", "a-1-1-1-1.b-fe80--1.example"]
    mixed += [f"a-1-1-1-1.a-8-8-8-8.a-{victim.replace('.', '-')}.example" for victim in VICTIMS.split()]
    ports = [f"http://{host}:{port}/" for host in ("1.1.1.1", "a-8-8-8-8.example") for port in OTHERS]
    schemes = [f"{scheme}://127.0.0.1/" for scheme in ("ftp", "gopher", "file", "HTTP", "https", "dict", "unix")]
    return [*sixes, *named, *zones, *(f"http://{host}/" for host in (*confused, *mixed)), *ports, *schemes]


def flips() -> list[str]:
    """Return names that are public when they are asked for the first time, and lead inside from then on."""
    victims = (f"{FLIPS}{n}.a-1-1-1-1.a-{one.replace('.', '-')}.example" for n, one in enumerate(VICTIMS.split()))
    return [f"http://{name}/" for name in victims for _time in range(3)]


def redirects() -> list[str]:
    """Return public addresses that lead inside."""
    return [f"http://1.1.1.1/?to=http://{victim}/" for victim in VICTIMS.split()]


def public() -> list[str]:
    """Return addresses that are called, in spellings that are in order."""
    hosts = [*PUBLIC, *(f"a-{one.replace('.', '-')}.example" for one in PUBLIC)]
    odd = ["[2606:4700:4700::1111]", "b-2a00-1450--1.example", "A-8-8-8-8.EXAMPLE", "a-8-8-8-8.example.", "134744072"]
    odd += ["żółw.a-8-8-8-8.example", "a-1-1-1-1.a-8-8-8-8.example"]
    ports = [f"http://1.1.1.1:{port}/" for port in sorted(ALLOWED)]
    return [*(f"http://{host}/path" for host in (*hosts, *odd)), *ports, "https://8.8.8.8/", "http://1.1.1.1/@10.0.0.1"]


def attacks() -> list[str]:
    """Return every address that must lead nowhere inside."""
    written = [f"http://{host}/" for victim in VICTIMS.split() for host in spellings(victim)]
    return [*written, *tricks(), *flips(), *redirects()]


@cache
def calls() -> list[Call]:
    """Call all of them in a network of its own."""
    command = [*unshared(), sys.executable, "-m", "tests.attacks.network"]
    urls = json.dumps([*attacks(), *public()])
    done = subprocess.run(command, cwd=ROOT, env=os.environ, input=urls, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [Call(one["url"], one["outcome"], [(host, port) for host, port in one["called"]]) for one in told]


def is_inside(host: str) -> bool:
    """Say whether a listener stands where the panel may not call."""
    return any(ip_address(host) in network for network in INSIDE)


pytestmark = pytest.mark.crash


def test_nobody_inside_is_called() -> None:
    made = calls()
    assert len(attacks()) >= 400
    inside = [(one.url, host) for one in made for host, _port in one.called if is_inside(host)]
    closed = [(one.url, port) for one in made for _host, port in one.called if port not in ALLOWED]
    assert (inside, closed) == ([], [])
    outside = sum(len(one.called) for one in made)
    what = "addresses that may lead inside, called in a network where everything answers"
    proof.record("G11", what, addresses=len(made), called_inside=len(inside), called_outside=outside)


def test_every_public_address_is_called() -> None:
    wanted = set(public())
    reached = {one.url for one in calls() if one.url in wanted and one.called}
    assert wanted - reached == set()


def test_a_redirect_is_told_and_not_followed() -> None:
    led = {one.url: one for one in calls() if one.url in redirects()}
    assert {(one.outcome, tuple(one.called)) for one in led.values()} == {("302", (("1.1.1.1", 80),))}


def test_a_name_that_changes_its_mind_is_called_where_it_was_checked() -> None:
    made = [one for one in calls() if one.url in flips()]
    assert len({one.url for one in made if one.called == [("1.1.1.1", 80)]}) == len(VICTIMS.split())
    assert {one.outcome for one in made if not one.called} == {"NotAllowed"}


def test_the_listeners_would_tell() -> None:
    hosts = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "64:ff9b::a00:1", "fc00::1", "2002:a00:1::1"]
    code = (
        "import tests.attacks.network as network, smspanel.addresses as addresses;"
        "addresses.is_public = lambda _address: True; network.main()"
    )
    command = [*unshared(), sys.executable, "-c", code]
    urls = json.dumps([f"http://[{host}]/" if ":" in host else f"http://{host}/" for host in hosts])
    told = subprocess.run(command, cwd=ROOT, input=urls, capture_output=True, text=True, check=True).stdout
    assert [json.loads(line)["called"] for line in told.splitlines()] == [[[host, 80]] for host in hosts]
