"""What may ask to stop waits in a tray, from which a person takes it."""

from __future__ import annotations

from campaigns.models import Reply
from contacts.models import BlacklistEntry
from tests.panel.test_reply_pages import make_reply
from tests.personas import People

TRAY = "/campaigns/reply/?wish__exact=UNSURE"


def test_the_dashboard_leads_to_the_tray(people: People) -> None:
    make_reply(people.slave.account, "stop please", wish=Reply.Wish.UNSURE)
    make_reply(people.slave.account, "yes")
    for who in (people.slave, people.master, people.staff):
        assert "1 reply may ask to stop" in who.client.get("/").content.decode()
    assert "may ask to stop" not in people.stranger.client.get("/").content.decode()
    shown = people.slave.client.get(TRAY).content.decode()
    assert "stop please" in shown
    assert "yes" not in shown.partition("<tbody")[2].partition("</table")[0]


def test_a_person_decides_after_a_question(people: People) -> None:
    reply = make_reply(people.slave.account, "stop please", wish=Reply.Wish.UNSURE)
    address = f"/campaigns/reply/{reply.pk}/block/"
    assert b"Take this for a stop?" in people.slave.client.get(address).content
    assert not BlacklistEntry.objects.exists()
    people.slave.client.post(address)
    assert BlacklistEntry.objects.get().msisdn == reply.msisdn
    assert people.slave.client.post(address).status_code == 403


def test_it_is_the_account_s_own_people_who_decide(people: People) -> None:
    reply = make_reply(people.slave.account, "stop please", wish=Reply.Wish.UNSURE)
    for verb in ("block", "ignore"):
        assert people.stranger.client.post(f"/campaigns/reply/{reply.pk}/{verb}/").status_code == 404
        assert people.master.client.post(f"/campaigns/reply/{reply.pk}/{verb}/").status_code == 403
    reply.refresh_from_db()
    assert reply.wish == Reply.Wish.UNSURE
    people.slave.client.post(f"/campaigns/reply/{reply.pk}/ignore/")
    reply.refresh_from_db()
    assert (reply.wish, BlacklistEntry.objects.exists()) == (Reply.Wish.IGNORED, False)
