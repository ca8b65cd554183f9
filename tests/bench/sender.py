"""A worker of the benchmarks: sends each campaign whose id it reads, and says so in a line of its own."""

from __future__ import annotations

import sys

import django

django.setup()

from campaigns import dispatch  # noqa: E402
from campaigns.models import Campaign, Message  # noqa: E402


def send(campaign_id: int) -> None:
    """Send until nothing of the campaign waits or is under way."""
    campaign = Campaign.objects.get(pk=campaign_id)
    while campaign.messages.filter(state__in=Message.OPEN).exists():
        dispatch.dispatch(campaign_id)


if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        send(int(line))
        print("sent", flush=True)
