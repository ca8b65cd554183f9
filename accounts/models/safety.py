"""The second step of a sign-in: the secret of a person's authenticator app, and the codes for when it is lost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from smspanel import clock


class SecondFactor(models.Model):
    """What an authenticator app and we both know; in use from the moment at which a first code was right.

    A code belongs to a time step of 30 seconds; none of the last step that was accepted, or of one before it, is
    accepted again. Wrong codes are counted until one is right.
    """

    person = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name=_("person"))
    sealed_secret = models.TextField(editable=False)
    turned_on_at = models.DateTimeField(_("turned on"), null=True, editable=False)
    last_step = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    blocked_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("second step of signing in")
        verbose_name_plural = _("second steps of signing in")

    def __str__(self) -> str:
        return f"{self.person_id}"

    @property
    def place(self) -> str:
        """Where the sealed secret belongs."""
        return f"accounts.SecondFactor:{self.person_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the app, once; only its digest is known."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="one_recovery_code_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.factor_id}/{self.pk}"
