"""Replies that two workers apply at once: one reply is stored once, and two first ones share one group."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet

from campaigns import replies
from campaigns.models import Prefix, PrefixReservation, Reply
from contacts.models import Group
from smspanel import clock
from smspanel.providers.values import Inbound
from tests.campaigns.reserving import make_prefix
from tests.campaigns.sending import Sending, number
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prefix(sending: Sending) -> Prefix:
    """A prefix that the slave has held for an hour."""
    prefix, now = make_prefix("TUDORS"), clock.now()
    times = {"date_from": now - timedelta(hours=1), "date_to": now + timedelta(hours=1)}
    PrefixReservation.objects.create(prefix=prefix, account=sending.account, **times)
    return prefix


def reply_at_once(sending: Sending, *phones: str) -> list[object]:
    """Take replies from these phones at the same moment; each number has its own second."""
    now = clock.now()
    inbound = [Inbound("7", phone, "TUDORS", "TAK", now - timedelta(seconds=int(phone[-4]))) for phone in phones]
    return together(*(partial(replies.take, connection=sending.connection, inbound=one) for one in inbound))


def test_one_reply_from_two_sides_is_stored_once(
    sending: Sending, prefix: Prefix, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, QuerySet, "create")
    assert kinds(reply_at_once(sending, number(10), number(10))) == ["Reply", "Reply"]
    assert Reply.objects.count() == 1


def test_js_54_two_first_replies_make_one_group(
    sending: Sending, prefix: Prefix, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, replies, "_open_group")
    reply_at_once(sending, number(10), number(20))
    assert Group.objects.get().members.count() == 2


def test_js_54_without_the_lock_two_first_replies_would_make_two(
    sending: Sending, prefix: Prefix, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = meet_without_locks(monkeypatch, replies, "_open_group")
    reply_at_once(sending, number(10), number(20))
    assert Group.objects.count() == (2 if lost else 1)
