"""Sessions: which browser somebody is signed in with."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from smspanel import clock


class Session(AbstractBaseSession):
    """Django's session, and whose it is; pages and forms name it by its reference, never by its key."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("person"))
    since = models.DateTimeField(_("signed in"), default=clock.now, editable=False)
    seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    address = models.CharField(_("address"), max_length=45, blank=True, editable=False)
    agent = models.CharField(_("device"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that writes these rows."""
        from accounts.sessions import SessionStore

        return SessionStore

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        """Write what a session holds, and leave alone what is noted about it from outside."""
        if force_update:
            kwargs["update_fields"] = ["session_data", "expire_date", "person", "since"]
        super().save(*args, force_update=force_update, **kwargs)
