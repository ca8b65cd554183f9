"""`python -m tests.contacts.reading_alone FILE NAME`: reads a file as the panel does, from a process that is small.

A process that is forked from a large one counts the memory of that one as its own: a run of all tests is large. Prints
what the reading process took, as JSON: `kilobytes` and CPU `seconds`, and whether a cell holds what it must not.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings

from contacts.spreadsheets import UnreadableFile, inspect, rows


def main() -> None:
    """Read the file."""
    settings.configure()
    apps.populate(())
    path, name = Path(sys.argv[1]), sys.argv[2]
    try:
        layout = inspect(path, name).layout
        leaked = sum("root:" in cell for _number, cells in rows(path, layout) for cell in cells)
        problem = ""
    except UnreadableFile as error:
        leaked, problem = 0, str(error)
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = took.ru_utime + took.ru_stime
    print(json.dumps({"kilobytes": took.ru_maxrss, "seconds": seconds, "leaked": leaked, "problem": problem}))


if __name__ == "__main__":
    main()
