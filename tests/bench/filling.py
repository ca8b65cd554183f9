"""Fills tables by SQL, because a million rows through a form would take all day.

Numbers end in 00, by which the simulator knows that their messages arrive.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from accounts import points
from accounts.models import Account
from campaigns.models import Campaign
from contacts.models import Group
from tests.bench.measure import settle, without_time_limit
from tests.filling import SERIES

_CONTACTS: Final = f"""INSERT INTO contacts_contact (account_id, msisdn, first_name, last_name, middle_name, sex,
    birth_date, note_1, note_2, note_3, note_4, note_5, note_6, note_7, note_8, note_9, note_10, created_at, updated_at)
    {SERIES}
    SELECT %s, '48' || (5000000 + (i * 7919) %% 3000000) || '00', 'Name' || (i %% 100), 'Surname' || (i %% 50000),
        '', 'F', NULL, 'customer since ' || (2000 + i %% 25), '', '', '', '', '', '', '', '', '', %s, %s FROM series"""
_MEMBERS: Final = """INSERT INTO contacts_membership (group_id, contact_id)
    SELECT %s, id FROM contacts_contact WHERE account_id = %s ORDER BY id LIMIT %s"""

_MESSAGES: Final = """INSERT INTO campaigns_message
    (campaign_id, month, msisdn, contact_id, text, parts, points, state, reason, provider_id, network)
    SELECT %s, %s, msisdn, id, '', 1, 0, CASE id %% 10 WHEN 0 THEN 'UNDELIVERED' ELSE 'DELIVERED' END, '', '', ''
    FROM contacts_contact WHERE account_id = %s ORDER BY id"""


def contacts(account: Account, size: int) -> Group:
    """Give an account so many contacts, all in one group."""
    without_time_limit()
    everybody = Group.objects.create(account=account, name="Everybody")
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [size, account.pk, account.created_at, account.created_at])
        cursor.execute(_MEMBERS, [everybody.pk, account.pk, size])
    settle()
    return everybody


def some(account: Account, size: int) -> Group:
    """Put so many of the account's contacts into a group."""
    group = Group.objects.create(account=account, name=f"{size} of them")
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [group.pk, account.pk, size])
    return group


def messages(campaign: Campaign) -> None:
    """Write a message to every contact of the campaign's account, as if all of them were sent for nothing."""
    without_time_limit()
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [campaign.pk, campaign.month, campaign.account_id])
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.FINISHED, started_at=campaign.created_at)


def rich(account: Account) -> None:
    """Give an account more points than any benchmark spends."""
    points.grant(account=account, points=10_000_000_000, key=f"bench:{account.pk}", memo="")


def forget_messages(campaign: Campaign) -> None:
    """Delete a campaign's messages: those of a round that is over would only fill the disk."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_message WHERE campaign_id = %s", [campaign.pk])
