"""What tests of the second step need: an authenticator app, and a browser that signs in by the forms."""

from __future__ import annotations

from typing import Any

import pyotp
from django.test import Client

from accounts import second_factor
from accounts.models import User
from smspanel import clock

PASSWORD = "correct horse battery"


class App:
    """An authenticator app that knows a secret."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, ahead: float = 0) -> str:
        """Return the code that it shows, or will show in so many seconds."""
        return self.totp.at(int(clock.now().timestamp() + ahead))

    def wrong(self) -> str:
        """Return six digits that it shows neither now nor just before or after."""
        right = {self.code(ahead) for ahead in (-60, -30, 0, 30, 60)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in right)


def with_second_step(person: User) -> tuple[App, list[str]]:
    """Turn the person's second step on a minute ago; returns their app and recovery codes."""
    person.set_password(PASSWORD)
    person.save()
    app = App(second_factor.secret_of(second_factor.prepare(person=person)))
    with clock.travel(seconds=-90):
        codes = second_factor.turn_on(person=person, code=app.code(), session_key=None)
    return app, codes


def browser(**headers: Any) -> Client:
    """Return a browser that nobody is signed in with."""
    return Client(REMOTE_ADDR="127.0.0.9", **headers)


def give_password(client: Client, person: User, then: str = "/") -> Any:
    """Type in the e-mail and the password."""
    return client.post(f"/login/?next={then}", {"username": person.email, "password": PASSWORD})


def give_code(client: Client, code: str, then: str = "/") -> Any:
    """Type in a code."""
    return client.post(f"/sign-in/code/?next={then}", {"code": code})


def is_signed_in(client: Client) -> bool:
    """Say whether the browser sees the panel."""
    return client.get("/points/").status_code == 200
