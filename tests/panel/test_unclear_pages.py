"""Staff read the evidence about what is unclear and decide; nobody else finds the page."""

from __future__ import annotations

import pytest

from campaigns.models import Batch, Campaign, Message
from smspanel import clock
from tests.campaigns.sending import Sending, number, open_route
from tests.personas import People, Persona

TEN = [number(index) for index in range(10, 20)]


@pytest.fixture
def batch(slave: Persona) -> Batch:
    """A submission of ten messages whose answer was lost; nobody has to be called for it."""
    helper = Sending(None, slave, open_route("http://127.0.0.1:9"))  # type: ignore[arg-type]  # nothing is sent
    campaign = helper.confirm([helper.group(TEN)])
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.SENDING)
    made = Batch.objects.create(
        campaign=campaign,
        connection=helper.connection,
        state=Batch.State.UNKNOWN,
        size=10,
        attempt=1,
        started_at=clock.now(),
        unknown_since=clock.now(),
        provider_answer="502 Bad Gateway",
    )
    made.evidence.create(outcome="Ambiguous", raw="reset by peer")
    rows = [Message(campaign=campaign, msisdn=one, parts=1, points=3, batch=made, state="UNKNOWN") for one in TEN]
    Message.objects.bulk_create(rows)
    return made


def post(people: People, batch: Batch, verdict: str, **data: str) -> str:
    """Decide as staff, and return the page that follows."""
    form = {"verdict": verdict, "reason": "They told us", "attempt": str(batch.attempt)} | data
    return people.staff.client.post(f"/unclear/{batch.pk}/", form, follow=True).content.decode()


def test_the_list_leads_to_the_evidence(people: People, batch: Batch) -> None:
    assert f'href="/unclear/{batch.pk}/"' in people.staff.client.get("/unclear/").content.decode()
    shown = people.staff.client.get(f"/unclear/{batch.pk}/").content.decode()
    for evidence in (batch.public_id.hex, "502 Bad Gateway", "reset by peer", TEN[0]):
        assert evidence in shown


@pytest.mark.parametrize("who", ["master", "slave", "stranger"])
def test_nobody_but_staff_finds_or_decides_it(people: People, batch: Batch, who: str) -> None:
    client = getattr(people, who).client
    data = {"verdict": "REFUNDED", "reason": "Mine", "attempt": "1"}
    assert client.get("/unclear/").status_code == 404
    assert client.get(f"/unclear/{batch.pk}/").status_code == 404
    assert client.post(f"/unclear/{batch.pk}/", data).status_code == 404
    batch.refresh_from_db()
    assert batch.verdict == ""


def test_sending_again_needs_the_number_of_messages_typed(people: People, batch: Batch) -> None:
    assert "Type 10 to say that these messages may arrive twice." in post(people, batch, "RESENT", typed="yes")
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNKNOWN
    post(people, batch, "RESENT", typed="10")
    batch.refresh_from_db()
    assert (batch.state, batch.verdict) == (Batch.State.READY, Batch.Verdict.RESENT)


def test_a_refund_is_shown_with_who_and_why(people: People, batch: Batch) -> None:
    shown = post(people, batch, "REFUNDED")
    assert "Refunded: They told us" in shown
    assert 'id="refunded">10<' in shown
    assert "Nothing is unclear." in people.staff.client.get("/unclear/").content.decode()


def test_what_was_settled_while_somebody_looked_is_said(people: People, batch: Batch) -> None:
    assert "settled meanwhile" in post(people, batch, "REFUNDED", attempt="0")


@pytest.mark.parametrize("data", [{"verdict": "x"}, {"reason": ""}, {"attempt": "1e9"}, {"attempt": "\0"}])
def test_a_form_that_is_not_filled_in_decides_nothing(people: People, batch: Batch, data: dict[str, str]) -> None:
    post(people, batch, data.pop("verdict", "REFUNDED"), **data)
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNKNOWN
