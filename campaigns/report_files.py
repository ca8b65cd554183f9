"""Files about campaigns: histories, recipients, replies; asked for here, made by accounts/downloads.py (JS-97)."""

from __future__ import annotations

from datetime import date

from accounts import downloads
from accounts.models import Account, Download, User
from campaigns.models import Campaign
from campaigns.report_types import Type


def of_days(*, account: Account, kind: Type, first: date, last: date, actor: User | None = None) -> Download:
    """Ask for a history of days, both included; raises DownloadRefused."""
    about = f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"
    parameters = {"from": first.isoformat(), "to": last.isoformat()}
    return downloads.ask(Download(account=account, type=kind, parameters=parameters, about=about), actor=actor)


def of_campaign(
    *,
    campaign: Campaign,
    kind: Type,
    actor: User | None = None,
    format: Download.Format = Download.Format.CSV,  # noqa: A002 - what a file has is called its format
) -> Download:
    """Ask for the recipients of a campaign, or for its rejected rows; raises DownloadRefused."""
    wanted = Download(account=campaign.account, type=kind, parameters={"id": campaign.pk}, format=format)
    wanted.about = campaign.name
    return downloads.ask(wanted, actor=actor)
