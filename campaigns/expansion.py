"""Makes the messages of a confirmed campaign, chunk by chunk; a crash resumes at the cursor."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns import canaries, frequency, lifecycle, offers, recipients, rendering
from campaigns.models import Campaign, Message
from campaigns.text import CharactersError
from smspanel import clock, doorbell, room

CHUNK: Final = 10_000
"""Members that one transaction deals with: few commits, and on SQLite nobody else has to wait long to write."""
PERSONAL_CHUNK: Final = 2_000
"""The same where every text or price is worked out here and not by the database."""
SECONDS: Final = 50.0
"""A job stays below a minute and rings for its successor."""


def expand(campaign_id: int) -> None:
    """Make messages until all are made, the time is up, or the campaign is stopped."""
    until = clock.monotonic() + SECONDS
    while clock.monotonic() < until and not doorbell.is_leaving():
        if not room.is_left() or not expand_chunk(campaign_id):
            return
    doorbell.ring("campaigns.jobs.expand", campaign_id)


@transaction.atomic
def expand_chunk(campaign_id: int) -> bool:
    """Make the messages of the next chunk and move the cursor, together; says whether there may be more."""
    campaign = lifecycle.locked(campaign_id)
    if campaign.state != Campaign.State.EXPANDING:
        return False
    sources: list[int | None] = [None, *recipients.group_ids(campaign.groups.all())]
    if campaign.expand_source >= len(sources):
        _begin_sending(campaign)
        return False
    source = sources[campaign.expand_source]
    frequency.lock(campaign)
    last = _last_of_chunk(campaign, source)
    if last is None:
        campaign.expand_source, campaign.expand_after = campaign.expand_source + 1, 0
    else:
        campaign.expanded_points += _insert(campaign, source, last)
        campaign.expand_after = last
    campaign.save(update_fields=["expand_source", "expand_after", "expanded_points"])
    return True


def _begin_sending(campaign: Campaign) -> None:
    canaries.begin(campaign)
    campaign.state = Campaign.State.SENDING
    campaign.save(update_fields=["state"])
    lifecycle.ring("campaigns.jobs.dispatch", campaign)
    doorbell.ring("campaigns.jobs.finish", campaign.pk)


def _last_of_chunk(campaign: Campaign, source: int | None) -> int | None:
    """Return the id of the last row of the next chunk of this source; None when there is none."""
    table, owner, limit = (
        ("campaigns_recipient", "campaign_id", None)
        if source is None
        else ("contacts_membership", "group_id", campaign.membership_limit)
    )
    sql = f"SELECT id FROM {table} WHERE {owner} = %s AND id > %s"
    values: list[Any] = [campaign.pk if source is None else source, campaign.expand_after]
    chunk = PERSONAL_CHUNK if _is_personal(campaign) else CHUNK
    if limit is not None:
        sql, values = f"{sql} AND id <= %s", [*values, limit]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM ({sql} ORDER BY id LIMIT {chunk}) chunk", values)
        (last,) = cursor.fetchone()
    return None if last is None else int(last)


def _is_personal(campaign: Campaign) -> bool:
    """Say whether two messages may differ in their text or their price."""
    return campaign.price is None or recipients.has_personal_texts(campaign)


def _insert(campaign: Campaign, source: int | None, last: int) -> int:
    """Insert the chunk's messages and return their points, never more than were held."""
    if _is_personal(campaign):
        return _insert_personal(campaign, source, last)
    return _insert_common(campaign, source, last)


def _insert_common(campaign: Campaign, source: int | None, last: int) -> int:
    """Insert messages that all have the campaign's text, without leaving the database."""
    parts = rendering.parts_of(campaign, rendering.rendered(campaign, {}))
    cost = parts * (campaign.price or 0)
    where, order, values = recipients.chunk_sql(campaign, source)
    sql = f"""INSERT INTO campaigns_message
        (campaign_id, month, msisdn, contact_id, text, parts, points, state, reason, provider_id, network)
        SELECT %s, %s, n.msisdn, c.id, '', %s, %s, 'QUEUED', '', '', '' {where} ORDER BY {order}
        ON CONFLICT (campaign_id, msisdn, month) DO NOTHING"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [campaign.pk, campaign.month, parts, cost, *values, campaign.expand_after, last])
        inserted = cursor.rowcount
    room = max(0, _budget(campaign) // cost)
    if inserted > room:
        surplus = campaign.messages.order_by("-pk").values_list("pk", flat=True)[: inserted - room]
        campaign.messages.filter(pk__in=list(surplus)).update(
            state=Message.State.EXCLUDED, reason=_("More people than the plan had")
        )
    return int(min(inserted, room) * cost)


def _insert_personal(campaign: Campaign, source: int | None, last: int) -> int:
    """Insert messages with a text of their own."""
    where, order, values = recipients.chunk_sql(campaign, source)
    columns = ", ".join(f"c.{field}" for field in recipients.CONTACT_FIELDS)
    own_text = "n.text" if source is None else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.msisdn, c.id, {own_text}, {columns} {where} ORDER BY {order}",
            [*values, campaign.expand_after, last],
        )
        rows: dict[str, Any] = {}
        for row in cursor.fetchall():
            rows.setdefault(row[0], row)
    present = set(campaign.messages.filter(msisdn__in=rows).values_list("msisdn", flat=True))
    budget = spent = _budget(campaign)
    offer = offers.of(campaign)
    messages = []
    for msisdn, contact_id, text, *cells in rows.values():
        if msisdn not in present:
            message = _personal(campaign, offer, msisdn, contact_id, text, cells)
            if message.state == Message.State.QUEUED and message.points > spent:
                message.state, message.reason = Message.State.EXCLUDED, _("More points than the plan had")
            elif message.state == Message.State.QUEUED:
                spent -= message.points
            messages.append(message)
    Message.objects.bulk_create(messages, batch_size=1_000)
    return budget - spent


def _personal(
    campaign: Campaign, offer: offers.Offer, msisdn: str, contact_id: int | None, own_text: str, cells: list[Any]
) -> Message:
    """Return one recipient's message, left out if it cannot be sent there or written as the campaign wants it."""
    message = Message(campaign=campaign, msisdn=msisdn, contact_id=contact_id, parts=0, points=0)
    points = campaign.price
    if points is None:
        quote = offer.quote(msisdn)
        if quote is None:
            message.state, message.reason = Message.State.EXCLUDED, _no_quote(offer, msisdn)
            return message
        points = quote.points
    try:
        message.text = rendering.rendered(campaign, recipients.merge_values(msisdn, cells), own_text)
    except CharactersError as error:
        message.state, message.reason = Message.State.EXCLUDED, str(error)[:200]
        return message
    message.parts = rendering.parts_of(campaign, message.text)
    message.points = message.parts * points
    return message


def _no_quote(offer: offers.Offer, msisdn: str) -> str:
    if not offer.allows(msisdn):
        return _("Your account may not send to this country")
    return _("No price or no way to this country or network")


def _budget(campaign: Campaign) -> int:
    """Return how many of the held points no message has been made for yet."""
    return campaign.hold.amount - campaign.expanded_points if campaign.hold else 0
