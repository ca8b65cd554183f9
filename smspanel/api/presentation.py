"""What rows of ours look like in JustSend's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Account
from campaigns import justsend_words
from campaigns.models import Campaign, Message, Recipient
from smspanel.api import voice


def bulk(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as a bulk; it needs its account, sender, plan, file, hold and groups."""
    plan = getattr(campaign, "plan", None)
    file = getattr(campaign, "file", None)
    groups = [group.pk for group in campaign.groups.all()]
    return {
        "id": campaign.pk,
        "name": campaign.api_name,
        "shortName": campaign.name,
        "from": sender_of(campaign),
        "message": campaign.text,
        "sendDate": moment(campaign.account, campaign.start_at),
        "estimatedEndDate": estimated_end(campaign),
        "bulkStatus": justsend_words.bulk_status(campaign.state),
        "bulkSize": plan.recipients if plan else int(campaign.single),
        "costInPoints": campaign.hold.amount if campaign.hold else 0,
        "bulkVariant": campaign.variant,
        "groupId": groups[0] if len(groups) == 1 else None,
        "groupIds": groups,
        "country": campaign.country or None,
        "language": campaign.language or None,
        "groupSmsContent": campaign.reply_text or None,
        "forward": bool(campaign.forward_numbers or campaign.forward_emails),
        "forwardMsisdns": campaign.forward_numbers,
        "forwardEmails": campaign.forward_emails,
        "personalizedMessage": bool(file and file.personalized),
        "parametrizedMessage": bool(file and file.parametrized),
        "alert": campaign.priority > 0,
        "doubleEncode": False,
        "autoSend": file.auto_send if file else None,
        "voiceDuration": None,
        "voiceRepeating": voice.told(campaign.voice),
    }


def sender_of(campaign: Campaign) -> str:
    """Return the name that recipients read, or the variant that has none."""
    return campaign.shown_sender or str(campaign.variant)


def moment(account: Account, at: datetime | None) -> str | None:
    """Return a moment as ISO 8601 with the offset of the account's zone (JS-07)."""
    return at.astimezone(account.zone).isoformat(timespec="seconds") if at else None


def estimated_end(campaign: Campaign) -> str | None:
    """Return when a campaign ended or, while it has not, when its plan expects it to; it needs its account and plan."""
    plan = getattr(campaign, "plan", None)
    return moment(campaign.account, campaign.finished_at or (plan.finishes_at if plan else None))


def personalized(message: Message, campaign: Campaign) -> dict[str, Any]:
    """Return a message with the text that its recipient reads."""
    return {
        "id": message.pk,
        "msisdn": message.msisdn,
        "msisdnValidation": "VALID",
        "messageContent": message.text or campaign.text,
        "messageValidation": "VALID",
    }


def rejected(recipient: Recipient) -> dict[str, Any]:
    """Return a row of a file that was rejected for its number or, where that is good, for its text."""
    return {
        "id": recipient.pk,
        "msisdn": recipient.msisdn or recipient.raw,
        "msisdnValidation": "VALID" if recipient.msisdn else "INVALID",
        "messageContent": recipient.text,
        "messageValidation": "INVALID" if recipient.msisdn else "VALID",
    }
