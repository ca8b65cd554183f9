"""A group is deleted, or a campaign names it: never both."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts import audit
from campaigns.models import Campaign
from contacts import groups
from contacts.models import Group
from tests.campaigns.sending import Sending
from tests.races.conftest import TEN
from tests.races.together import LONG, PATIENCE, together

pytestmark = pytest.mark.django_db(transaction=True)


def delete_while_a_campaign_is_written(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, patience: float = PATIENCE
) -> list[Any]:
    """Delete a group, and name it in a campaign between the question who needs it and the deletion.

    The deletion waits so many seconds for the campaign, which a lock may keep from being written.
    """
    group, asked, written = sending.group(TEN), threading.Event(), threading.Event()
    same, record = Group.objects.get(pk=group.pk), audit.record

    def wait_and_record(**values: Any) -> Any:
        asked.set()
        written.wait(patience)
        return record(**values)

    def write() -> None:
        asked.wait(LONG)
        sending.draft([same])
        written.set()

    monkeypatch.setattr(audit, "record", wait_and_record)
    return together(partial(groups.remove, group=group, actor=None), write)


def test_a_group_is_not_deleted_under_a_campaign_that_is_being_written(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed, written = delete_while_a_campaign_is_written(sending, monkeypatch)
    assert (removed, type(written).__name__) == (None, "IntegrityError")
    assert (Group.objects.count(), Campaign.objects.count()) == (0, 0)


def test_without_the_lock_the_campaign_loses_its_group(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
    lost = connection.vendor == "postgresql"
    delete_while_a_campaign_is_written(sending, monkeypatch, patience=LONG if lost else PATIENCE)
    assert (Group.objects.count(), Campaign.objects.filter(groups=None).count()) == (0, int(lost))
