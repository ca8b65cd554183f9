"""What is done to many contacts at once, in the background."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from contacts.models.people import Group
from smspanel import clock


class BulkJob(models.Model):
    """Something that is done to every contact of a selection, chunk by chunk; it keeps the filter and no ids."""

    class Action(models.TextChoices):
        JOIN = "JOIN", _("Put into a group")
        LEAVE = "LEAVE", _("Take out of a group")
        BLACKLIST = "BLACKLIST", _("Put on the blacklist")
        DELETE = "DELETE", _("Delete")
        SPLIT = "SPLIT", _("Split into groups")

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Under way")
        DONE = "DONE", _("Done")
        STOPPED = "STOPPED", _("Stopped")
        FAILED = "FAILED", _("Failed")

    OPEN: Final = (Status.QUEUED, Status.RUNNING)
    WITH_GROUP: Final = (Action.JOIN, Action.LEAVE)

    account = models.ForeignKey(Account, models.CASCADE, related_name="bulk_jobs", verbose_name=_("account"))
    action = models.CharField(_("what"), max_length=9, choices=Action)
    selection = models.JSONField(default=dict, help_text=_("Which contacts, as contacts/selecting.py reads it."))
    about = models.CharField(_("about"), max_length=200, blank=True)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="bulk_jobs", verbose_name=_("group"))
    details = models.JSONField(default=dict, help_text=_("Of a split: the groups, and how they are filled."))
    then_remove = models.ForeignKey(
        Group, models.SET_NULL, null=True, related_name="+", help_text=_("When all is done.")
    )
    limit = models.BigIntegerField(help_text=_("Contacts that came later are left alone."))
    cursor = models.BigIntegerField(default=0, help_text=_("Up to which contact it is done."))
    expected = models.PositiveIntegerField(null=True, help_text=_("Contacts, where that was counted."))
    done = models.PositiveIntegerField(_("contacts"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.QUEUED)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status"], condition=Q(status__in=["QUEUED", "RUNNING"]), name="bulk_job_open")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do."""
        return self.status in self.OPEN

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100; by the ids of the contacts where nobody counted them."""
        if self.status == self.Status.DONE:
            return 100
        done, of = (self.done, self.expected) if self.expected is not None else (self.cursor, self.limit)
        return min(99, done * 100 // of) if of else 0
