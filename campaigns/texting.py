"""Who was texted: the condition that the list of contacts asks by."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from campaigns.models import Batch, Message


def since(moment: datetime | None) -> Q:
    """Return the condition that keeps contacts to whom something was sent since then, or ever.

    The time of a message is that of its submission, and these are numbered in the order of time: the first one since
    then is found in their short table, and the index on the contact of a message does the rest. A column with the last
    time would cost a second write for each of millions of messages.
    """
    messages = Message.objects.filter(contact=OuterRef("pk"), batch__isnull=False)
    if moment is not None:
        first = Batch.objects.filter(created_at__gte=moment).order_by("pk").values_list("pk", flat=True).first()
        if first is None:
            return Q(pk__in=[])
        messages = messages.filter(batch__gte=first)
    return Q(Exists(messages))
