"""Orders of software: composing, planning and confirming in one step, all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Account, AppKey
from campaigns import lifecycle, offers, planning, prefixes, recipients, rules, senders
from campaigns.dictionary import Dictionary
from campaigns.errors import CampaignRefused, Problem, Rule
from campaigns.models import Campaign, Kind, Message, Sender, Variant
from campaigns.models.offer import NAMED_VARIANTS, REPLY_VARIANTS
from campaigns.text import CharacterPolicy
from contacts import blacklist, erasure
from contacts.models import Group, Membership
from smspanel import clock
from smspanel.memory import remember

NAME_LENGTH: Final = 100
NEARLY_NOW: Final = 2.0
"""Seconds after which single messages see new prices, routes and forbidden words; asking for each costs a third."""


@dataclass(frozen=True, slots=True)
class Order:
    """What software asks to be sent; `start_at` is aware, and one that has passed means now (JS-27).

    `details` are further fields of a campaign, such as its country or the answer to replies.
    """

    name: str
    text: str
    variant: Variant
    sender: str = ""
    numbers: Sequence[str] = ()
    groups: Sequence[Group] = ()
    start_at: datetime | None = None
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def place(*, account: Account, order: Order, key: AppKey | None, approved: bool = False) -> Campaign:
    """Write, plan and confirm a campaign; raises CampaignRefused, NotEnoughPoints, and then nothing is left of it."""
    check_size(order)
    campaign = draft(account=account, order=order, key=key)
    campaign.state = Campaign.State.PLANNING
    campaign.save()
    campaign.groups.set(order.groups)
    recipients.add(campaign=campaign, raws=order.numbers)
    planning.make_now(campaign)
    return lifecycle.confirm(campaign=campaign, actor=None, approved=approved)


def draft(*, account: Account, order: Order, key: AppKey | None) -> Campaign:
    """Return the unsaved campaign of an order; raises CampaignRefused."""
    if not 1 <= len(order.name.strip()) <= NAME_LENGTH:
        raise CampaignRefused(_("A name has 1 to %(most)s characters.") % {"most": NAME_LENGTH}, rule=Rule.NAME_LENGTH)
    return Campaign(
        account=account,
        app_key=key,
        name=order.name.strip(),
        text=order.text,
        variant=order.variant,
        kind=Kind.VOICE if order.variant == Variant.VOICE else Kind.TEXT,
        sender=_sender_of(account, order.variant, order.sender),
        **_replies_to(account, order),
        start_at=order.start_at if order.start_at and order.start_at > clock.now() else None,
        **{"policy": _policy_of(order.variant)} | order.details,
    )


def _policy_of(variant: Variant) -> CharacterPolicy:
    """Return what becomes of special characters: they go out as they are, but for ECO, which may lose them (E1)."""
    return CharacterPolicy.TRANSLITERATE if variant == Variant.ECO else CharacterPolicy.UNICODE


def _sender_of(account: Account, variant: Variant, name: str) -> Sender | None:
    """Return the sender name that the variant takes; others bear none, whatever is asked. Raises CampaignRefused."""
    if variant in NAMED_VARIANTS or (variant == Variant.INTER and name):
        return senders.named(account=account, name=name)
    return None


def _replies_to(account: Account, order: Order) -> dict[str, Any]:
    """Return where replies go: a prefix that the account holds, or nine digits; raises CampaignRefused."""
    if order.variant not in REPLY_VARIANTS:
        return {}
    name = order.sender.strip()
    if re.fullmatch(r"[0-9]{9}", name):
        if not account.may_use_nine_digits:
            raise CampaignRefused(
                _("This account may not collect replies under a number of nine digits."), rule=Rule.NINE_DIGITS_RIGHT
            )
        return {"reply_number": name}
    if not account.may_use_prefixes:
        raise CampaignRefused(_("This account may not collect replies under a prefix."), rule=Rule.PREFIX_RIGHT)
    reservation = prefixes.reserved_now(account=account, name=name)
    if reservation is None:
        raise CampaignRefused(
            _("Reserve the prefix %(name)s first: replies under it would reach nobody.") % {"name": name},
            rule=Rule.PREFIX_RIGHT,
        )
    return {"reservation": reservation}


def check_size(order: Order) -> None:
    """Refuse an order of more numbers than one may have, named or in groups; raises CampaignRefused (302)."""
    size = len(order.numbers)
    if order.groups and size <= settings.ORDER_LIMIT:
        size += Membership.objects.filter(group__in=[group.pk for group in order.groups]).count()
    if size > settings.ORDER_LIMIT:
        raise CampaignRefused(
            _("The order has %(size)s numbers; at most %(most)s are possible. Split it.")
            % {"size": size, "most": settings.ORDER_LIMIT},
            rule=Rule.TOO_MANY,
        )


@transaction.atomic
def single(*, account: Account, to: str, order: Order, key: AppKey | None, farewell: bool = False) -> Message:
    """Send one text to one number at once, or file it for approval; raises CampaignRefused, NotEnoughPoints.

    A `farewell` goes to a number that has just asked to be left alone, and confirms it.
    """
    campaign = draft(account=account, order=order, key=key)
    campaign.farewell = farewell
    recipient = recipients.read(campaign, to)
    if recipient.problem:
        raise CampaignRefused(recipient.problem, rule=Rule.NUMBER)
    text = _text_of_single(campaign)
    _check_history(account, recipient.msisdn, text, farewell=farewell)
    quote = _offer_of_now(account, campaign.variant, campaign.kind, campaign.policy).quote(recipient.msisdn)
    if quote is None:
        raise CampaignRefused.because(rules.carrier_problems(campaign) or [_unreachable()])
    campaign.text, campaign.price = text, quote.points
    parts = planning.parts_of(campaign, text)
    message = Message(campaign=campaign, msisdn=recipient.msisdn, parts=parts, points=parts * quote.points)
    lifecycle.begin_single(message)
    return message


@remember(NEARLY_NOW)
def _offer_of_now(account: Account, variant: str, kind: str, policy: str) -> offers.Offer:
    """Return prices and routes of single messages."""
    return offers.of(Campaign(account=account, variant=variant, kind=kind, policy=policy))


@remember(NEARLY_NOW)
def _words_of_now() -> Dictionary:
    """Return the words that single messages may not contain."""
    return rules.dictionary()


def forget() -> None:
    """Look prices, routes and forbidden words up again for the next single message."""
    _offer_of_now.forget()
    _words_of_now.forget()


def _text_of_single(campaign: Campaign) -> str:
    """Return the text as it would go out; raises CampaignRefused."""
    if not campaign.text.strip():
        raise CampaignRefused(_("The text is empty."), rule=Rule.TEXT_EMPTY)
    text, found = planning.examine(campaign, campaign.text, _words_of_now())
    if found:
        raise CampaignRefused.because(found)
    return text


# A join would let the planner begin with all that the account sent today; so it begins with what the number got.
_HISTORY: Final = f"""SELECT {{blacklisted}}, {erasure.HAS_ERASED},
    (SELECT count(*) FILTER (WHERE (
            SELECT c.account_id = %s AND c.single AND c.text = %s AND c.created_at >= %s
            FROM campaigns_campaign c WHERE c.id = m.campaign_id))
        FROM campaigns_message m WHERE m.msisdn = %s)"""


def _check_history(account: Account, msisdn: str, text: str, *, farewell: bool) -> None:
    """Refuse a number on the blacklist (342) and the same text for the n-th time a day (341), with one question."""
    midnight = clock.now().astimezone(account.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        since = connection.ops.adapt_datetimefield_value(midnight)
        blacklisted, values = blacklist.condition(account, "%s", msisdn)
        tree = (account.pk, account.master_id or account.pk)
        cursor.execute(_HISTORY.format(blacklisted=blacklisted), [*values, *tree, account.pk, text, since, msisdn])
        is_blocked, may_be_erased, sent = cursor.fetchone()
    if may_be_erased and erasure.erased(account_id=account.pk, msisdns=[msisdn]):
        raise CampaignRefused(str(erasure.Erased()), rule=Rule.NUMBER_BLACKLISTED)
    if is_blocked and not farewell:
        sentence = _("The number %(number)s is on the blacklist.") % {"number": msisdn}
        raise CampaignRefused(sentence, rule=Rule.NUMBER_BLACKLISTED)
    if settings.SAME_TEXT_LIMIT and sent >= settings.SAME_TEXT_LIMIT:
        sentence = _("This number got the same text %(times)s times today already.")
        raise CampaignRefused(sentence % {"times": settings.SAME_TEXT_LIMIT}, rule=Rule.TEXT_REPEATED)


def _unreachable() -> Problem:
    return Problem(Rule.NO_WAY, _("There is no price or no provider for the country or network of this number."))
