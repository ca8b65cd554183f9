"""A dry run tells what sending would do, and does none of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Transfer
from campaigns import dry_runs, erasing
from campaigns.models import Batch, Campaign, DryRun, Message
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, open_route
from tests.panel.composing import compose, page_of
from tests.personas import People

NUMBERS = "\n".join(f"5000{n:03d}00" for n in range(25))


def dry_run(sending: Sending, **fields: Any) -> dict[str, Any]:
    page_of(sending.persona, compose(sending.persona, **{"numbers": NUMBERS} | fields))
    sending.persona.client.post(f"/campaigns/{Campaign.objects.get().pk}/dry-run/")
    doorbell.run_all_due()
    report: dict[str, Any] = DryRun.objects.get().report
    return report


def test_the_batches_are_those_that_sending_makes(sending: Sending) -> None:
    sending.connection.batch_size = 10
    sending.connection.save()
    [row] = dry_run(sending)["batches"]
    assert (row["calls"], row["messages"], row["points"]) == (3, 25, 75)
    sending.persona.client.post(f"/campaigns/{Campaign.objects.get().pk}/do/confirm/")
    doorbell.run_all_due()
    assert Batch.objects.count() == row["calls"]
    assert sending.persona.available == 1_000 - row["points"]


def test_nothing_is_held_written_or_sent(sending: Sending) -> None:
    before = Transfer.objects.count()
    dry_run(sending)
    assert (Transfer.objects.count(), Message.objects.count(), Batch.objects.count()) == (before, 0, 0)
    assert Campaign.objects.get().state == Campaign.State.PLANNING
    assert sending.air() == {}


def test_texts_are_those_that_people_would_read(sending: Sending) -> None:
    group = sending.group(["48500100200"])
    sending.account.contacts.update(first_name="Łucja")
    [shown] = dry_run(sending, numbers="", groups=[group.pk], text="Dear #first_name#")["messages"]
    assert shown == {"msisdn": "48500100200", "text": "Dear Lucja", "parts": 1, "points": 3}


def test_a_provider_of_one_text_a_call_needs_one_for_each_text(sending: Sending) -> None:
    sending.connection.delete()
    open_route("http://127.0.0.1:1", kind="hostedsms")
    rows = "500100200;One\n500100201;Two\n500100202;Two"
    report = dry_run(sending, numbers="", rows=rows, content="TEXTS", text="")
    assert [row["calls"] for row in report["batches"]] == [2]


def test_what_would_have_to_wait_is_told(sending: Sending) -> None:
    sending.connection.blocked_until = clock.now() + timedelta(hours=1)
    sending.connection.save()
    report = dry_run(sending)
    assert report["batches"] == []
    assert [row["messages"] for row in report["waiting"]] == [25]


def test_a_campaign_that_cannot_be_sent_says_why(sending: Sending) -> None:
    assert "Nobody is left" in dry_run(sending, numbers="12")["problems"][0]
    page = sending.persona.client.get(f"/campaigns/{Campaign.objects.get().pk}/dry-run/").content.decode()
    assert "Nobody is left" in page


def test_a_change_of_the_draft_ends_it(sending: Sending) -> None:
    dry_run(sending)
    compose(sending.persona, f"/campaigns/{Campaign.objects.get().pk}/edit/", numbers=NUMBERS)
    assert not DryRun.objects.exists()


def test_the_page_shows_figures_but_connections_only_to_staff(people: People, sending: Sending) -> None:
    dry_run(sending)
    address = f"/campaigns/{Campaign.objects.get().pk}/dry-run/"
    for persona, named in ((people.slave, False), (people.master, False), (people.staff, True)):
        page = persona.client.get(address).content.decode()
        assert '<strong id="dry-points">75</strong>' in page
        assert ("<td>Simulator" in page) == named


def test_only_its_owner_asks_for_it(people: People, sending: Sending) -> None:
    compose(sending.persona, numbers=NUMBERS)
    address = f"/campaigns/{Campaign.objects.get().pk}/dry-run/"
    for persona in (people.master, people.stranger):
        assert persona.client.post(address).status_code == 404
    assert people.stranger.client.get(address).status_code == 404


def test_who_is_erased_is_not_kept_in_it(sending: Sending) -> None:
    shown = dry_run(sending)["messages"][0]["msisdn"]
    erasing.erase(account=sending.account, msisdn=shown, actor=sending.persona.user)
    assert not DryRun.objects.exists()


@pytest.mark.parametrize("run_id", [0, 987_654])
def test_a_bell_for_a_run_that_is_gone_is_silent(db: None, run_id: int) -> None:
    dry_runs.make(run_id)
    assert not DryRun.objects.exists()
