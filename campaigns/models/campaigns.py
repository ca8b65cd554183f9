"""A sending, what it was meant to be, and what it was found to cost."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AppKey, Connection, Transfer, User
from campaigns.models.offer import Kind, Sender, Variant, validate_country
from campaigns.models.timing import TWO_DIFFERENT_ENDS, Timed
from campaigns.text import CharacterPolicy
from contacts.models import Group
from smspanel import clock


def make_ref() -> str:
    """Return random hexadecimal digits that keep our references apart from those of any other installation."""
    return secrets.token_hex(8)


def month_of(at: datetime) -> date:
    """Return the first day of a moment's month, in UTC."""
    return at.astimezone(UTC).date().replace(day=1)


class Campaign(Timed):
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
        CANARY = "CANARY", _("Waiting for the first messages")

    EDITABLE: Final = (State.DRAFT, State.PLANNING)
    TERMINAL: Final = (
        State.FINISHED,
        State.FINISHED_INCOMPLETE,
        State.CANCELED,
        State.ERROR,
        State.MISSED,
    )
    NEEDING_GROUPS: Final = (*EDITABLE, State.TO_PAY, State.TO_SEND, State.EXPANDING)
    """Its messages are still to be made of the members that its groups have then."""
    TEXTS: Final = 1
    NUMBERS: Final = 2
    MESSAGES: Final = 4
    EVERYTHING: Final = 7
    """What is forgotten of it adds up."""
    UNDER_WAY: Final = (State.EXPANDING, State.SENDING, State.HOLD, State.CANCELING)

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="campaigns", verbose_name=_("account"), db_index=False
    )
    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), max_length=2000)
    variant = models.CharField(_("variant"), max_length=8, choices=Variant, default=Variant.ECO)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TEXT)
    sender = models.ForeignKey(
        Sender,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("sender name"),
        db_index=False,
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
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=0, help_text=_("0 to 3; what is above 0 goes before what is not.")
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[validate_country], help_text=_("Of INTER messages.")
    )
    language = models.CharField(_("language"), max_length=24, blank=True, help_text=_("That a voice reads in."))
    voice = models.JSONField(_("voice"), default=dict, blank=True, help_text=_("How a call is made and repeated."))
    link = models.URLField(
        _("address to open"), max_length=500, blank=True, help_text=_("Of a WAP push: where it leads.")
    )
    validity = models.PositiveIntegerField(
        _("give up after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(4320)],
        help_text=_("Minutes to wait for a phone that is off, 5 to 4,320. Empty: as the operator does it."),
    )
    wants_reports = models.BooleanField(
        _("ask for delivery reports"), default=True, help_text=_("Without them you only see what was sent.")
    )
    report_url = models.URLField(
        _("tell this address about delivery"),
        max_length=500,
        blank=True,
        help_text=_("In place of your address for reports; #SMSID#, #STAN#, #DATA# and #PRZYCZYNA# are filled in."),
    )
    cost_centre = models.ForeignKey(
        "campaigns.CostCentre",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("cost centre"),
        db_index=False,
    )
    reservation = models.ForeignKey(
        "campaigns.PrefixReservation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("prefix of the replies"),
        db_index=False,
    )
    reply_number = models.CharField(_("number of the replies"), max_length=15, blank=True)
    reply_text = models.CharField(_("answer to replies"), max_length=459, blank=True)
    forward_numbers = models.JSONField(_("forward replies to numbers"), default=list, blank=True)
    forward_emails = models.JSONField(_("forward replies to e-mails"), default=list, blank=True)
    canary_size = models.PositiveSmallIntegerField(
        _("messages to send first"),
        default=0,
        validators=[MaxValueValidator(1_000)],
        help_text=_("0: all are sent at once."),
    )
    canary_percent = models.PositiveSmallIntegerField(
        _("delivered, per cent"), default=90, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    canary_minutes = models.PositiveSmallIntegerField(
        _("within minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(1_440)]
    )
    single = models.BooleanField(default=False, help_text=_("One message to one number, sent by software."))
    farewell = models.BooleanField(
        default=False, editable=False, help_text=_("Confirms a stop, to a number that is on the blacklist by it.")
    )
    app_key = models.ForeignKey(
        AppKey,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("by API key"),
        db_index=False,
    )

    state = models.CharField(_("state"), max_length=19, choices=State, default=State.DRAFT)
    hold_reason = models.CharField(max_length=8, choices=HoldReason, blank=True)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    provider_answer = models.TextField(blank=True, help_text=_("The provider's own words, for staff."))
    resume_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    served_at = models.DateTimeField(null=True, editable=False, help_text=_("When its last submission was begun."))

    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="campaigns", db_index=False)
    price = models.PositiveIntegerField(_("points per part"), null=True, help_text=_("As it was confirmed."))
    hold = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="campaign")
    membership_limit = models.BigIntegerField(null=True, help_text=_("Members added later are not written to."))
    expand_source = models.PositiveIntegerField(default=0)
    expand_after = models.BigIntegerField(default=0)
    expanded_points = models.BigIntegerField(default=0)

    stop = models.ForeignKey(
        "campaigns.Stop", models.PROTECT, null=True, related_name="campaigns", editable=False, db_index=False
    )

    ref = models.CharField(max_length=16, default=make_ref, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    forgotten = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="1: texts, 2: numbers, 4: messages; their sum."
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["DRAFT", "FINISHED", "FINISHED_INCOMPLETE", "CANCELED", "ERROR", "MISSED"]),
                name="campaign_open",
            ),
            models.Index(
                fields=["forgotten", "finished_at"],
                condition=Q(finished_at__isnull=False, forgotten__lt=7),
                name="campaign_to_forget",
            ),
            models.Index(fields=["stop"], condition=Q(stop__isnull=False), name="campaign_stopped"),
            models.Index(fields=["account", "single", "-id"], name="campaign_by_account"),
            models.Index(fields=["account", "created_at"], condition=Q(single=True), name="single_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="one_campaign_per_reference"),
            TWO_DIFFERENT_ENDS,
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def month(self) -> date:
        """The first day of the month in which it was made, in UTC: that of its messages."""
        return month_of(self.created_at)

    @property
    def shown_sender(self) -> str:
        """What recipients see as the sender, as far as the panel decides it: a name, a prefix, or nothing."""
        if self.reservation is not None:
            return self.reservation.prefix.name
        return self.sender.name if self.sender is not None else self.reply_number

    @property
    def api_name(self) -> str:
        """Its name with the moment it was made, as the REST API tells it (JS-11)."""
        return f"{self.name}_{self.created_at.astimezone(self.account.zone):%Y-%m-%d-%H-%M-%S}"

    @property
    def is_editable(self) -> bool:
        """Whether it may still be rewritten."""
        return self.state in self.EDITABLE

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will be sent any more."""
        return self.state in self.TERMINAL

    @property
    def keeps_messages(self) -> bool:
        """Whether its messages are still there, or only what was counted of them."""
        return self.forgotten < self.MESSAGES

    @property
    def can_cancel(self) -> bool:
        """Whether there is anything left to stop."""
        return not self.is_terminal and self.state not in {self.State.DRAFT, self.State.CANCELING}

    @property
    def subject(self) -> str:
        """How the ledger names it; a single message is named before it is stored, and by its reference."""
        return f"single:{self.ref}" if self.single else f"campaign:{self.pk}"

    def ref_of(self, message_id: int) -> str:
        """Return our reference of a message at the provider: alphanumeric, and the same at every attempt (SS-14)."""
        return f"{self.ref}m{message_id}"
