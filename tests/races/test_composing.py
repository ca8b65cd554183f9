"""A draft is changed while its file is read: what is sent is never a mixture of two files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from campaigns import attachments, composing, recipient_files
from campaigns.models import Campaign, Plan, RecipientFile
from smspanel import doorbell
from tests.campaigns.sending import open_route
from tests.panel.composing import compose
from tests.personas import Persona
from tests.races.together import LONG, PATIENCE, together

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = "\n".join(f"500100{n:03d}" for n in range(100))
SECOND = "\n".join(f"500200{n:03d}" for n in range(100))


def meet(monkeypatch: pytest.MonkeyPatch, *places: tuple[object, str]) -> None:
    """Let the threads wait for each other before these functions, but not for long: a lock may part them."""
    meeting = threading.Barrier(len(places))

    def waiting(original: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                meeting.wait(PATIENCE)
            return original(*args, **kwargs)

        return wrapped

    for owner, name in places:
        monkeypatch.setattr(owner, name, waiting(getattr(owner, name)))


def test_rows_of_a_file_that_was_replaced_meanwhile_are_not_kept(
    slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_route("http://127.0.0.1:1")
    compose(slave, rows=FIRST)
    campaign, source = Campaign.objects.get(), RecipientFile.objects.get()
    meet(monkeypatch, (recipient_files, "_recipient"), (attachments, "remove"))
    again = partial(compose, slave, f"/campaigns/{campaign.pk}/edit/", rows=SECOND)
    results = together(partial(recipient_files.read, source.pk), again)
    assert not any(isinstance(result, Exception) for result in results), results
    monkeypatch.undo()
    doorbell.run_all_due()
    read = set(campaign.recipients.values_list("msisdn", flat=True))
    assert len(read) == 100
    assert all(number.startswith("48500200") for number in read)


def test_a_plan_asked_for_while_the_file_ends_is_made(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    open_route("http://127.0.0.1:1")
    compose(slave, rows=FIRST, save="draft")
    campaign, source = Campaign.objects.get(), RecipientFile.objects.get()
    asked, ended = threading.Event(), threading.Event()
    is_being_read, end = attachments.is_being_read, recipient_files._end

    def ask(of: Campaign) -> bool:
        found = is_being_read(of)
        asked.set()
        ended.wait(PATIENCE)
        return found

    def end_meanwhile(*args: Any) -> None:
        asked.wait(LONG)
        end(*args)
        ended.set()

    monkeypatch.setattr(attachments, "is_being_read", ask)
    monkeypatch.setattr(recipient_files, "_end", end_meanwhile)
    RecipientFile.objects.update(cursor=100)
    together(partial(recipient_files.read, source.pk), partial(composing.ask_for_plan, campaign=campaign))
    monkeypatch.undo()
    doorbell.run_all_due()
    assert Plan.objects.get().campaign == campaign
