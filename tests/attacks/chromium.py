"""A browser that is shown pages of the panel without any server between: what it asks for was fetched before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, Route

from tests.attacks.payloads import MARK

HOST: Final = "http://127.0.0.1:8000"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_NOISE: Final = ("Failed to load resource", "favicon")


class Answered(NamedTuple):
    """A page as the panel sent it."""

    status: int
    headers: dict[str, str]
    body: bytes


def fetch(client: Client, paths: Iterable[str]) -> dict[str, Answered]:
    """Return what the panel answers somebody: before a browser runs, as Django keeps away from its loop."""
    answers = ((path, client.get(path)) for path in paths)
    return {path: Answered(one.status_code, dict(one.headers), one.getvalue()) for path, one in answers}


class Window:
    """A page that somebody sees, and whatever happens in it that must not."""

    def __init__(self, browser: Browser, answers: dict[str, Answered]) -> None:
        self.answers, self.troubles, self.shown = answers, list[str](), 0
        self.page: Page = browser.new_context().new_page()
        self.page.context.route("**/*", self._answer)
        self.page.on("dialog", self._dismiss)
        self.page.on("console", lambda message: self._note(f"{message.type}: {message.text}", message.type == "error"))
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))

    def _note(self, trouble: str, matters: bool = True) -> None:
        if matters and not any(noise in trouble for noise in _NOISE):
            self.troubles.append(f"{self.page.url}: {trouble}")

    def _dismiss(self, dialog: Dialog) -> None:
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _answer(self, route: Route) -> None:
        """Answer what the page asks for; whatever it asks of others is a trouble."""
        url = route.request.url
        path = url.removeprefix(HOST)
        if not url.startswith(f"{HOST}/"):
            self._note(f"asks for {url}")
            route.abort()
        elif path in self.answers:
            status, headers, body = self.answers[path]
            route.fulfill(status=status, headers=headers, body=body)
        elif path.startswith("/static/"):
            found = finders.find(urlsplit(path).path.removeprefix("/static/"))
            assert isinstance(found, str), path
            kind = _TYPES.get(Path(found).suffix, "application/octet-stream")
            route.fulfill(body=Path(found).read_bytes(), content_type=kind)
        else:
            route.fulfill(status=204)

    def show(self, path: str) -> None:
        """Open a page; an element that was made of a payload is a trouble."""
        self.page.goto(f"{HOST}{path}", wait_until="load")
        self.shown += bool(self.page.evaluate("document.body.innerText.includes('alert')"))
        if made := self.page.evaluate(f"document.querySelectorAll('[{MARK}]').length"):
            self._note(f"{made} elements were made of what somebody wrote")

    def show_all(self) -> None:
        """Open every page that is one."""
        for path, one in self.answers.items():
            if one.headers.get("Content-Type", "").startswith("text/html") and one.status in {200, 403, 404}:
                self.show(path)
