"""The process that reads uploaded files: it has limits, no secrets, no database, and dies of a bad file alone.

`python -m contacts.spreadsheets.child LANGUAGE ORDER`: the order is JSON. An inspection is answered with JSON, rows
with lines of CSV that begin with the row's number, and people with those of contacts.spreadsheets.people. What cannot
be read is told as a sentence, with REFUSED.
"""

from __future__ import annotations

import csv
import gc
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.utils import translation

from contacts.cells import Reading
from contacts.spreadsheets import people, reading
from contacts.spreadsheets.layout import REFUSED, Layout, UnreadableFile, Wanted

MEMORY: Final = 640 * 1024**2
"""Bytes of address space, of which the interpreter and its libraries take a part; the files that are let in need less
than half of it."""
_LOCALE: Final = Path(__file__).resolve().parents[2] / "locale"


def limit(*, cpu_seconds: int, wall_seconds: int) -> None:
    """Let the system end this process when it takes too much; nothing it does survives it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.alarm(wall_seconds)


def answer(order: dict[str, Any]) -> None:
    """Write what was asked for."""
    path = Path(order["path"])
    if order["what"] == "inspect":
        json.dump(asdict(reading.inspect(path, order["name"], Wanted(**order["wanted"]))), sys.stdout)
        return
    # The writer quotes a lone carriage return only where that is a part of its line ends.
    write = csv.writer(sys.stdout, lineterminator="\r\n").writerows
    layout, start = Layout.from_json(order["layout"]), order["start"]
    if order["what"] == "people":
        write(map(people.to_line, reading.people_of(path, layout, Reading(**order["reading"]), start)))
    else:
        rows = reading.rows(path, layout, start, keep_spaces=order["keep_spaces"])
        write([number, *cells] for number, cells in rows)


def main() -> int:
    """Read one file and end."""
    # What it makes lives as long as it does itself, or has no cycles.
    gc.disable()
    language, order = sys.argv[1], json.loads(sys.argv[2])
    limit(cpu_seconds=order["cpu_seconds"], wall_seconds=order["wall_seconds"])
    settings.configure(USE_I18N=True, LOCALE_PATHS=[_LOCALE], LANGUAGE_CODE="en")
    # All that translations need; the rest of what Django sets up would take as long as reading a small file.
    apps.populate(settings.INSTALLED_APPS)
    try:
        with translation.override(language):
            answer(order)
            sys.stdout.flush()
    except UnreadableFile as error:
        sys.stderr.write(json.dumps(str(error)))
        return REFUSED
    except BrokenPipeError:
        # Whoever asked has heard enough; the interpreter must not try to write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
