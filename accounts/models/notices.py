"""What people are told, in the panel and by e-mail, and what they were told of that still holds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from smspanel import clock


class Notice(models.Model):
    """One piece of news for one person, written once; its words are made when it is read (accounts/notice_kinds.py)."""

    person = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80, help_text=_("What nobody is told twice."))
    details = models.JSONField(default=dict, help_text=_("Names and figures; no numbers of phones and no texts."))
    address = models.CharField(max_length=200, help_text=_("The page that it leads to."))
    created_at = models.DateTimeField(default=clock.now, editable=False)
    is_shown = models.BooleanField(default=True, help_text=_("In the panel."))
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, help_text=_("When its e-mail is due."))
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="nobody_is_told_twice")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="mail_due"),
            models.Index(fields=["person", "-id"], condition=Q(is_shown=True), name="notice_by_person"),
            models.Index(fields=["person"], condition=Q(is_shown=True, read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.person_id}"


class Told(models.Model):
    """Something that people were told of and that still holds: they are told again when it holds anew."""

    key = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.key
