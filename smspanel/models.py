"""Rows of the housekeeping: who holds a lease, which slots have been run, which queue moves, when a clock was put."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """The right to do a thing until a time; one holder at a time over all hosts."""

    name = models.CharField(max_length=50, primary_key=True)
    holder = models.CharField(max_length=60)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} held by {self.holder}"


class PeriodicRun(models.Model):
    """One slot of a periodic job; the unique row lets it run once, however many schedulers there are."""

    name = models.CharField(max_length=60)
    slot = models.BigIntegerField(help_text="Whole periods since 1970-01-01 UTC.")
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="one_run_per_slot")]

    def __str__(self) -> str:
        return f"{self.name} #{self.slot}"


class QueueProgress(models.Model):
    """When a job of a queue was last done: tells work that waits its turn from work that nobody does."""

    queue = models.CharField(max_length=20, primary_key=True)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} at {self.done_at}"


class ClockStep(models.Model):
    """The clock of some host was put ahead, or back, by so many seconds."""

    noticed_at = models.DateTimeField(db_index=True)
    seconds = models.FloatField()

    def __str__(self) -> str:
        return f"{self.seconds:+.0f} s at {self.noticed_at}"
