"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    """To whom: contacts, groups, imports, blacklist, numbers."""

    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        """Say which files can be asked for."""
        from accounts import download_kinds
        from contacts import download_rows

        download_kinds.register(download_rows.KINDS)
