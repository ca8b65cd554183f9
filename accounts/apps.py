"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who: users, accounts, keys, connections, points, audit."""

    name = "accounts"
    verbose_name = _("Accounts")
