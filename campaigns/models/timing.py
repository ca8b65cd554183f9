"""When a campaign is sent: in which hours, over how long, and until when it is not too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TWO_DIFFERENT_ENDS: Final = models.CheckConstraint(
    condition=Q(window_start__isnull=True, window_end__isnull=True)
    | (Q(window_start__isnull=False, window_end__isnull=False) & ~Q(window_start=models.F("window_end"))),
    name="hours_of_a_campaign_have_two_different_ends",
)


class Spread(models.IntegerChoices):
    """Over how many minutes messages leave."""

    QUARTER = 15, _("over 15 minutes")
    HALF_HOUR = 30, _("over 30 minutes")
    HOUR = 60, _("over an hour")
    TWO_HOURS = 120, _("over 2 hours")
    FOUR_HOURS = 240, _("over 4 hours")
    EIGHT_HOURS = 480, _("over 8 hours")
    DAY = 1440, _("over 24 hours")
    WINDOW = 0, _("until the sending hours end")


class Tolerance(models.IntegerChoices):
    """For how many minutes after its time a campaign may still start."""

    QUARTER = 15, _("after 15 minutes")
    TWO_HOURS = 120, _("after 2 hours")
    HALF_DAY = 720, _("after 12 hours")
    DAY = 1440, _("after 24 hours")


class Timed(models.Model):
    """What a campaign says of its time beside its start."""

    window_start = models.TimeField(_("send from"), null=True, blank=True)
    window_end = models.TimeField(_("send until"), null=True, blank=True)
    spread_minutes = models.PositiveSmallIntegerField(
        _("spread"), null=True, blank=True, choices=Spread, help_text=_("0: until the sending hours end.")
    )
    tolerance_minutes = models.PositiveSmallIntegerField(
        _("too late"), choices=Tolerance, default=Tolerance.TWO_HOURS, help_text=_("After its time, in minutes.")
    )
    release_at = models.DateTimeField(null=True, editable=False, help_text=_("When more of a spread one may leave."))

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse hours with one end, or with equal ends."""
        if (self.window_start is None) != (self.window_end is None) or (
            self.window_start is not None and self.window_start == self.window_end
        ):
            raise ValidationError({"window_end": _("Give two different hours, or leave both empty.")})

    @property
    def tolerance(self) -> timedelta:
        """How late it may start; later it is MISSED."""
        return timedelta(minutes=self.tolerance_minutes)
