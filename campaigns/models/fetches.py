"""Asking providers for what phones wrote back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Connection


class ReplyFetch(models.Model):
    """Since when the replies of a connection are still to be fetched, and when that is to be done next."""

    connection = models.OneToOneField(Connection, models.CASCADE, related_name="reply_fetch")
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="replies_to_fetch")]

    def __str__(self) -> str:
        return str(self.connection)
