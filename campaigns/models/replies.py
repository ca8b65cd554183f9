"""Words that phones answer with, who has reserved them, and what came back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Connection, User
from campaigns.models.campaigns import Campaign
from campaigns.models.sending import Message
from contacts.models import Group
from smspanel import clock

LONGEST: Final = timedelta(hours=72)
"""For how long a prefix may be reserved at once (JS-50)."""


class Prefix(models.Model):
    """A word with which an answer begins, and the number to which it is sent."""

    class Type(models.TextChoices):
        GROUP_COMMAND = "GROUP_COMMAND", _("Collects who answers in a group")
        BLACK_LIST_COMMAND = "BLACK_LIST_COMMAND", _("Puts who answers on the blacklist")
        VERIFY_COMMAND = "VERIFY_COMMAND", _("Confirms a number")
        PAYMENT_COMMAND = "PAYMENT_COMMAND", _("Paid by who answers")

    class Access(models.TextChoices):
        GLOBAL = "GLOBAL", _("Everybody may reserve it")
        DEDICATED = "DEDICATED", _("Belongs to one account and its subaccounts")

    name = models.CharField(
        _("prefix"),
        max_length=11,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9._-]{2,11}\Z",
                _("A prefix has 2 to 11 letters without accents, digits, dots, underscores or dashes."),
            )
        ],
    )
    type = models.CharField(_("what it does"), max_length=18, choices=Type, default=Type.GROUP_COMMAND)
    access = models.CharField(_("for whom"), max_length=9, choices=Access, default=Access.GLOBAL)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="prefixes",
        verbose_name=_("account"),
        help_text=_("Only for a prefix that belongs to one account."),
    )
    access_number = models.CharField(
        _("answers are sent to"),
        max_length=15,
        default="4777",
        validators=[RegexValidator(r"^[0-9]{3,15}\Z", _("A number has 3 to 15 digits."))],
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("prefix")
        verbose_name_plural = _("prefixes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(name=Upper("name")), name="prefixes_are_upper_case"),
            models.CheckConstraint(
                condition=Q(access="GLOBAL", account__isnull=True) | Q(access="DEDICATED", account__isnull=False),
                name="dedicated_prefixes_and_only_they_have_an_account",
                violation_error_message=_("Name the account of a prefix that belongs to one, and of no other prefix."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Keep the word in capitals, so that one word cannot be two."""
        self.name = self.name.upper()


class PrefixReservation(models.Model):
    """A prefix in the hands of one account for a while; two for one prefix never overlap.

    None is longer than LONGEST. The database itself keeps both rules: constraints on PostgreSQL, triggers on SQLite.
    A reservation that was given back before it began is empty: both its ends are the same.
    """

    prefix = models.ForeignKey(Prefix, models.PROTECT, related_name="reservations", verbose_name=_("prefix"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="prefix_reservations", verbose_name=_("account"))
    date_from = models.DateTimeField(_("from"))
    date_to = models.DateTimeField(_("until"))
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("group of who answered")
    )
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("reserved"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-date_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(date_from__lte=F("date_to")), name="reservations_end_after_they_begin"),
        ]
        indexes = [models.Index(fields=["prefix", "date_to"], name="reservation_by_end")]

    def __str__(self) -> str:
        return self.prefix.name

    @property
    def label(self) -> str:
        """Its prefix and time, for a choice among several."""
        ends = (date_format(localtime(end), "SHORT_DATETIME_FORMAT") for end in (self.date_from, self.date_to))
        return f"{self.prefix.name} ({' – '.join(ends)})"

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left."""
        return self.date_to <= max(self.date_from, clock.now())


class Reply(models.Model):
    """A message from a phone, and whom it concerns; nobody yet when nothing tells it."""

    class Wish(models.TextChoices):
        STOPPED = "STOPPED", _("Asked to stop")
        STARTED = "STARTED", _("Came back")
        UNSURE = "UNSURE", _("May ask to stop")
        BLOCKED = "BLOCKED", _("Taken for a stop")
        IGNORED = "IGNORED", _("Not taken for a stop")

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="replies", verbose_name=_("connection"))
    digest = models.CharField(max_length=64, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="replies", verbose_name=_("account"))
    prefix = models.ForeignKey(Prefix, models.PROTECT, null=True, related_name="replies", verbose_name=_("prefix"))
    reservation = models.ForeignKey(
        PrefixReservation, models.PROTECT, null=True, related_name="replies", verbose_name=_("reservation")
    )
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, related_name="replies", verbose_name=_("campaign")
    )
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="replies", db_constraint=False)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+", verbose_name=_("group"))
    msisdn = models.CharField(_("number"), max_length=15)
    text = models.TextField(_("text"), blank=True)
    sent_to = models.CharField(_("sent to"), max_length=20, blank=True)
    operator = models.CharField(_("operator"), max_length=40, blank=True)
    provider_id = models.CharField(max_length=64, blank=True)
    wish = models.CharField(_("wish"), max_length=7, choices=Wish, blank=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["connection", "digest"], name="replied_once")]
        indexes = [
            models.Index(fields=["account", "-received_at", "-id"], name="reply_by_account_and_time"),
            models.Index(fields=["-received_at", "-id"], name="reply_by_time"),
            models.Index(fields=["account"], condition=Q(wish="UNSURE"), name="reply_unsure"),
        ]

    def __str__(self) -> str:
        return self.msisdn
