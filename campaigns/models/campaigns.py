"""A sending, what it was meant to be, and what it was found to cost."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Connection, Transfer, User
from campaigns.models.offer import Kind, Sender, Variant
from campaigns.text import CharacterPolicy
from contacts.models import Group
from smspanel import clock


def make_ref() -> str:
    """Return random hexadecimal digits that keep our references apart from those of any other installation."""
    return secrets.token_hex(8)


class Campaign(models.Model):
    """One sending: a text to everybody in some groups and lists."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        PLANNING = "PLANNING", _("Planned, not confirmed")
        TO_PAY = "TO_PAY", _("Waiting for approval")
        TO_SEND = "TO_SEND", _("Scheduled")
        EXPANDING = "EXPANDING", _("Starting")
        SENDING = "SENDING", _("Sending")
        HOLD = "HOLD", _("Paused")
        FINISHED = "FINISHED", _("Finished")
        FINISHED_INCOMPLETE = "FINISHED_INCOMPLETE", _("Finished, not all were sent")
        CANCELING = "CANCELING", _("Being cancelled")
        CANCELED = "CANCELED", _("Cancelled")
        ERROR = "ERROR", _("Failed")
        MISSED = "MISSED", _("Missed its time")

    class HoldReason(models.TextChoices):
        PERSON = "PERSON", _("Paused by a person")
        WINDOW = "WINDOW", _("Outside the sending hours")
        PROVIDER = "PROVIDER", _("The provider refuses to send")

    EDITABLE: Final = (State.DRAFT, State.PLANNING)
    TERMINAL: Final = (
        State.FINISHED,
        State.FINISHED_INCOMPLETE,
        State.CANCELED,
        State.ERROR,
        State.MISSED,
    )
    UNDER_WAY: Final = (State.EXPANDING, State.SENDING, State.HOLD, State.CANCELING)

    account = models.ForeignKey(Account, models.PROTECT, related_name="campaigns", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), max_length=2000)
    variant = models.CharField(_("variant"), max_length=8, choices=Variant, default=Variant.ECO)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TEXT)
    sender = models.ForeignKey(
        Sender, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("sender name")
    )
    policy = models.CharField(
        _("special characters"),
        max_length=13,
        choices=[
            (CharacterPolicy.TRANSLITERATE, _("Replace them by plain ones (ą → a)")),
            (CharacterPolicy.UNICODE, _("Send them as they are (shorter parts)")),
            (CharacterPolicy.REFUSE, _("Refuse the text")),
        ],
        default=CharacterPolicy.TRANSLITERATE,
    )
    groups = models.ManyToManyField(Group, blank=True, related_name="campaigns", verbose_name=_("to groups"))
    excluded_groups = models.ManyToManyField(
        Group, blank=True, related_name="excluded_from", verbose_name=_("but not to groups")
    )
    start_at = models.DateTimeField(_("start"), null=True, blank=True, help_text=_("Empty: as soon as confirmed."))

    state = models.CharField(_("state"), max_length=19, choices=State, default=State.DRAFT)
    hold_reason = models.CharField(max_length=8, choices=HoldReason, blank=True)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    provider_answer = models.TextField(blank=True, help_text=_("The provider's own words, for staff."))
    resume_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)

    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="campaigns")
    price = models.PositiveIntegerField(_("points per part"), null=True, help_text=_("As it was confirmed."))
    hold = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="campaign")
    membership_limit = models.BigIntegerField(null=True, help_text=_("Members added later are not written to."))
    expand_source = models.PositiveIntegerField(default=0)
    expand_after = models.BigIntegerField(default=0)
    expanded_points = models.BigIntegerField(default=0)

    ref = models.CharField(max_length=16, unique=True, default=make_ref, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["DRAFT", "FINISHED", "FINISHED_INCOMPLETE", "CANCELED", "ERROR", "MISSED"]),
                name="campaign_open",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_editable(self) -> bool:
        """Whether it may still be rewritten."""
        return self.state in self.EDITABLE

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will be sent any more."""
        return self.state in self.TERMINAL

    @property
    def can_cancel(self) -> bool:
        """Whether there is anything left to stop."""
        return not self.is_terminal and self.state not in {self.State.DRAFT, self.State.CANCELING}

    @property
    def subject(self) -> str:
        """How the ledger names it."""
        return f"campaign:{self.pk}"


class Recipient(models.Model):
    """A number that was pasted or uploaded for one campaign, valid or not."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="recipients")
    raw = models.CharField(max_length=60)
    msisdn = models.CharField(max_length=15, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "id"], name="recipient_in_order")]

    def __str__(self) -> str:
        return self.raw


class Plan(models.Model):
    """What a campaign would do and cost, found from the real data before it is confirmed."""

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Being made")
        READY = "READY", _("Ready")
        REFUSED = "REFUSED", _("Cannot be sent")

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="plan")
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    problems = models.JSONField(default=list, help_text=_("Why it cannot be sent, in sentences."))
    candidates = models.PositiveIntegerField(default=0)
    waterfall = models.JSONField(default=list, help_text=_("Who is left out: reason, count, examples."))
    recipients = models.PositiveIntegerField(default=0)
    parts = models.PositiveBigIntegerField(default=0)
    price = models.PositiveIntegerField(default=0, help_text=_("Points per part; 0 when destinations differ."))
    points = models.PositiveBigIntegerField(default=0)
    destinations = models.JSONField(default=list, help_text=_("Messages, parts and points by destination."))
    offer_digest = models.CharField(max_length=32, blank=True)
    parts_breakdown = models.JSONField(default=dict, help_text=_("How many messages have how many parts."))
    samples = models.JSONField(default=list)
    membership_limit = models.BigIntegerField(default=0)
    starts_at = models.DateTimeField(null=True)
    finishes_at = models.DateTimeField(null=True)
    requested_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.campaign}: {self.recipients}"
