"""What people, files and providers write runs nowhere (S18): hundreds of payloads in every text, seen in a browser."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.urls import reverse

from accounts import audit, points
from campaigns.models import Reply
from contacts.models import Contact, Group
from smspanel import clock
from tests import proof
from tests.attacks.chromium import Answered, Window, fetch
from tests.attacks.payloads import SHORT, payloads
from tests.chromium import chromium
from tests.panel.everything import Belongings, belongings
from tests.panel.test_every_page import PAGES, sections
from tests.personas import People

pytestmark = [pytest.mark.browser, pytest.mark.crash]
OURS = {"accounts", "contacts", "campaigns"}
MEANT = {"msisdn", "email", "key", "prefix", "digest", "time_zone", "variant", "url", "token", "state"}
MEANT |= {"status", "code", "action", "source", "password"}
"""Columns that hold no free text: numbers, keys and words from a list."""
KEPT = {"AuditEntry", "AuditLink", "Transfer", "Session", "Route", "Price", "ConnectionCall"}


def free_texts(model: type[models.Model]) -> list[str]:
    """Return the columns of a model in which anybody may have written anything."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, models.CharField | models.TextField)]
    free = [one for one in fields if not one.choices and not one.unique and (one.max_length or 99) >= 8]
    return [one.name for one in free if one.name not in MEANT and not one.name.startswith("sealed")]


def fitting(field: object, chance: random.Random) -> str:
    """Return a payload that a column takes."""
    longest = getattr(field, "max_length", None) or 500
    return chance.choice([one for one in (*payloads(), *SHORT) if len(one) <= longest])


def poison(chance: random.Random) -> int:
    """Write a payload into every free text of every row, and return into how many columns."""
    written = 0
    for model in apps.get_models():
        names = free_texts(model) if model._meta.app_label in OURS and model.__name__ not in KEPT else []
        for pk in model._base_manager.values_list("pk", flat=True) if names else ():
            for name in names:
                value = fitting(model._meta.get_field(name), chance)
                with suppress(DatabaseError), transaction.atomic():  # a name that is taken, or a rule of the table's
                    written += model._base_manager.filter(pk=pk).update(**{name: value})
    return written


def plant(people: People) -> None:
    """Put every payload once into a contact, a group and a reply, and one into what is never changed again."""
    account, reply = people.slave.account, Reply.objects.filter(account=people.slave.account).get()
    texts = payloads()
    contacts = [
        Contact(account=account, msisdn=f"4850020{n:04d}", first_name=one[:80], last_name=one[:80], note_1=one[:200])
        for n, one in enumerate(texts)
    ]
    Contact.objects.bulk_create(contacts)
    Group.objects.bulk_create(Group(account=account, name=f"{n}{one}"[:80]) for n, one in enumerate(texts))
    now, connection = clock.now(), reply.connection
    came = {"connection": connection, "account": account, "received_at": now}
    replies = [Reply(msisdn=f"4850020{n:04d}", text=one, digest=str(n), **came) for n, one in enumerate(texts)]
    Reply.objects.bulk_create(replies)
    points.grant(account=account, points=5, key="hostile", memo=texts[2][:200], actor=people.staff.user)
    audit.record(actor=None, action=texts[1][:60], subject=account, account=account, said=texts)


def lists() -> list[str]:
    """Return the pages on which the planted texts stand, a sheet after the other."""
    names = {"contact": "contacts/contact", "group": "contacts/group", "reply": "campaigns/reply"}
    return [f"/{name}/?p={sheet}" for name in names.values() for sheet in range(1, 6)]


def pages(own: Belongings) -> list[str]:
    """Return the pages that are shown and not downloaded."""
    files = ("/csv", "/downloads/", "/statement/", "/rejected/")
    others = (*own.addresses, *sections(), *map(reverse, PAGES))
    return [*lists(), *(one for one in others if not any(word in one for word in files))]


def chosen(paths: list[str], seed: int) -> list[str]:
    """Return all pages in the long form, and a sample besides the lists in the short one."""
    some = random.Random(seed).sample(paths, len(paths))
    return paths if proof.LONG else [*paths[: len(lists())], *some[:40]]


def written(people: People, seed: int) -> tuple[int, list[dict[str, Answered]]]:
    """Write payloads everywhere, and return into how many texts, and the pages of the owner and of staff."""
    paths = chosen(pages(belongings(people.slave)), seed)
    count = poison(random.Random(seed))
    plant(people)
    return count, [fetch(persona.client, [*paths, "/jsi18n/"]) for persona in (people.slave, people.staff)]


def test_no_text_of_anybody_runs_or_loads_anything(people: People, seed: int) -> None:
    count, answers = written(people, seed)
    with chromium() as browser:
        windows = [Window(browser, one) for one in answers]
        for window in windows:
            window.show_all()
    assert not [path for one in answers for path, answer in one.items() if answer.status >= 500]
    assert min(window.shown for window in windows) >= 10
    assert [trouble for window in windows for trouble in window.troubles] == []
    proof.record(
        "S18",
        "payloads in every free text of everything that an account has, seen in Chromium as its owner and as staff",
        seed=seed,
        payloads=len(payloads()),
        texts=count,
        pages=sum(len(one) for one in answers),
        pages_that_showed_some=sum(window.shown for window in windows),
        dialogs_scripts_and_reports=0,
    )


def test_there_are_hundreds() -> None:
    assert len(set(payloads())) >= 200


RAW = ("<script data-canary>alert(1)</script>", "<img src=//canary.example/x>", "<s data-canary>")


@pytest.mark.parametrize("payload", RAW)
def test_the_window_would_tell(payload: str) -> None:
    with chromium() as browser:
        window = Window(browser, {"/": Answered(200, {"Content-Type": "text/html"}, f"<p>{payload}".encode())})
        window.show_all()
    assert window.troubles
