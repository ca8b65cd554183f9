"""Making the messages of a campaign, beside one INSERT … SELECT for all of them into the same table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction

from campaigns import confirming, expansion, lifecycle
from campaigns.models import Campaign
from contacts.models import Group
from tests.bench import filling, planning
from tests.bench.measure import ROUNDS, WHOLE, Row, compare
from tests.campaigns.sending import open_route
from tests.invariants import assert_all_hold
from tests.personas import Persona, make_people

PEOPLE: Final = 1_000_000 if WHOLE else 50_000


def rows() -> Iterator[Row]:
    """Measure both with all indexes and triggers."""
    owner = make_people().slave
    open_route("http://127.0.0.1:9/")
    filling.rich(owner.account)
    group = filling.contacts(owner.account, PEOPLE)
    ready = iter([confirmed(owner, group) for _round in range(ROUNDS)])
    drafts = iter([planning.draft(owner, group, planning.SAME) for _round in range(ROUNDS)])
    work = f"making the messages of {PEOPLE:,} recipients / one INSERT … SELECT for all of them"
    yield compare(
        work,
        "messages",
        PEOPLE,
        bare=lambda: _bare(next(drafts), group),
        ours=lambda: expand(next(ready)),
        target=0.5,
    )
    for campaign in Campaign.objects.filter(state=Campaign.State.PLANNING):
        filling.forget_messages(campaign)
    assert_all_hold()


def confirmed(owner: Persona, group: Group) -> Campaign:
    """Write and plan a campaign, confirm it and let it begin, so that its messages are what comes next."""
    campaign = planning.draft(owner, group, planning.SAME)
    planning.make(campaign)
    return begun(owner, campaign)


def begun(owner: Persona, campaign: Campaign) -> Campaign:
    """Confirm a planned campaign and let it begin."""
    campaign = confirming.confirm(campaign=Campaign.objects.get(pk=campaign.pk), actor=owner.user)
    lifecycle.start(campaign.pk)
    return campaign


def expand(campaign: Campaign) -> None:
    """Make all its messages, in as many jobs as it takes."""
    while Campaign.objects.get(pk=campaign.pk).state == Campaign.State.EXPANDING:
        expansion.expand(campaign.pk)


def _bare(campaign: Campaign, group: Group) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO campaigns_message
                (campaign_id, month, msisdn, contact_id, text, parts, points, state, reason, provider_id, network)
                SELECT %s, %s, c.msisdn, c.id, '', 1, 3, 'QUEUED', '', '', ''
                FROM contacts_membership m JOIN contacts_contact c ON c.id = m.contact_id
                LEFT JOIN contacts_blacklistentry b ON b.account_id = c.account_id AND b.msisdn = c.msisdn
                WHERE m.group_id = %s AND b.id IS NULL""",
            [campaign.pk, campaign.month, group.pk],
        )
