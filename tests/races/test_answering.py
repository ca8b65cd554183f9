"""Two workers, or the same reply twice at once: it is answered once."""

from __future__ import annotations

from functools import partial

import pytest

from campaigns import answering, orders, replies
from campaigns.models import Campaign, ReplyTask
from smspanel import clock
from smspanel.providers.values import Inbound
from tests.campaigns.sending import Sending
from tests.races.conftest import TEN
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(sending: Sending, expanded: Campaign) -> ReplyTask:
    """A reply that is to be answered."""
    Campaign.objects.filter(pk=expanded.pk).update(reply_text="Thank you")
    batch = expanded.batches.create(connection=sending.connection, state="ACCEPTED", size=10, started_at=clock.now())
    expanded.messages.update(state="SENT", batch=batch)
    inbound = Inbound("", TEN[0], "4777", "TAK", at=clock.now())
    return replies.take(connection=sending.connection, inbound=inbound).tasks.get()


def test_two_workers_answer_once(answered: ReplyTask, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, orders, "_text_of_single")
    together(*[partial(answering.carry_out, answered.pk)] * 2)
    assert Campaign.objects.filter(single=True).count() == 1


def test_two_replies_of_one_person_at_once_are_answered_once(sending: Sending, answered: ReplyTask) -> None:
    ReplyTask.objects.all().delete()
    texts = ("yes", "no")
    inbound = [Inbound("", TEN[1], "4777", text, at=clock.now()) for text in texts]
    together(*(partial(replies.take, connection=sending.connection, inbound=one) for one in inbound))
    assert ReplyTask.objects.count() == 1
