"""Why a campaign was refused, in words for its owner."""

from __future__ import annotations


class CampaignRefused(Exception):
    """What was asked for cannot be done; nothing was changed. The message says why and what to do."""


class NotPossibleNow(CampaignRefused):
    """The campaign is in a state in which this cannot be done."""
