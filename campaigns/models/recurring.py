"""Campaigns that are sent again and again, and what became of each time."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from campaigns.models.campaigns import Campaign
from smspanel import clock

HORIZON: Final = 800
"""So many days are looked ahead for the next one."""
YEARS_AHEAD: Final = datetime.timedelta(days=3_652)


class Repetition(models.Model):
    """A campaign that is copied and sent on certain days, at a time of day in the account's zone."""

    class Rhythm(models.TextChoices):
        DAILY = "DAILY", _("Every day")
        WEEKLY = "WEEKLY", _("Every week")
        MONTHLY = "MONTHLY", _("Every month")

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="repetitions", verbose_name=_("account"), editable=False
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="repetitions", verbose_name=_("campaign"), editable=False
    )
    is_active = models.BooleanField(_("on"), default=True)
    rhythm = models.CharField(_("how often"), max_length=7, choices=Rhythm, default=Rhythm.WEEKLY)
    weekdays = models.CharField(
        _("on weekdays"), max_length=7, blank=True, validators=[RegexValidator(r"^[1-7]*\Z")], help_text="1: Monday."
    )
    day = models.PositiveSmallIntegerField(
        _("on day of the month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("In a shorter month it is the last one."),
    )
    at = models.TimeField(_("at"), default=datetime.time(10))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    most = models.PositiveSmallIntegerField(
        _("times"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: without an end.")
    )
    next_at = models.DateTimeField(_("next"), null=True, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("repeated campaign")
        verbose_name_plural = _("repeated campaigns")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True), name="repetition_due")]

    def __str__(self) -> str:
        return f"{self.campaign}"

    def clean(self) -> None:
        """Refuse a rhythm without its days, and an end before the start."""
        if self.rhythm == self.Rhythm.WEEKLY and not self.weekdays:
            raise ValidationError({"weekdays": _("Choose at least one day of the week.")})
        if self.rhythm == self.Rhythm.MONTHLY and self.day is None:
            raise ValidationError({"day": _("Write on which day of the month.")})
        # A form that could not read a day leaves none.
        first: datetime.date | None = self.starts_on
        if first is not None and first > clock.now().date() + YEARS_AHEAD:
            raise ValidationError({"starts_on": _("Choose a day within the next ten years.")})
        if first is not None and self.ends_on is not None and self.ends_on < first:
            raise ValidationError({"ends_on": _("The end is before the start.")})

    def falls_on(self, day: datetime.date) -> bool:
        """Say whether it is sent on a day, its start and end aside."""
        if self.rhythm == self.Rhythm.WEEKLY:
            return str(day.isoweekday()) in self.weekdays
        if self.rhythm == self.Rhythm.MONTHLY:
            return day.day == min(self.day or 1, calendar.monthrange(day.year, day.month)[1])
        return True

    def moment(self, day: datetime.date) -> datetime.datetime:
        """Return when it is sent on a day (UTC); in an hour that clocks leave out it is an hour later."""
        return datetime.datetime.combine(day, self.at, self.account.zone).astimezone(UTC)

    def after(self, moment: datetime.datetime) -> Iterator[datetime.datetime]:
        """Yield when it is sent after a moment, in order."""
        first = max(self.starts_on, moment.astimezone(self.account.zone).date() - datetime.timedelta(days=1))
        for days in range(HORIZON):
            day = first + datetime.timedelta(days=days)
            if self.ends_on is not None and day > self.ends_on:
                return
            if self.falls_on(day) and (at := self.moment(day)) > moment:
                yield at

    def upcoming(self, moment: datetime.datetime, most: int = 5) -> list[datetime.datetime]:
        """Return the next times after a moment, as many as are left, but for days that it was sent on already."""
        done = set(self.runs.values_list("slot", flat=True)) if self.pk else set()
        left = most if self.most is None else min(most, max(0, self.most - len(done)))
        free = (at for at in self.after(moment) if at.astimezone(self.account.zone).date() not in done)
        return list(islice(free, left))


class RepetitionRun(models.Model):
    """One time; the unique row lets it happen once, however many workers try."""

    repetition = models.ForeignKey(Repetition, models.CASCADE, related_name="runs")
    slot = models.DateField(help_text="The day in the account's zone.")
    campaign = models.OneToOneField(Campaign, models.SET_NULL, null=True, related_name="repeated_by")
    problem = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-slot"]
        constraints = [models.UniqueConstraint(fields=["repetition", "slot"], name="one_run_per_repetition_and_day")]
        indexes = [
            models.Index(fields=["id"], condition=Q(settled_at__isnull=True), name="repetition_run_open"),
        ]

    def __str__(self) -> str:
        return f"{self.repetition}: {self.slot}"
