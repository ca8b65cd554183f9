"""Contacts, groups, and who is in which."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from contacts.fields import LENGTHS, NAMES
from smspanel import clock


class Contact(models.Model):
    """A person of one account, known by number."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("Female")
        MALE = "M", _("Male")

    # The constraint that there is one contact per number is an index that begins with the account.
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="contacts", verbose_name=_("account"), db_index=False
    )
    msisdn = models.CharField(NAMES["msisdn"], max_length=15)
    first_name = models.CharField(NAMES["first_name"], max_length=LENGTHS["first_name"], blank=True, default="")
    last_name = models.CharField(NAMES["last_name"], max_length=LENGTHS["last_name"], blank=True, default="")
    middle_name = models.CharField(NAMES["middle_name"], max_length=LENGTHS["middle_name"], blank=True, default="")
    sex = models.CharField(NAMES["sex"], max_length=LENGTHS["sex"], choices=Sex, blank=True, default="")
    birth_date = models.DateField(NAMES["birth_date"], null=True, blank=True)
    note_1 = models.CharField(NAMES["note_1"], max_length=LENGTHS["note_1"], blank=True, default="")
    note_2 = models.CharField(NAMES["note_2"], max_length=LENGTHS["note_2"], blank=True, default="")
    note_3 = models.CharField(NAMES["note_3"], max_length=LENGTHS["note_3"], blank=True, default="")
    note_4 = models.CharField(NAMES["note_4"], max_length=LENGTHS["note_4"], blank=True, default="")
    note_5 = models.CharField(NAMES["note_5"], max_length=LENGTHS["note_5"], blank=True, default="")
    note_6 = models.CharField(NAMES["note_6"], max_length=LENGTHS["note_6"], blank=True, default="")
    note_7 = models.CharField(NAMES["note_7"], max_length=LENGTHS["note_7"], blank=True, default="")
    note_8 = models.CharField(NAMES["note_8"], max_length=LENGTHS["note_8"], blank=True, default="")
    note_9 = models.CharField(NAMES["note_9"], max_length=LENGTHS["note_9"], blank=True, default="")
    note_10 = models.CharField(NAMES["note_10"], max_length=LENGTHS["note_10"], blank=True, default="")
    # The import that writes it is locked meanwhile; to look each of them up again would take a third of its time.
    last_import = models.ForeignKey(
        "Import", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", db_constraint=False
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "msisdn"],
                name="one_contact_per_number",
                violation_error_message=_("There is a contact with this number already."),
            )
        ]
        indexes = [models.Index(fields=["account", "last_name", "first_name"], name="contact_by_name")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} {self.msisdn}".strip()


class Group(models.Model):
    """A named set of contacts."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="groups", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=100)
    members: models.ManyToManyField[Contact, Membership] = models.ManyToManyField(
        Contact, through="Membership", related_name="groups"
    )
    is_blocked = models.BooleanField(_("blocked"), default=False, help_text=_("Nothing is sent to a blocked group."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day, included."))
    reply_text = models.CharField(_("answer to replies"), max_length=459, blank=True)
    size = models.PositiveIntegerField(_("members"), default=0, editable=False, help_text=_("Kept by the database."))
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="one_group_per_name",
                violation_error_message=_("There is a group with this name already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=models.F("valid_until")),
                name="groups_end_after_they_begin",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, but for the size that was read some time ago: the database has changed it since."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = {field.name for field in self._meta.concrete_fields} - {"id", "size"}
        super().save(*args, **kwargs)

    def is_usable(self, day: datetime.date) -> bool:
        """Say whether messages may be sent to it on that day (JS-63, JS-72)."""
        begun = self.valid_from is None or self.valid_from <= day
        return not self.is_blocked and begun and (self.valid_until is None or day <= self.valid_until)


class Membership(models.Model):
    """A contact in a group; its id tells whether it was there before a campaign was confirmed."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")
    spreadsheet = models.ForeignKey(
        "Import",
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text=_("The import that put the contact here; a mark that costs an import of a million no look-up."),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "contact"], name="once_in_a_group")]
        indexes = [models.Index(fields=["group", "id"], name="membership_in_order")]

    def __str__(self) -> str:
        return f"{self.group_id}/{self.contact_id}"
