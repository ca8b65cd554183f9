"""A test of a draft: one recipient's text, sent to a number of one's own the way single messages go, and charged."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns import offers, orders, previews, rendering
from campaigns.errors import CampaignRefused, NotPossibleNow
from campaigns.models import Campaign, Kind, Message, Variant
from campaigns.previews import Preview
from contacts import numbers


def prepare(*, campaign: Campaign, to: str, who: str) -> Preview:
    """Return what a test to this number would say and cost, with the values of a recipient; raises CampaignRefused."""
    if campaign.kind != Kind.TEXT or not campaign.is_editable:
        raise NotPossibleNow(_("Only a draft of a text message can be tested."))
    try:
        msisdn = numbers.normalise(to).msisdn
    except numbers.InvalidNumber as error:
        raise CampaignRefused(str(error)) from error
    if campaign.variant != Variant.INTER and not msisdn.startswith("48"):
        raise CampaignRefused(_("This variant reaches Polish numbers only. Test it with one of them."))
    found = previews.of(campaign, who) if who.strip() else [previews.first(campaign)]
    if not found or found[0] is None:
        raise CampaignRefused(_("Nobody who would get this campaign has this number or name."))
    if found[0].problem:
        raise CampaignRefused(found[0].problem)
    quote = offers.of(campaign).quote(msisdn)
    if quote is None:
        raise CampaignRefused(_("There is no price or no provider for the country or network of this number."))
    parts = rendering.parts_of(campaign, found[0].text)
    return Preview(msisdn, found[0].text, parts, parts * quote.points)


@transaction.atomic
def send(*, campaign: Campaign, to: str, who: str, points: int, actor: User) -> Message:
    """Send the test for these points, as they were told beforehand; raises CampaignRefused, NotEnoughPoints."""
    trial = prepare(campaign=campaign, to=to, who=who)
    order = orders.Order(
        name=(_("Test: %(name)s") % {"name": campaign.name})[: orders.NAME_LENGTH],
        text=trial.text,
        variant=Variant(campaign.variant),
        sender=campaign.shown_sender,
        details={"policy": campaign.policy, "country": campaign.country, "created_by": actor},
    )
    message = orders.single(account=campaign.account, to=trial.msisdn, order=order, key=None)
    if message.points != points:
        raise CampaignRefused(_("The price has changed since you looked. Look at it again."))
    audit.record(actor=actor, action="campaign.test", subject=campaign, account=campaign.account, points=message.points)
    return message
