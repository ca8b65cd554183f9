"""What one recipient reads, and how many parts that is charged as."""

from __future__ import annotations

from campaigns import optouts
from campaigns.models import Campaign, Kind
from campaigns.text import OPT_OUT, CharacterPolicy, apply_policy, count, render


def rendered(campaign: Campaign, values: dict[str, str], own_text: str = "") -> str:
    """Return the text that one recipient would read; raises CharactersError.

    Software wrote a single message for its one recipient: what looks like a merge tag there is a part of the text.
    """
    text = own_text or campaign.text
    if OPT_OUT in text and "number" in values:
        values = values | {OPT_OUT: optouts.link(account_id=campaign.account_id, msisdn=values["number"])}
    return apply_policy(text if campaign.single else render(text, values), CharacterPolicy(campaign.policy))


def parts_of(campaign: Campaign, text: str) -> int:
    """Return how many parts a text is charged as; a number check and a call are one, a WAP push has its address."""
    if campaign.kind in {Kind.HLR, Kind.VOICE}:
        return 1
    return count(f"{text} {campaign.link}" if campaign.kind == Kind.WAP_PUSH else text).parts
