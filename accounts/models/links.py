"""Accounts of ours that are kept in step with accounts at a provider, and what has to be done there."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import Account
from accounts.models.connections import Connection
from accounts.models.people import User
from accounts.models.wallets import Transfer
from smspanel import clock


class AccountLink(models.Model):
    """An account and its counterpart at a provider; a slave's link hangs below its master's."""

    class State(models.TextChoices):
        IN_STEP = "IN_STEP", _("In step")
        PENDING = "PENDING", _("Changes under way")
        DIFFERS = "DIFFERS", _("Differs")
        FAILED = "FAILED", _("Failed")

    account = models.OneToOneField(Account, models.PROTECT, related_name="link", verbose_name=_("account"))
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="links", verbose_name=_("connection"))
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="below")
    remote_id = models.PositiveBigIntegerField(_("number there"), null=True, help_text=_("A master's has none."))
    remote_email = models.CharField(_("e-mail there"), max_length=254, blank=True)
    remote_points = models.BigIntegerField(_("points there"), null=True, help_text=_("As last checked."))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    problem = models.CharField(_("what is wrong"), max_length=300, blank=True)
    last_checked_at = models.DateTimeField(_("last compared"), null=True)
    check_wanted = models.BooleanField(default=True)
    baseline_difference = models.BigIntegerField(null=True, help_text=_("Our points less theirs at the baseline."))
    baseline_transfer = models.BigIntegerField(default=0, help_text=_("The account's last transfer before it."))
    created_at = models.DateTimeField(_("linked"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("linked account")
        verbose_name_plural = _("linked accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(parent__isnull=True), name="one_master_per_linked_connection"
            ),
            models.UniqueConstraint(
                fields=["connection", "remote_id"],
                condition=Q(remote_id__isnull=False),
                name="one_account_per_remote_account",
            ),
        ]
        indexes = [models.Index(fields=["parent"], condition=Q(check_wanted=True), name="link_to_check")]

    def __str__(self) -> str:
        return f"{self.account} – {self.connection}"

    @property
    def root_id(self) -> int:
        """The id of the master's link."""
        return self.parent_id or self.pk


class LinkOperation(models.Model):
    """Something that is to happen to one account at the provider: the intent, committed before the call.

    `before` is what the provider showed right before the call; it is None until then, so an operation without it
    was provably not called.
    """

    class Kind(models.TextChoices):
        CREATE = "CREATE", _("Create the subaccount")
        EDIT = "EDIT", _("Change the subaccount")
        DEACTIVATE = "DEACTIVATE", _("Switch the subaccount off")
        RESET_KEY = "RESET_KEY", _("Reset the key")
        MOVE_POINTS = "MOVE_POINTS", _("Move points")

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Under way")
        DONE = "DONE", _("Done")
        UNKNOWN = "UNKNOWN", _("Unclear")
        REFUSED = "REFUSED", _("Refused")

    OPEN: Final = (State.QUEUED, State.RUNNING, State.UNKNOWN)

    link = models.ForeignKey(AccountLink, models.CASCADE, related_name="operations")
    kind = models.CharField(_("what"), max_length=11, choices=Kind)
    payload = models.JSONField(default=dict)
    points = models.BigIntegerField(_("points"), default=0, help_text=_("To the subaccount, or from it if negative."))
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.QUEUED)
    token = models.UUIDField(null=True)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    started_at = models.DateTimeField(_("began"), null=True)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    before = models.JSONField(null=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    left = models.BooleanField(default=False, help_text=_("A person decided to leave a refused one at that."))
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("change at the provider")
        verbose_name_plural = _("changes at the provider")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["link", "id"], condition=Q(state__in=["QUEUED", "RUNNING", "UNKNOWN"]), name="link_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="RUNNING")
                | Q(token__isnull=False, started_at__isnull=False, lease_until__isnull=False),
                name="running_link_operations_have_a_lease",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.link_id}"

    @property
    def is_open(self) -> bool:
        """Whether it may still happen."""
        return self.state in self.OPEN
