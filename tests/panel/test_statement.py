"""The ledger as a bank statement: filtered, by month, printed; and a transfer that shows what it would do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from accounts import months, points
from accounts.models import Account, Wallet
from campaigns.models import Campaign
from smspanel import clock
from tests.personas import People, Persona


def spend(account: Account, amount: int, name: str = "Autumn") -> Campaign:
    """Hold points for a campaign, spend two thirds of them and release the rest."""
    campaign = Campaign.objects.create(account=account, name=name)
    campaign.hold = points.hold(account=account, points=amount, key=f"h{campaign.pk}", subject=campaign.subject)
    campaign.save()
    points.post(hold=campaign.hold, points=amount * 2 // 3, key=f"p{campaign.pk}")
    points.void_rest(hold=campaign.hold, key=f"v{campaign.pk}")
    return campaign


def wallet(persona: Persona) -> Wallet:
    """Return the persona's wallet as it is now."""
    return points.wallet_of(persona.account)


def ledger(persona: Persona, query: str = "") -> str:
    """Return the ledger as it is shown."""
    return persona.client.get(f"/points/{query}").content.decode()


def test_rows_name_and_link_their_campaign_and_are_filtered_by_it(slave: Persona) -> None:
    autumn, spring = spend(slave.account, 30), spend(slave.account, 60, "Spring")
    link = '<a class="sp-link" href="/campaigns/{}/">{}</a>'
    assert link.format(autumn.pk, "Autumn") in ledger(slave)
    page = ledger(slave, f"?campaign={spring.pk}")
    assert page.count(link.format(spring.pk, "Spring")) == 3
    assert link.format(autumn.pk, "Autumn") not in page


def test_months_lead_back_from_the_balance_of_now(people: People) -> None:
    with clock.travel(days=40):
        spend(people.slave.account, 30)
        found = months.of(wallet(people.slave))
    assert [(one.sums.came, one.sums.went, one.balance, one.held) for one in found] == [
        (0, 20, 980, 0),
        (1_000, 0, 1_000, 0),
    ]
    assert found[0].balance == wallet(people.slave).posted


def test_what_is_held_at_the_end_of_a_month_is_told(slave: Persona) -> None:
    points.hold(account=slave.account, points=30, key="held", subject="campaign:1")
    assert months.of(wallet(slave))[0].held == 30


def test_a_month_begins_at_midnight_where_the_account_is(slave: Persona) -> None:
    ahead = datetime(2027, 4, 30, 22, 30, tzinfo=UTC) - clock.now()
    with timezone.override("Europe/Warsaw"), clock.travel(seconds=ahead.total_seconds()):
        spend(slave.account, 30)
        assert months.of(wallet(slave))[0].first == date(2027, 5, 1)


def test_opening_and_closing_balance_frame_the_days(slave: Persona) -> None:
    with clock.travel(days=40):
        spend(slave.account, 30)
        day = timezone.localdate(clock.now())
        period = months.period(wallet(slave), day, day)
    assert (period.opening, period.sums.came, period.sums.went, period.closing) == (1_000, 0, 20, 980)
    before = months.period(wallet(slave), day - timedelta(days=9), day - timedelta(days=1))
    assert (before.opening, before.closing) == (1_000, 1_000)


def test_a_printed_statement_has_account_days_balances_and_rows(slave: Persona) -> None:
    slave.account.company_name = "Kowalski & Sons"
    slave.account.save()
    spend(slave.account, 30)
    page = slave.client.get(f"/points/{slave.account.pk}/print/").content.decode()
    assert "Kowalski &amp; Sons" in page
    assert re.findall(r"<dd>([\d,]+)</dd>", page) == ["0", "1,000", "20", "980"]
    assert page.count("<tr>") == 1 + 4
    assert "<script>" not in page


def test_absurd_days_are_no_error(slave: Persona) -> None:
    for query in ("since=0001-01-01&until=9999-12-31", "since=2030-01-02&until=2030-01-01", "since=x"):
        assert slave.client.get(f"/points/{slave.account.pk}/print/?{query}").status_code == 200
        assert slave.client.get(f"/points/?{query}&campaign=99999999999999999999").status_code == 200


def preview(people: People, **typed: str) -> list[str]:
    """Return the cells of what the transfer form shows while it is typed."""
    asked = {"subaccount": str(people.slave.account.pk), "direction": "give", "points": "100"} | typed
    page = people.master.client.get("/points/move/preview/", asked).content.decode()
    return re.findall(r"<td[^>]*>([^<]*)</td>", page)


def test_a_transfer_shows_both_balances_before_and_after(people: People) -> None:
    assert preview(people) == ["master", "10,000", "9,900", "slave", "1,000", "1,100"]
    assert preview(people, direction="take") == ["master", "10,000", "10,100", "slave", "1,000", "900"]
    assert preview(people, points="") == ["master", "10,000", "10,000", "slave", "1,000", "1,000"]
    assert people.slave.available == 1_000


def test_who_would_go_below_zero_is_told_before_it_is_sent(people: People) -> None:
    asked = {"subaccount": str(people.slave.account.pk), "direction": "take", "points": "1001"}
    page = people.master.client.get("/points/move/preview/", asked).content.decode()
    assert "slave has only 1,000 points available." in page


def test_nobody_previews_the_points_of_others(people: People) -> None:
    assert preview(people, subaccount=str(people.stranger.account.pk)) == []
    assert people.slave.client.get("/points/move/preview/").status_code == 404


def test_the_first_page_of_a_master_leads_to_the_transfer(people: People) -> None:
    assert 'href="/points/move/"' in people.master.client.get("/").content.decode()
    assert 'href="/points/move/"' not in people.slave.client.get("/").content.decode()
