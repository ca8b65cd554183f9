"""Log lines that cannot be forged: control characters in a message never start a new line."""

from __future__ import annotations

import logging

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x09), *range(0x0B, 0x20), 0x7F, 0x85)}


class OneLineFormatter(logging.Formatter):
    """Writes each record on one line; only a traceback may follow on lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the formatted message with control characters escaped."""
        return super().formatMessage(record).replace("\n", "\\n").translate(_CONTROL)
