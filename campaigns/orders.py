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
from campaigns import (
    confirming,
    cost_centres,
    daily_caps,
    frequency,
    offers,
    planning,
    prefixes,
    recipients,
    rendering,
    rules,
    senders,
)
from campaigns.dictionary import Dictionary
from campaigns.errors import CampaignRefused, Problem, Rule
from campaigns.models import Campaign, Kind, Message, Sender, Variant
from campaigns.models.campaigns import month_of
from campaigns.models.offer import NAMED_VARIANTS, REPLY_VARIANTS
from campaigns.text import CharacterPolicy
from contacts import blacklist, erasure
from contacts.destinations import destination_of
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
    return confirming.confirm(campaign=campaign, actor=None, approved=approved)


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
        sender=_sender_of(account, order.variant, order.sender),
        **_replies_to(account, order),
        start_at=order.start_at if order.start_at and order.start_at > clock.now() else None,
        **{"policy": _policy_of(order.variant), "kind": _kind_of(order.variant)} | order.details,
    )


def _kind_of(variant: Variant) -> Kind:
    return Kind.VOICE if variant == Variant.VOICE else Kind.TEXT


def _policy_of(variant: Variant) -> CharacterPolicy:
    """Return what becomes of special characters: they go out as they are, but for ECO, which may lose them (E1)."""
    return CharacterPolicy.TRANSLITERATE if variant == Variant.ECO else CharacterPolicy.UNICODE


def _sender_of(account: Account, variant: Variant, name: str) -> Sender | None:
    """Return the sender name that the variant takes; others bear none, whatever is asked. Raises CampaignRefused."""
    if variant in NAMED_VARIANTS or (variant == Variant.INTER and name):
        return senders.named(account=account, name=name, variant=variant)
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
    campaign.single, campaign.farewell = True, farewell
    recipient = recipients.read(campaign, to)
    if recipient.problem:
        raise CampaignRefused(recipient.problem, rule=Rule.NUMBER)
    text = _text_of_single(campaign)
    _check_history(account, recipient.msisdn, text, farewell=farewell)
    if found := [*rules.kind_problems(campaign), *cost_centres.problems(campaign)]:
        raise CampaignRefused.because(found)
    if _is_limited_now(account):
        frequency.check_single(campaign, recipient.msisdn)
        daily_caps.check(campaign, 1)
    quote = _offer_of_now(account, *_manner(campaign)).quote(recipient.msisdn)
    if quote is None:
        raise CampaignRefused.because(_unreachable(campaign, recipient.msisdn))
    campaign.text, campaign.price = text, quote.points
    parts = rendering.parts_of(campaign, text)
    message = Message(campaign=campaign, msisdn=recipient.msisdn, parts=parts, points=parts * quote.points)
    confirming.begin_single(message)
    return message


_MANNER: Final = ("variant", "kind", "policy", "sender", "priority", "validity", "language")


def _manner(campaign: Campaign) -> tuple[tuple[str, Any], ...]:
    """Return all that prices and routes depend on, in a form that can be remembered."""
    voice = tuple(sorted(campaign.voice.items()))
    return (*((name, getattr(campaign, name)) for name in _MANNER), ("voice", voice))


@remember(NEARLY_NOW)
def _offer_of_now(account: Account, *manner: tuple[str, Any]) -> offers.Offer:
    """Return prices and routes of single messages that are sent in this manner."""
    fields = dict(manner)
    return offers.of(Campaign(account=account, **fields | {"voice": dict(fields["voice"])}))


@remember(NEARLY_NOW)
def _is_limited_now(account: Account) -> bool:
    """Say whether there is a limit that the account's single messages are to be checked against."""
    return account.daily_cap is not None or account.root.cap_messages is not None


@remember(NEARLY_NOW)
def _words_of_now() -> Dictionary:
    """Return the words that single messages may not contain."""
    return rules.dictionary()


def forget() -> None:
    """Look prices, routes, limits and forbidden words up again for the next single message."""
    _offer_of_now.forget()
    _words_of_now.forget()
    _is_limited_now.forget()


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
        FROM campaigns_message m WHERE m.msisdn = %s AND m.month BETWEEN %s AND %s)"""


def _check_history(account: Account, msisdn: str, text: str, *, farewell: bool) -> None:
    """Refuse a number on the blacklist (342) and the same text for the n-th time a day (341), with one question."""
    now = clock.now()
    midnight = now.astimezone(account.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        since = connection.ops.adapt_datetimefield_value(midnight)
        blacklisted, values = blacklist.condition(account, "%s", msisdn)
        tree = (account.pk, account.master_id or account.pk)
        cursor.execute(
            _HISTORY.format(blacklisted=blacklisted),
            [*values, *tree, account.pk, text, since, msisdn, month_of(midnight), month_of(now)],
        )
        is_blocked, may_be_erased, sent = cursor.fetchone()
    if may_be_erased and erasure.erased(account_id=account.pk, msisdns=[msisdn]):
        raise CampaignRefused(str(erasure.Erased()), rule=Rule.NUMBER_BLACKLISTED)
    if is_blocked and not farewell:
        sentence = _("The number %(number)s is on the blacklist.") % {"number": msisdn}
        raise CampaignRefused(sentence, rule=Rule.NUMBER_BLACKLISTED)
    if settings.SAME_TEXT_LIMIT and sent >= settings.SAME_TEXT_LIMIT:
        sentence = _("This number got the same text %(times)s times today already.")
        raise CampaignRefused(sentence % {"times": settings.SAME_TEXT_LIMIT}, rule=Rule.TEXT_REPEATED)


def _unreachable(campaign: Campaign, msisdn: str) -> list[Problem]:
    if not campaign.account.may_write_to(destination_of(msisdn).country):
        return [Problem(Rule.COUNTRY, _("Your account may not send to the country of this number. Ask the operator."))]
    nowhere = _("There is no price or no provider for the country or network of this number.")
    return rules.carrier_problems(campaign) or [Problem(Rule.NO_WAY, nowhere)]
