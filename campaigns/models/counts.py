"""How many messages stand where, counted once in the background for everybody who wants to know."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from campaigns.models.campaigns import Campaign
from campaigns.models.costs import CostCentre
from smspanel import clock


class Recount(models.Model):
    """A mark that messages of a campaign have changed; the database writes it with the change (count_triggers.py)."""

    campaign_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.campaign_id)


class Counted(models.Model):
    """What is counted together: one campaign, or an account's single messages of one day in its own zone."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    day = models.DateField(_("day"), help_text=_("On which it began."))
    campaign = models.OneToOneField(Campaign, models.CASCADE, null=True, related_name="counted")
    messages = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0, help_text=_("How long the last count took."))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "day"], condition=Q(campaign__isnull=True), name="single_messages_of_a_day"
            )
        ]
        indexes = [models.Index(fields=["account", "day"], name="counted_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.campaign or self.account}"


class MessageCount(models.Model):
    """Messages that have all of this in common."""

    counted = models.ForeignKey(Counted, models.CASCADE, related_name="rows")
    sender = models.CharField(_("sender name"), max_length=20, help_text=_("Or the variant, where none is shown."))
    variant = models.CharField(_("variant"), max_length=8)
    cost_centre = models.ForeignKey(CostCentre, models.PROTECT, null=True, related_name="+")
    operator = models.CharField(_("operator"), max_length=14)
    state = models.CharField(_("state"), max_length=12)
    messages = models.PositiveIntegerField(_("messages"))
    parts = models.PositiveBigIntegerField(_("parts"))
    points = models.PositiveBigIntegerField(_("points"))

    def __str__(self) -> str:
        return f"{self.operator} {self.state}: {self.messages}"
