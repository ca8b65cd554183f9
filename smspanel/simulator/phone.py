"""The virtual phone: a page that shows every SMS that went to the air, and how honest the simulator is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from smspanel.simulator.air import Air, Message
from smspanel.simulator.clock import Clock, iso
from smspanel.simulator.front import Front
from smspanel.simulator.wire import Reply, Request

STATIC = Path(__file__).parent / "static"
SHOWN = 200
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (
        "Content-Security-Policy",
        CONTENT_POLICY,
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class Phone:
    """Serve the page, its files and the list of SMS, for reading only."""

    def __init__(self, air: Air, clock: Clock, fronts: Sequence[Front]) -> None:
        """Show what went to the air and what the fronts say about themselves."""
        self._air = air
        self._clock = clock
        self._files = {
            "/": (_page(fronts), "text/html"),
            "/phone.js": ((STATIC / "phone.js").read_bytes(), "text/javascript"),
            "/phone.css": ((STATIC / "phone.css").read_bytes(), "text/css"),
        }

    def reply(self, request: Request) -> Reply:
        """Return the page, a file of it, or the list of SMS as JSON."""
        if request.method not in ("GET", "HEAD"):
            return Reply.of_text("There is nothing here to change.", status=404)
        if request.path == "/phone.json":
            return self._list(request.query.get("number", ""))
        if request.path not in self._files:
            return Reply.of_text("There is no such page.", status=404)
        body, media = self._files[request.path]
        return Reply(body, content_type=f"{media}; charset=utf-8", headers=HEADERS)

    def _list(self, number: str) -> Reply:
        newest = self._air.newest(number=number, limit=SHOWN)
        shown = [_bubble(message) for message in newest]
        reply = Reply.of_json({"now": iso(self._clock.now()), "limit": SHOWN, "messages": shown})
        return Reply(reply.body, headers=HEADERS)


def _bubble(message: Message) -> dict[str, object]:
    return {
        "number": message.number,
        "text": message.text,
        "sender": message.sender,
        "parts": message.parts,
        "provider": message.front,
        "at": iso(message.air_at),
        "state": message.state,
        "reason": message.reason if message.failed else None,
    }


def _page(fronts: Sequence[Front]) -> bytes:
    template = Template((STATIC / "phone.html").read_text(encoding="utf-8"))
    return template.substitute(honesty="".join(map(_honesty, fronts))).encode()


def _honesty(front: Front) -> str:
    return (
        f"<article><h3>{escape(front.title)}</h3><div class='columns'>"
        f"<section><h4>Documented by the provider</h4>{_items(front.documented)}</section>"
        f"<section><h4>Our assumption</h4>{_items(front.assumed)}</section></div></article>"
    )


def _items(sentences: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>"
