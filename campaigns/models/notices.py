"""E-mails about what waits for approval and what was decided, one row for each person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models.campaigns import Campaign
from campaigns.models.offer import Sender
from smspanel import clock


class Notice(models.Model):
    """What one person is told about the approval of a campaign, or of a sender name, at most once."""

    class Kind(models.TextChoices):
        WAITING = "WAITING", _("A campaign waits for approval")
        APPROVED = "APPROVED", _("Your campaign is approved")
        REFUSED = "REFUSED", _("Your campaign is refused")
        SENDER_YES = "SENDER_YES", _("Your sender name is approved")
        SENDER_NO = "SENDER_NO", _("Your sender name is rejected")
        SENDER_OFF = "SENDER_OFF", _("Your sender name is switched off")

    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="notices")
    sender = models.ForeignKey(Sender, models.CASCADE, null=True, related_name="notices", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=clock.now)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "kind", "person"], name="one_notice_per_person")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="notice_due")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.campaign_id or self.sender_id} → {self.person_id}"
