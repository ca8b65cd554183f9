"""How often one number is written to by a whole tree of accounts: at most as often as its master allows.

It is decided where a message is made, by the expansion or as a single one, and no earlier: the plan counts the same
way, but promises nothing. Whoever makes messages of a tree with a limit locks the row of its master first, counts, and
inserts in the same transaction; so of two campaigns that write to the same people at once the second counts what the
first has made. What waits to be sent counts as sent, whatever its age, so that nothing that is counted now can be sent
later than what is made because of it. What was cancelled, left out or refused does not count.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Account
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Campaign, Kind, Message
from smspanel import clock

_OPEN: Final = ", ".join(f"'{state}'" for state in Message.OPEN)
_SENT: Final = ", ".join(f"'{state}'" for state in Message.CHARGED)

# The number comes first, so that every lookup begins with it; the limit ends it early.
_CONDITION: Final = f"""EXISTS (SELECT 1 FROM campaigns_message fm
        JOIN campaigns_campaign fc ON fc.id = fm.campaign_id
        JOIN accounts_account fa ON fa.id = fc.account_id
        LEFT JOIN campaigns_batch fb ON fb.id = fm.batch_id
        WHERE fm.msisdn = {{number}} AND (fa.id = %s OR fa.master_id = %s) AND fc.id <> %s AND fc.kind <> '{Kind.HLR}'
        AND NOT (fa.beyond_cap AND (fc.single OR fc.priority > 0))
        AND (fm.state IN ({_OPEN}) OR (fm.state IN ({_SENT}) AND fb.started_at > %s))
        LIMIT 1 OFFSET %s)"""


def _is_limited(campaign: Campaign) -> bool:
    """Say whether the tree has a limit that holds for this campaign."""
    account: Account = campaign.account
    urgent = account.beyond_cap and (campaign.single or campaign.priority > 0)
    return account.root.cap_messages is not None and not urgent and campaign.kind != Kind.HLR


def condition(campaign: Campaign, number: str) -> tuple[str, tuple[Any, ...]] | None:
    """Return an SQL condition that holds for a number with as many messages as it may get, and its parameters.

    None where no limit holds. `number` is an SQL expression without parameters.
    """
    root = campaign.account.root
    if not _is_limited(campaign) or root.cap_messages is None or root.cap_days is None:
        return None
    since = connection.ops.adapt_datetimefield_value(clock.now() - timedelta(days=root.cap_days))
    return _CONDITION.format(number=number), (root.pk, root.pk, campaign.pk or 0, since, root.cap_messages - 1)


def lock(campaign: Campaign) -> None:
    """Let nobody else make messages of the tree until the end of the transaction, where a limit holds."""
    if _is_limited(campaign):
        Account.objects.select_for_update(no_key=True).only("pk").get(pk=campaign.account.root.pk)


def check_single(campaign: Campaign, msisdn: str) -> None:
    """Refuse a single message to a number that has as many as it may get; raises CampaignRefused."""
    if (found := condition(campaign, "%s")) is None:
        return
    lock(campaign)
    sql, parameters = found
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", [msisdn, *parameters])
        (is_full,) = cursor.fetchone()
    if is_full:
        root = campaign.account.root
        sentence = _("This number has had %(most)s messages within %(days)s days already. It may not get more.")
        told = {"most": root.cap_messages, "days": root.cap_days}
        raise CampaignRefused(sentence % told, rule=Rule.TOO_OFTEN)
