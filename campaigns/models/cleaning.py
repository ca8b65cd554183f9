"""The nightly rounds in which the panel forgets what is older than it is to be kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Cleaning(models.Model):
    """One round: who works on it, and whether it has ended."""

    day = models.DateField(unique=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["day"], condition=Q(finished_at__isnull=True), name="cleaning_open")]

    def __str__(self) -> str:
        return str(self.day)
