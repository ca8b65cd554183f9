"""Birthday greetings of a group, and who got theirs in which year."""

from __future__ import annotations

import datetime
from datetime import UTC

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from campaigns.models.offer import Sender
from contacts.models import Contact, Group


class Greeting(models.Model):
    """What the members of a group read on their birthdays."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="greeting", verbose_name=_("group"))
    is_active = models.BooleanField(_("send greetings"), default=True)
    at = models.TimeField(_("time of day"), default=datetime.time(10))
    sender = models.ForeignKey(
        Sender,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sender name"),
        help_text=_("Empty: a random number, as of ECO."),
    )
    text = models.TextField(_("text"), max_length=1000, help_text=_("#first_name# and the like are replaced."))
    next_at = models.DateTimeField(_("next"), null=True, editable=False)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True, editable=False)
    last_campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("birthday greeting")
        verbose_name_plural = _("birthday greetings")
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True), name="greeting_due")]

    def __str__(self) -> str:
        return f"{self.group}"

    def moment(self, day: datetime.date) -> datetime.datetime:
        """Return when greetings go out on a day (UTC); an hour that a clock change leaves out is the one after it."""
        return datetime.datetime.combine(day, self.at, self.group.account.zone).astimezone(UTC)


class Greeted(models.Model):
    """Somebody who got the greeting of a year; it is written with the campaign, before anything is sent."""

    greeting = models.ForeignKey(Greeting, models.CASCADE, related_name="greeted")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="greeted")
    year = models.PositiveSmallIntegerField()
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["greeting", "contact", "year"], name="greeted_once_a_year")]

    def __str__(self) -> str:
        return f"{self.greeting_id}/{self.contact_id}/{self.year}"
