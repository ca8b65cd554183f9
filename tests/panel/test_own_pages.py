"""One's own pages: the language, how to hear of what happens, and the news behind the bell."""

from __future__ import annotations

from typing import Any

from accounts import notices
from accounts.models import Account, AuditEntry, Notice, User
from campaigns import lifecycle
from campaigns.models import Campaign
from contacts.models import Import
from smspanel import doorbell
from tests.panel.test_import_pages import columns, upload
from tests.personas import People, Persona

CLIENT = {"FINISHED": "PANEL", "FAILED": "BOTH", "APPROVAL": "BOTH", "LOW_POINTS": "BOTH", "IMPORTED": "PANEL"}


def set_up(persona: Persona, **fields: Any) -> Any:
    """Fill in one's own settings."""
    return persona.client.post("/me/", {"name": "", "language": "en", **CLIENT} | fields)


def tell(persona: Persona, key: str = "FINISHED:1") -> Notice:
    """Tell the persona of a campaign that ended."""
    notices.note("FINISHED", [persona.user], key=key, address="/campaigns/campaign/", name=f"Autumn {key}")
    return Notice.objects.latest("pk")


def shows(persona: Persona, address: str) -> str:
    """Return a page."""
    return persona.client.get(address).content.decode()


def test_the_chosen_language_wins_over_the_browsers(slave: Persona) -> None:
    assert set_up(slave, language="pl").status_code == 302
    page = slave.client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="pl"' in page
    assert "1\xa0000" in page
    set_up(slave, language="en")
    assert "1,000" in slave.client.get("/", headers={"Accept-Language": "pl"}).content.decode()


def test_what_is_chosen_is_kept_and_audited_and_what_is_usual_is_not_stored(slave: Persona) -> None:
    set_up(slave, FINISHED="BOTH", warn_below="500")
    assert User.objects.get(pk=slave.user.pk).notice_choices == {"FINISHED": "BOTH"}
    assert Account.objects.get(pk=slave.account.pk).warn_below == 500
    actions = set(AuditEntry.objects.filter(actor=slave.user).values_list("action", flat=True))
    assert {"person.settings", "account.warn_below"} <= actions


def test_nonsense_is_refused_beside_the_field(slave: Persona) -> None:
    for fields in ({"language": "xx"}, {"FINISHED": "SHOUT"}, {"warn_below": "-1"}):
        assert set_up(slave, **fields).status_code == 200
    assert User.objects.get(pk=slave.user.pk).notice_choices == {}


def test_only_masters_may_hear_of_subaccounts_and_staff_of_providers(people: People) -> None:
    assert 'name="tree"' in shows(people.master, "/me/")
    assert 'name="tree"' not in shows(people.slave, "/me/")
    assert 'name="LOW_PROVIDER"' in shows(people.staff, "/me/")
    assert 'name="LOW_PROVIDER"' not in shows(people.slave, "/me/")


def test_the_bell_counts_what_is_unread_and_reading_clears_it(slave: Persona) -> None:
    first = tell(slave)
    tell(slave, "FINISHED:2")
    assert "<b aria-hidden" in shows(slave, "/news/bell/")
    answer = slave.client.post(f"/news/{first.pk}/open/")
    assert answer["Location"] == "/campaigns/campaign/"
    assert ">1</b>" in shows(slave, "/news/bell/")
    slave.client.post("/news/read/")
    assert "<b aria-hidden" not in shows(slave, "/news/bell/")
    assert shows(slave, "/news/").count("Autumn") == 2


def test_nobody_reads_the_news_of_others(people: People) -> None:
    notice = tell(people.slave)
    for other in (people.master, people.stranger, people.staff):
        assert "Autumn" not in shows(other, "/news/")
        assert other.client.post(f"/news/{notice.pk}/open/").status_code == 404
        other.client.post("/news/read/")
    assert Notice.objects.get().read_at is None


def test_an_import_that_is_done_is_told_to_who_brought_it_in(slave: Persona) -> None:
    slave.client.post(upload(slave)["Location"], columns())
    doorbell.run_all_due()
    assert Import.objects.get().status == Import.Status.DONE
    page = shows(slave, "/news/")
    assert "Your import is done: people.csv" in page
    assert "Created: 1, updated: 0, rejected: 1" in page


def test_a_campaign_that_ends_is_told_and_one_that_was_cancelled_is_not(slave: Persona) -> None:
    for state, name in (("SENDING", "Ended"), ("CANCELING", "Cancelled")):
        campaign = Campaign.objects.create(account=slave.account, name=name, state=state)
        lifecycle.finish(campaign.pk)
    broken = Campaign.objects.create(account=slave.account, name="Broken", state="SENDING")
    lifecycle.fail(campaign=broken, problem="Nobody carries it.")
    page = shows(slave, "/news/")
    assert "Your campaign has finished: Ended" in page
    assert "Your campaign has failed: Broken" in page
    assert "Nobody carries it." in page
    assert "Cancelled" not in page
