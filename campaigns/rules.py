"""What must hold before anything is sent, asked of a campaign as it is written; the plan and the REST API tell it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from django.utils.translation import gettext as _

from accounts import points
from accounts.models import Account, Connection
from campaigns import business_cards, carriage, cost_centres, prices, routing, senders, windows
from campaigns.dictionary import Dictionary
from campaigns.errors import Problem, Rule
from campaigns.models import Campaign, ForbiddenWord, Kind, Sender, Spread, Variant
from campaigns.models.offer import NAMED_VARIANTS, REPLY_VARIANTS
from campaigns.text import CharacterPolicy, tags
from contacts.models import Group
from smspanel import clock


def problems(campaign: Campaign) -> list[Problem]:
    """Return why the campaign could not be sent as it is written, the most telling first."""
    account: Account = campaign.account
    found = []
    if not account.is_active:
        found.append(Problem(Rule.ACCOUNT, _("The account is switched off.")))
    if points.wallet_of(account).frozen_at is not None:
        found.append(Problem(Rule.ACCOUNT, str(points.Frozen())))
    if campaign.variant in NAMED_VARIANTS or campaign.sender is not None:
        found += sender_problems(campaign.sender, account, campaign.variant)
    if campaign.variant in REPLY_VARIANTS:
        found += _prefix_problems(campaign)
    found += _time_problems(campaign)
    found += _text_problems(campaign)
    found += kind_problems(campaign)
    found += cost_centres.problems(campaign)
    found += carrier_problems(campaign)
    found += _group_problems(account, campaign.groups.all() if campaign.pk else [])
    return found


def _time_problems(campaign: Campaign) -> list[Problem]:
    """Return what is wrong with the start, the hours, and the time over which messages go."""
    account: Account = campaign.account
    found = []
    if campaign.start_at and not windows.is_open(account, campaign.start_at):
        found.append(_("The start lies outside the sending hours of your account. Choose an hour within them."))
    elif campaign.start_at and not windows.is_open(campaign, campaign.start_at):
        found.append(_("The start lies outside the hours that you chose for this campaign."))
    if not windows.fits(campaign):
        hours = {"start": f"{account.window_start:%H:%M}", "end": f"{account.window_end:%H:%M}"}
        found.append(
            _("The hours of the campaign go beyond those of your account, which are %(start)s to %(end)s.") % hours
        )
    if campaign.spread_minutes == Spread.WINDOW and not windows.hours_of(campaign):
        found.append(_("There are no sending hours that end. Choose hours, or over how long the messages should go."))
    return [Problem(Rule.TIME, sentence) for sentence in found]


def _prefix_problems(campaign: Campaign) -> list[Problem]:
    """Return why replies to the campaign would reach nobody."""
    if campaign.reservation is None:
        missing = not campaign.reply_number
        return [Problem(Rule.PREFIX_RIGHT, _("Replies need a prefix. Reserve one first."))] if missing else []
    start = max(campaign.start_at or clock.now(), clock.now())
    if campaign.reservation.date_from <= start < campaign.reservation.date_to:
        return []
    sentence = _("%(prefix)s is not yours when the campaign starts. Reserve it for that time, or choose another start.")
    return [Problem(Rule.PREFIX_RIGHT, sentence % {"prefix": campaign.reservation.prefix.name})]


def sender_problems(sender: Sender | None, account: Account, variant: str) -> list[Problem]:
    """Return why an account could not send messages of a variant under a name."""
    if sender is None:
        return [Problem(Rule.SENDER_MISSING, _("This variant needs a sender name. Choose one."))]
    if sender.status != Sender.Status.APPROVED:
        sentence = _("The sender name %(name)s is not approved yet.") % {"name": sender.name}
        return [Problem(Rule.SENDER_NOT_ALLOWED, sentence)]
    if sender.agreement == Sender.Agreement.REQUIRED:
        sentence = _("The sender name %(name)s needs an agreement of its owner, which the operator does not have yet.")
        return [Problem(Rule.SENDER_NOT_ALLOWED, sentence % {"name": sender.name})]
    if not sender.allows(variant):
        return [Problem(Rule.SENDER_NOT_ALLOWED, senders.wrong_variant(sender, variant))]
    if not senders.belongs_to(sender, account):
        sentence = _("The sender name belongs to another account. Choose one of yours.")
        return [Problem(Rule.SENDER_NOT_ALLOWED, sentence)]
    return []


def _text_problems(campaign: Campaign) -> list[Problem]:
    """Return what is wrong with the text that everybody gets; a campaign from a file may have none."""
    if campaign.kind == Kind.HLR or (not campaign.text.strip() and _has_own_texts(campaign)):
        return []
    if not campaign.text.strip():
        return [Problem(Rule.TEXT_EMPTY, _("The text is empty. Write what your customers should read."))]
    return forbidden_words(campaign.text, dictionary())


def kind_problems(campaign: Campaign) -> list[Problem]:
    """Return what is missing for what shall arrive on the phone."""
    found = []
    if (campaign.kind == Kind.VOICE) != (campaign.variant == Variant.VOICE):
        found.append(Problem(Rule.OPTION, _("Calls are made with the variant Voice, and with no other.")))
    if campaign.kind == Kind.WAP_PUSH and not campaign.link:
        found.append(Problem(Rule.OPTION, _("A WAP push needs the address that it opens.")))
    if campaign.kind == Kind.VCARD and (wrong := business_cards.problem_of(campaign.text)):
        found.append(Problem(Rule.OPTION, wrong))
    if campaign.kind in {Kind.WAP_PUSH, Kind.VCARD} and (tags(campaign.text) or _has_own_texts(campaign)):
        sentence = _("Everybody gets the same WAP push or business card: take the values of people out of the text.")
        found.append(Problem(Rule.OPTION, sentence))
    return found


def _has_own_texts(campaign: Campaign) -> bool:
    return bool(campaign.pk) and campaign.recipients.exclude(text="").exists()


def dictionary() -> Dictionary:
    """Return the words that no message of this installation may contain."""
    return Dictionary.of(ForbiddenWord.objects.values_list("word", flat=True))


def forbidden_words(text: str, words: Dictionary) -> list[Problem]:
    """Return the complaint about forbidden words in a text, if there are any."""
    if not (found := words.found_in(text)):
        return []
    sentence = _("The text contains words that may not be sent: %(words)s.") % {"words": ", ".join(found)}
    return [Problem(Rule.TEXT_FORBIDDEN, sentence)]


def carrier_problems(campaign: Campaign) -> list[Problem]:
    """Return why nobody could carry the campaign as it is written."""
    found = []
    if not prices.price_list(account=campaign.account, variant=campaign.variant, kind=campaign.kind).rows:
        sentence = _("There is no price for this variant yet. Ask the operator of the panel for one.")
        found.append(Problem(Rule.NO_PRICE, sentence))
    routes = routing.routes(account=campaign.account, variant=campaign.variant).rows
    known = [row.connection for row in routes]
    able = [one for one in known if not carriage.lacking(campaign, one)]
    if not any(one.is_active for one in able or known):
        sentence = _("No provider carries this variant at present. Choose another, or ask the operator.")
        found.append(Problem(Rule.NO_WAY, sentence))
    elif not able:
        found.append(_cannot_carry(campaign, [one for one in known if one.is_active]))
    elif not routing.under_name(routes, campaign.sender):
        sentence = _("No provider that carries this variant has approved the sender name. Choose another.")
        found.append(Problem(Rule.SENDER_NOT_ALLOWED, sentence))
    return found


def _cannot_carry(campaign: Campaign, connections: list[Connection]) -> Problem:
    """Return the complaint that none of these providers carries all of the campaign, with each of them named."""
    plain = copy(campaign)
    plain.policy = CharacterPolicy.TRANSLITERATE
    if any(not carriage.lacking(plain, one) for one in connections):
        sentence = _("This variant cannot carry special characters. Replace them, or choose FULL or PRO.")
        return Problem(Rule.TEXT_CHARACTERS, sentence)
    told = dict.fromkeys(carriage.complaint(campaign, one) for one in connections)
    advice = _("Choose another variant or kind, or leave this out.")
    return Problem(Rule.OPTION, " ".join([*told, advice]))


def _group_problems(account: Account, groups: Iterable[Group]) -> list[Problem]:
    today = clock.now().astimezone(account.zone).date()
    closed = [group.name for group in groups if not group.is_usable(today)]
    if not closed:
        return []
    sentence = _("These groups are blocked or not valid today: %(groups)s.") % {"groups": ", ".join(closed)}
    return [Problem(Rule.GROUP, sentence)]
