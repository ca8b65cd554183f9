"""Texts that an account writes again and again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from campaigns.text import unknown_tags
from smspanel import clock


def validate_tags(text: str) -> None:
    """Refuse a tag that would be sent as it is written."""
    if unknown := unknown_tags(text):
        sentence = gettext(
            "%(tags)s is not known and would be sent as it stands. Known are #first_name#, #last_name#, "
            "#number#, #note_1# to #note_10#."
        )
        raise ValidationError(sentence % {"tags": ", ".join(unknown)})


class TextTemplate(models.Model):
    """A text with a name, to begin a campaign with."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="text_templates", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=80)
    text = models.TextField(_("text"), max_length=2000, validators=[validate_tags])
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("text template")
        verbose_name_plural = _("text templates")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="one_text_template_per_name",
                violation_error_message=_("There is a template with this name already. Choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
