"""Clients of a web server, in two processes: stdin tells what each asks for, stdout how long that took, as JSON."""

from __future__ import annotations

import http.client
import json
import sys
import time
from multiprocessing import Pool
from threading import Thread
from typing import Final

PROCESSES: Final = 2

Requests = list[tuple[str, str, str]]


def main() -> None:
    """Let all clients ask at once, each its requests of method, path and body in turn."""
    given = json.load(sys.stdin)
    clients = given["clients"]
    shares = [(given["port"], given["headers"], clients[start::PROCESSES]) for start in range(PROCESSES)]
    began = time.perf_counter()
    with Pool(PROCESSES) as pool:
        found = [seconds for part in pool.starmap(_process, shares) for seconds in part]
    print(json.dumps({"seconds": time.perf_counter() - began, "calls": found}))


def _process(port: int, headers: dict[str, str], clients: list[Requests]) -> list[float]:
    found: list[float] = []
    threads = [Thread(target=_client, args=(port, headers, requests, found)) for requests in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _client(port: int, headers: dict[str, str], requests: Requests, found: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for method, path, body in requests:
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        found.append(time.perf_counter() - began)
        assert answer.status == 200, said


if __name__ == "__main__":
    main()
