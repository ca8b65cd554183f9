"""One HTTP request as it came in, and one reply as a front wants it sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, unquote

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Lint:
    """One careless thing in a request; it never changes the reply."""

    code: str
    detail: str


@dataclass(frozen=True)
class Request:
    """Hold a request exactly as it came over the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes
    client: str
    journal_id: int = 0
    lint: list[Lint] = field(default_factory=list)

    @cached_property
    def path(self) -> str:
        """Return the decoded path with one leading slash."""
        return "/" + unquote(self.target.partition("?")[0]).lstrip("/")

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def header(self, name: str) -> str:
        """Return the header's value, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def note(self, code: str, detail: str) -> None:
        """Add one line to the lint list."""
        self.lint.append(Lint(code, detail))


@dataclass(frozen=True)
class Reply:
    """Hold what is sent back, with the decision that the journal keeps beside it."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    decision: str = ""
    taken: int = 0
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_json(cls, value: object, *, status: int = 200, decision: str = "", taken: int = 0) -> Reply:
        """Make a JSON reply in ASCII, with \\u escapes as PHP writes them."""
        body = json.dumps(value, separators=(",", ":")).encode()
        return cls(body=body, status=status, decision=decision, taken=taken)

    @classmethod
    def of_text(cls, text: str, *, status: int = 200, decision: str = "") -> Reply:
        """Make a plain text reply."""
        return cls(body=text.encode(), status=status, content_type="text/plain; charset=utf-8", decision=decision)


@dataclass(frozen=True)
class Answer:
    """Say what the connection does with a reply: sends it late, cuts it, or hangs up without one."""

    reply: Reply | None
    delay: float = 0.0
    cut: bool = False
