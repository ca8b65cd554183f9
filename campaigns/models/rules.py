"""What may not be sent: words in texts, and names that only their owner may send under."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from campaigns.dictionary import folded


def _validate_word(word: str) -> None:
    """Refuse what no text could be compared with."""
    if not folded(word):
        raise ValidationError(_("Write a word or several words, with at least one letter or digit."))


class ForbiddenWord(models.Model):
    """A word or phrase that no message of this installation may contain (JS 333)."""

    word = models.CharField(_("word or phrase"), max_length=60, unique=True, validators=[_validate_word])
    note = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("forbidden word")
        verbose_name_plural = _("forbidden words")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class ReservedName(models.Model):
    """A sender name, such as a bank's, that accounts may not ask for; staff may still give it to its owner."""

    name = models.CharField(_("sender name"), max_length=11)
    note = models.CharField(_("whose it is"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("reserved sender name")
        verbose_name_plural = _("reserved sender names")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_reservation_per_sender_name",
                violation_error_message=_("This name is reserved already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
