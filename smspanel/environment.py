"""Reads the process environment; a wrong value ends the process with a sentence and exit code 2."""

from __future__ import annotations

import math
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import SplitResult, urlsplit

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_HOST: Final = re.compile(r"\*|\.?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", re.ASCII | re.IGNORECASE)


def refuse(sentence: str) -> NoReturn:
    """End the process with exit code 2 after saying what to change."""
    sys.stderr.write(f"smspanel cannot start: {sentence}\n")
    raise SystemExit(2)


def text(name: str, default: str = "") -> str:
    """Return the variable, stripped, or the default when it is unset or blank."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable."""
    value = text(name, "on" if default else "off").lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    refuse(f"{name} is {value!r}; set it to 1 (yes) or 0 (no).")


def choice(name: str, default: str, words: Sequence[str]) -> str:
    """Return one of these words."""
    value = text(name, default).lower()
    if value not in words:
        refuse(f"{name} is {value!r}; set it to {', '.join(words[:-1])} or {words[-1]}.")
    return value


def number(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number between low and high, both included."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        refuse(f"{name} is {value!r}; set it to a whole number from {low} to {high}.")
    return int(value)


def seconds(name: str, default: float, *, most: float) -> float:
    """Return a number of seconds, ahead or back, of at most that size."""
    value = text(name, str(default))
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not abs(found) <= most:
        refuse(f"{name} is {value!r}; set it to a number of seconds from {-most:.0f} to {most:.0f}.")
    return found


def words(name: str, default: Sequence[str]) -> list[str]:
    """Return a comma-separated list without blanks."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def hosts(name: str, default: Sequence[str]) -> list[str]:
    """Return a list of bare host names, with * for any, and a dot in front for a domain with all that is below it."""
    found = words(name, default)
    for host in found:
        if not _HOST.fullmatch(host):
            refuse(f"{name} holds {host!r}; write bare host names parted by commas, as panel.example.com,10.0.0.5.")
    return found


def folder(name: str, default: Path) -> Path:
    """Return a folder that exists and can be written to, creating it with mode 0700 when it is missing."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        refuse(f"{name} is {str(path)!r}, and that folder cannot be made ({error.strerror}). Name another one.")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse(f"{name} is {str(path)!r}, and this user may not write there. Change its owner or name another one.")
    return path


def address(name: str, default: str) -> SplitResult:
    """Return the address of a web site: http or https, a host, perhaps a port, and no path."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        bare = value == f"{parts.scheme}://{parts.netloc}" and parts.username is None and parts.port != 0
        usable = bare and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        refuse(f"{name} is {value!r}; write it as https://panel.example.com, without a path.")
    return parts


def secret(name: str, fallback: Path, *, make: str | None = None) -> str:
    """Return NAME, or the contents of NAME_FILE, or of a 0600 file that is made with `make` at first start."""
    if value := text(name):
        return value
    path = Path(text(f"{name}_FILE", str(fallback)))
    if text(f"{name}_FILE") and not path.is_file():
        refuse(f"{name}_FILE is {str(path)!r}, and there is no such file.")
    if not path.is_file():
        _write_once(path, make or secrets.token_urlsafe(50))
    try:
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        refuse(f"the secret in {str(path)!r} cannot be read ({error.strerror}).")
    except UnicodeDecodeError:
        refuse(f"the secret file {str(path)!r} holds no text. Restore it from your backup.")
    if not value:
        refuse(f"the secret file {str(path)!r} is empty. Restore it from your backup.")
    return value


def _write_once(path: Path, value: str) -> None:
    """Write the file whole or not at all, so that processes that start together read one secret."""
    # Containers on one volume all have the process id 1, so a draft is named at random.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        refuse(f"the secret file {str(path)!r} cannot be made ({error.strerror}).")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
