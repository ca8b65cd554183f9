"""A network of its own in which every address is this machine: whoever is called notes it, and names lie as they like.

Run as `unshare --net --mount python -m tests.attacks.network`: reads a list of addresses to call from its input, calls
each by smspanel/outbound.py, and writes for each what came of it and which connections were made meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final

PORTS: Final = (22, 25, 80, 443, 3306, 5432, 6379, 8000, 8080, 8443, 9100, 11211)
LOCAL_6: Final = """
    1::1 fe80::1 fec0::1 fc00::1 fd12::1 2001:db8::1 2001::1 2001:0:7f00:1::1 2002:7f00:1::1 2002:a00:1::1 3fff::1
    5f00::1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 ::7f00:1 ::a00:1 4000::1
    2606:4700:4700::1111 2a00:1450::1
"""
"""Addresses that answer, of every kind; of IPv4 all do."""
FLIPS: Final = "flip-"

_lock = threading.Lock()
_seen: list[tuple[str, int]] = []
_asked: dict[str, int] = {}


def _everything_is_here() -> None:
    """Raise the loopback and give it all networks of IPv4 but 0.0.0.0/8, and an address of each kind of IPv6."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        for bits in range(8):
            name, mask = f"lo:{bits}".encode(), (0xFF000000 << bits) & 0xFFFFFFFF
            for request, value in ((0x8916, (1 << 24 + bits) + 9), (0x891C, mask)):
                place = struct.pack("<16sH2x", name, socket.AF_INET) + struct.pack(">I8x", value)
                fcntl.ioctl(plug, request, place)  # SIOCSIFADDR, SIOCSIFNETMASK
        fcntl.ioctl(plug, 0x8914, struct.pack("<16sH14x", b"lo", 0x1 | 0x8 | 0x40))  # SIOCSIFFLAGS: up, running
    index = socket.if_nametoindex("lo")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as plug:
        for address in LOCAL_6.split():
            packed = socket.inet_pton(socket.AF_INET6, address)
            fcntl.ioctl(plug, 0x8916, struct.pack("<16sIi", packed, 128, index))


def _names_are_ours() -> None:
    """Ask nobody but our own server about names."""
    for path, text in (
        ("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
        ("/etc/hosts", ""),
    ):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(text)
        subprocess.run(["mount", "--bind", file.name, path], check=True)


def _addresses_of(name: str) -> list[IPv4Address | IPv6Address]:
    """Read from a name which addresses it has: `a-1-1-1-1.a-10-0-0-1.example`, and one after the other for flips."""
    labels = name.lower().split(".")
    found = [ip_address(label[2:].replace("-", ".")) for label in labels if label.startswith("a-")]
    found += [ip_address(label[2:].replace("-", ":")) for label in labels if label.startswith("b-")]
    if labels[0].startswith(FLIPS):
        times = _asked[name] = _asked.get(name, 0) + 1
        # The two questions of one look-up, for IPv4 and IPv6, are of one mind.
        return [found[min((times - 1) // 2, len(found) - 1)]]
    return found


def _answer(question: bytes) -> bytes:
    """Answer a query of the DNS for A or AAAA."""
    labels, place = [], 12
    while length := question[place]:
        labels.append(question[place + 1 : place + 1 + length].decode("ascii", "replace"))
        place += 1 + length
    (kind,) = struct.unpack(">H", question[place + 1 : place + 3])
    try:
        found = _addresses_of(".".join(labels))
    except ValueError:
        found = []
    records = [one.packed for one in found if (one.version == 4) == (kind == 1) and kind in {1, 28}]
    head = question[:2] + struct.pack(">HHHHH", 0x8180 if found else 0x8183, 1, len(records), 0, 0)
    body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(one)) + one for one in records)
    return head + question[12 : place + 5] + body


def _serve_names(server: socket.socket) -> None:
    while True:
        question, whom = server.recvfrom(1500)
        server.sendto(_answer(question), whom)


def _listen(family: int, port: int) -> None:
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", port))
    server.listen(64)
    threading.Thread(target=_accept, args=(server,), daemon=True).start()


def _accept(server: socket.socket) -> None:
    while True:
        caller, _address = server.accept()
        with _lock:
            _seen.append(caller.getsockname()[:2])
        threading.Thread(target=_tell, args=(caller,), daemon=True).start()


def _tell(caller: socket.socket) -> None:
    """Lead every caller on to wherever the path says."""
    with caller:
        caller.settimeout(2)
        try:
            line = caller.recv(65536).split(b"\r\n", 1)[0].decode("latin-1")
            target = line.partition("?to=")[2].split(" ")[0] or "http://127.0.0.1/"
            status = "302 Found" if "?to=" in line else "200 OK"
            caller.sendall(f"HTTP/1.1 {status}\r\nLocation: {target}\r\nContent-Length: 2\r\n\r\nok".encode("latin-1"))
        except OSError:
            return


def _calls(urls: list[str]) -> Iterator[dict[str, object]]:
    """Call each address and tell what came of it, and who was called."""
    from smspanel import outbound

    for url in urls:
        _seen.clear()
        try:
            outcome = str(outbound.send("POST", url, json={}, deadline=3).status)
        except outbound.OutboundError as error:
            outcome = type(error).__name__
        with _lock:
            yield {"url": url, "outcome": outcome, "called": list(_seen)}


def main() -> None:
    """Build the network and make the calls."""
    _everything_is_here()
    _names_are_ours()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(target=_serve_names, args=(server,), daemon=True).start()
    for port in PORTS:
        for family in (socket.AF_INET, socket.AF_INET6):
            _listen(family, port)
    os.environ["DJANGO_SETTINGS_MODULE"] = "smspanel.settings"
    os.environ["SMSPANEL_PRIVATE_HOSTS"] = ""
    import django

    django.setup()
    for told in _calls(json.loads(sys.stdin.read())):
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
