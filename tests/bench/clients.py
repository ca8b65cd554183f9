"""Sixteen clients of a REST API in two processes; prints how long each of their calls took, in seconds, as JSON."""

from __future__ import annotations

import http.client
import json
import sys
import time
from multiprocessing import Pool
from threading import Thread

PROCESSES, THREADS = 2, 8


def main() -> None:
    """Read port, key and the number of calls of each client from the command line, and call."""
    port, key, calls, first = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    jobs = [(port, key, calls, first + process * THREADS * calls) for process in range(PROCESSES)]
    began = time.perf_counter()
    with Pool(PROCESSES) as pool:
        found = [seconds for part in pool.starmap(_process, jobs) for seconds in part]
    print(json.dumps({"seconds": time.perf_counter() - began, "calls": found}))


def _process(port: int, key: str, calls: int, first: int) -> list[float]:
    found: list[float] = []
    threads = [Thread(target=_client, args=(port, key, calls, first + n * calls, found)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _client(port: int, key: str, calls: int, first: int, found: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"App-Key": key, "Content-Type": "application/json"}
    for number in range(first, first + calls):
        body = json.dumps({"to": f"48{500_000_000 + number}", "message": "Your code is 4711", "bulkVariant": "ECO"})
        began = time.perf_counter()
        connection.request("POST", "/api/rest/v2/message/send", body, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        found.append(time.perf_counter() - began)
        assert told["data"], told


if __name__ == "__main__":
    main()
