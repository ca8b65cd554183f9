"""What tests of approvals share: a campaign that waits, and members of staff."""

from __future__ import annotations

from accounts import tenants
from accounts.models import User
from campaigns.models import Campaign
from tests.campaigns.sending import Sending, number

TEN = [number(index) for index in range(10)]


def colleague(email: str = "second@example.com", **fields: bool) -> User:
    """Return another member of staff."""
    user = tenants.add_person(email=email, password="x", role=User.Role.SUPPORT)
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    return user


def waiting(sending: Sending, *, confirmed_by: User | None = None, **fields: object) -> Campaign:
    """Return a campaign to TEN that waits for approval."""
    sending.account.approval_above = 5
    sending.account.save()
    campaign = sending.confirm([sending.group(TEN)], name="Sale", **fields)
    if confirmed_by is not None:
        Campaign.objects.filter(pk=campaign.pk).update(confirmed_by=confirmed_by)
    campaign.refresh_from_db()
    return campaign
