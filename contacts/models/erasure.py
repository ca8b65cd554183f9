"""Who asked to be erased: known by a keyed hash alone, so that nobody can read from it who it was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from smspanel import clock


class ErasureKey(models.Model):
    """The one secret with which erased numbers are hashed: made at random, and sealed like every other secret."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    sealed_secret = models.TextField(editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_erasure_key")]

    def __str__(self) -> str:
        return "erasure key"

    @property
    def place(self) -> str:
        """Where the sealed secret belongs."""
        return "contacts.ErasureKey"


class Erasure(models.Model):
    """That somebody asked an account to be erased; with `for_tree`, its subaccounts do not write to them either."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="erasures", db_index=False)
    digest = models.CharField(max_length=64, editable=False)
    for_tree = models.BooleanField(default=False)
    erased_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    erased_at = models.DateTimeField(_("erased"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("erased person")
        verbose_name_plural = _("erased people")
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="erased_once_in_an_account")]

    def __str__(self) -> str:
        return f"#{self.pk}"
