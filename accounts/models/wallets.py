"""Where points lie, and the immutable rows that move them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import Account
from accounts.models.people import User
from smspanel import clock


class Wallet(models.Model):
    """A place where points lie; written by accounts/points.py alone."""

    class Kind(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("Account")
        ISSUED = "ISSUED", _("Issued points")
        SPENT = "SPENT", _("Spent points")

    kind = models.CharField(max_length=8, choices=Kind)
    account = models.OneToOneField(Account, models.PROTECT, null=True, related_name="wallet")
    posted = models.BigIntegerField(_("balance"), default=0, help_text=_("Points, holds included."))
    held = models.BigIntegerField(_("held"), default=0, help_text=_("Points promised to running campaigns."))
    frozen_at = models.DateTimeField(
        _("frozen"), null=True, help_text=_("Nothing more is held for sendings: they were all stopped at once.")
    )

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="ISSUED") | Q(posted__gte=F("held")),
                name="no_wallet_but_issued_is_overdrawn",
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="held_points_are_never_negative"),
            models.CheckConstraint(
                condition=Q(kind="ACCOUNT", account__isnull=False) | (~Q(kind="ACCOUNT") & Q(account__isnull=True)),
                name="account_wallets_have_an_account",
            ),
            models.UniqueConstraint(fields=["kind"], condition=~Q(kind="ACCOUNT"), name="one_system_wallet_per_kind"),
        ]

    def __str__(self) -> str:
        return str(self.account) if self.account else self.get_kind_display()

    @property
    def available(self) -> int:
        """Points that may be spent or moved."""
        return self.posted - self.held


class Transfer(models.Model):
    """Points moved from one wallet to another; triggers refuse to update or delete a row."""

    class Kind(models.TextChoices):
        GRANT = "GRANT", _("Top-up")
        MOVE = "MOVE", _("Transfer between accounts")
        HOLD = "HOLD", _("Held for a campaign")
        POST = "POST", _("Spent from a hold")
        VOID = "VOID", _("Released from a hold")
        REFUND = "REFUND", _("Refund")
        ADJUST = "ADJUST", _("Correction")

    # Every row is written once and indexed for ever: there is no index here that nothing asks for.
    key = models.CharField(max_length=120, help_text=_("Makes a repeated request the same transfer."))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    debit = models.ForeignKey(Wallet, models.PROTECT, related_name="debits", verbose_name=_("from"), db_index=False)
    credit = models.ForeignKey(Wallet, models.PROTECT, related_name="credits", verbose_name=_("to"), db_index=False)
    amount = models.BigIntegerField(_("points"))
    hold = models.ForeignKey("self", models.PROTECT, null=True, related_name="resolutions", verbose_name=_("hold"))
    debit_posted_after = models.BigIntegerField()
    debit_held_after = models.BigIntegerField()
    credit_posted_after = models.BigIntegerField()
    subject = models.CharField(_("belongs to"), max_length=60, blank=True)
    memo = models.CharField(_("memo"), max_length=200, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False)
    created_at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("points ledger")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["debit", "-id"], name="transfer_by_debit"),
            models.Index(fields=["credit", "-id"], name="transfer_by_credit"),
            models.Index(fields=["subject"], name="transfer_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_transfer_per_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfers_move_at_least_one_point"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfers_join_two_wallets"),
            models.CheckConstraint(
                condition=Q(kind__in=["POST", "VOID"], hold__isnull=False)
                | (~Q(kind__in=["POST", "VOID"]) & Q(hold__isnull=True)),
                name="posts_and_voids_and_only_they_name_a_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class GrantRequestQuerySet(models.QuerySet["GrantRequest"]):
    """Requests for points, by whether they are decided."""

    def waiting(self) -> Self:
        """Keep those that nobody has decided yet."""
        return self.filter(approved_by__isnull=True, refused_by__isnull=True)


class GrantRequest(models.Model):
    """A top-up or a correction above the limit, waiting for a second member of staff."""

    class Kind(models.TextChoices):
        GRANT = "GRANT", Transfer.Kind.GRANT.label
        ADJUST = "ADJUST", Transfer.Kind.ADJUST.label

    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.GRANT)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grant_requests", verbose_name=_("account"))
    points = models.BigIntegerField(_("points"))
    memo = models.CharField(_("memo"), max_length=200)
    key = models.CharField(
        max_length=120,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Makes a repeated request the same one."),
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    requested_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("refused by"))
    refused_at = models.DateTimeField(_("refused"), null=True, editable=False)

    objects = GrantRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("top-up waiting for approval")
        verbose_name_plural = _("top-ups waiting for approval")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gt=0) | Q(kind="ADJUST", points__lt=0), name="grant_requests_ask_for_points"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="grants_are_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(refused_by__isnull=True), name="grants_are_decided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.points}"
