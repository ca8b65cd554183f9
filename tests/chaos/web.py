"""A person in front of the panel, without a browser: signs in and presses buttons, and notes what the panel answers."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from typing import Final

import requests

PASSWORD: Final = "correct horse battery"
WAIT: Final = 60
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Person:
    """The owner of an account, who clicks again when the panel is not there."""

    def __init__(self, url: str, email: str) -> None:
        self.statuses: Counter[int] = Counter()
        self._url = url
        self._email = email
        self._session = requests.Session()

    def reaches(self) -> bool:
        """Say whether the panel is there."""
        with suppress(requests.ConnectionError):
            return self._session.get(f"{self._url}/login/", timeout=WAIT).ok
        return False

    def sign_in(self) -> None:
        """Sign in by the form."""
        form = {"username": self._email, "password": PASSWORD, "next": "/"}
        self._submit("/login/", "/login/", form)
        assert self.get("/points/").url.endswith("/points/")

    def get(self, path: str) -> requests.Response:
        """Look at a page."""
        return self._note(self._session.get(self._url + path, timeout=WAIT))

    def confirm_one(self, drafts: list[int]) -> None:
        """Take one of these drafts, if any is left, look at its plan and press the button."""
        if drafts:
            draft = drafts.pop()
            self._submit(f"/campaigns/{draft}/plan/", f"/campaigns/{draft}/do/confirm/", {})

    def _submit(self, page: str, action: str, form: dict[str, str]) -> None:
        token = _TOKEN.search(self.get(page).text)
        assert token is not None, page
        data = {"csrfmiddlewaretoken": token[1]} | form
        self._note(self._session.post(self._url + action, data=data, headers={"Referer": self._url}, timeout=WAIT))

    def _note(self, response: requests.Response) -> requests.Response:
        for one in (*response.history, response):
            self.statuses[one.status_code] += 1
        return response
