"""Large campaigns are confirmed by typing how many people get them: a slip of the mouse sends nothing to everybody."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.errors import CampaignRefused
from campaigns.models import Campaign, Plan

_BETWEEN_DIGITS = " \u00a0\u202f.,'’"


class WrongCount(CampaignRefused):
    """The number of recipients was to be typed, and what was typed is not it."""


def is_needed(campaign: Campaign, plan: Plan) -> bool:
    """Say whether a person who confirms this campaign types its number of recipients."""
    least = campaign.account.type_count_from
    return least is not None and plan.recipients >= least


def check(campaign: Campaign, plan: Plan, typed: str) -> None:
    """Compare what a person typed with the plan, where that is needed; raises WrongCount."""
    if not is_needed(campaign, plan) or _plain(typed) == str(plan.recipients):
        return
    if not typed.strip():
        raise WrongCount(_("So many people get this campaign that you confirm it by typing how many."))
    raise WrongCount(_("This is not how many people get it. Look at the plan and type the number again."))


def _plain(typed: str) -> str:
    """Return the digits of a number, however its thousands are parted."""
    return "".join(character for character in typed if character not in _BETWEEN_DIGITS).lstrip("0")
