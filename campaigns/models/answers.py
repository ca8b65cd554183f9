"""What the panel still has to do about a reply: answer it, confirm that somebody is out, pass it on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from campaigns.models.replies import Reply
from smspanel import clock


class ReplyTask(models.Model):
    """One message or e-mail because of a reply; the key makes it one."""

    class Kind(models.TextChoices):
        ANSWER = "ANSWER", _("Answer")
        FAREWELL = "FAREWELL", _("Confirmation of a stop")
        NUMBER = "NUMBER", _("Forwarded to a number")
        EMAIL = "EMAIL", _("Forwarded by e-mail")

    class Status(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        TRYING = "TRYING", _("Handed over; nobody knows whether it arrived")
        DONE = "DONE", _("Done")
        REFUSED = "REFUSED", _("Not done")

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=340, unique=True)
    to = models.CharField(max_length=254)
    text = models.TextField()
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(status="WAITING"), name="reply_task_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.to}"
