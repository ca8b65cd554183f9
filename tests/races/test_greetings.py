"""Two workers send the same greeting at once: the unique row lets one of them."""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import Any

import pytest

from campaigns import greetings
from campaigns.models import Campaign, Greeted, Greeting
from contacts.models import Contact
from smspanel import clock
from tests.campaigns.sending import make_group, number, open_route
from tests.personas import Persona
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def greeting(slave: Persona) -> Greeting:
    """A greeting that is due, to somebody whose birthday it is."""
    open_route("http://127.0.0.1:9")
    group = make_group(slave.account, [number(1)])
    slave.account.window_start = slave.account.window_end = None
    slave.account.save()
    Contact.objects.update(birth_date=clock.now().astimezone(slave.account.zone).date().replace(year=1980))
    return Greeting.objects.create(group=group, at=time(0), text="Hello", next_at=clock.now())


def test_two_workers_greet_once(greeting: Greeting, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, greetings, "_greet")
    assert together(*[partial(greetings.send, greeting.pk)] * 2) == [None, None]
    assert (Campaign.objects.count(), Greeted.objects.count()) == (1, 1)


def test_without_the_unique_row_they_would_greet_twice(greeting: Greeting, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_args: Any) -> None:
        """Mark nobody."""

    monkeypatch.setattr(greetings, "_mark", nothing)
    meet_before(monkeypatch, greetings, "_greet", surely=True)
    together(*[partial(greetings.send, greeting.pk)] * 2)
    assert Campaign.objects.count() == 2
