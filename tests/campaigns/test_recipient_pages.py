"""The recipients of a large campaign: page by page in the order of numbers, without counting or sorting a million."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from campaigns.models import Campaign, Message
from campaigns.recipient_views import Filter
from smspanel import paging
from tests.campaigns.sending import Sending

PEOPLE = 120


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign to many, whose messages were made in another order than that of their numbers."""
    campaign = sending.draft([])
    messages = [Message(campaign=campaign, msisdn=number(n), parts=1, points=3) for n in reversed(range(PEOPLE))]
    Message.objects.bulk_create(messages)
    return campaign


def number(index: int) -> str:
    """Return one of the numbers, which have an order."""
    return str(48_500_100_000 + index)


def shown(sending: Sending, campaign: Campaign, query: str = "") -> str:
    """Return the page."""
    return sending.persona.client.get(f"/campaigns/{campaign.pk}/recipients/?{query}").content.decode()


def test_pages_follow_each_other_in_the_order_of_numbers(sending: Sending, campaign: Campaign) -> None:
    pages = [shown(sending, campaign, f"page={page}") for page in (1, 2, 3)]
    numbers = [found for page in pages for found in re.findall(r"<td>(48\d{9})</td>", page)]
    assert numbers == [number(index) for index in range(PEOPLE)]
    assert (f"Found: {PEOPLE}" in pages[0], "Next" in pages[0], "Previous" in pages[2]) == (True, True, True)


def test_more_than_are_counted_are_told_as_that(
    sending: Sending, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 60)
    page = shown(sending, campaign, "page=2")
    assert "More than 60; these are the first of them." in page
    assert (number(59) in page, number(60) in page, "Page 2 of 2" in page) == (True, False, True)


@pytest.mark.parametrize("query", ["", "state=QUEUED"])
def test_nothing_is_sorted_for_a_page(campaign: Campaign, query: str) -> None:
    rows = Filter.of(RequestFactory().get(f"/?{query}")).keep(campaign.messages.all()).values_list("pk")[:60]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So few rows are sorted as fast as they are found in the index.
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
        explained = rows.explain()
    assert ("Sort" in explained, "TEMP B-TREE" in explained) == (False, False), explained
