"""What a campaign would do if it were sent now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from smspanel import clock


class DryRun(models.Model):
    """Everything that sending a draft would do, worked out without holding a point or writing a message."""

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Being worked out")
        READY = "READY", _("Ready")

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="dry_run")
    status = models.CharField(max_length=6, choices=Status, default=Status.QUEUED)
    report = models.JSONField(default=dict, help_text=_("Problems, figures, submissions and the first messages."))
    requested_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status"], condition=Q(status="QUEUED"), name="dry_run_open")]

    def __str__(self) -> str:
        return str(self.campaign)
