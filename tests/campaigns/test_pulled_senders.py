"""Sender names that the provider has approved come into the panel by one click of staff."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.models import Sender
from smspanel.simulator import Simulator
from tests.accounts.linked import Linked, linked
from tests.personas import People


@pytest.fixture
def linked_master(tmp_path: Path, people: People) -> Iterator[Linked]:
    """The master, in step with the simulated JustSend."""
    with Simulator(data=tmp_path, delivery_delay=0) as simulator:
        yield linked(simulator, people.master)


def pull(people: People, who: str = "staff") -> int:
    """Press the button and return the status of the answer."""
    address = f"/accounts/{people.master.account.pk}/link/senders/"
    return int(getattr(people, who).client.post(address).status_code)


def names(people: People, status: str) -> set[str]:
    """Return the master's names in that state."""
    return set(Sender.objects.filter(account=people.master.account, status=status).values_list("name", flat=True))


def test_approved_names_are_brought_once(linked_master: Linked, people: People) -> None:
    assert pull(people) == 302
    first = names(people, "APPROVED")
    assert "INFO" in first
    pull(people)
    assert (names(people, "APPROVED"), Sender.objects.count()) == (first, len(first))


def test_a_name_that_waits_is_approved_and_a_rejected_one_stays_so(linked_master: Linked, people: People) -> None:
    for name, status in (("INFO", "PENDING"), ("OFERTA", "REJECTED")):
        Sender.objects.create(account=people.master.account, name=name, status=status)
    pull(people)
    assert "INFO" in names(people, "APPROVED")
    assert names(people, "REJECTED") == {"OFERTA"}


def test_a_provider_that_cannot_be_asked_is_a_sentence(linked_master: Linked, people: People) -> None:
    linked_master.simulator.fault("status", "/api/rest/v2/bulk/sender/list", status=503)
    assert pull(people) == 302
    assert not Sender.objects.exists()
    page = people.staff.client.get(f"/accounts/{people.master.account.pk}/link/").text
    assert "answer was lost or unclear" in page


@pytest.mark.parametrize("who", ["master", "slave", "stranger"])
def test_only_staff_may(linked_master: Linked, people: People, who: str) -> None:
    assert pull(people, who) == 404
    assert not Sender.objects.exists()


def test_an_account_that_is_not_linked_has_nothing_to_pull(people: People) -> None:
    assert pull(people) == 404
