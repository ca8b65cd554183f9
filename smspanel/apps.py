"""App configurations of the project itself and of the one admin site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PanelConfig(AppConfig):
    """What every app needs: the clock row, leases, commands and static files."""

    name = "smspanel"


class PanelAdminConfig(AdminConfig):
    """Makes our site the one that `admin.register` uses."""

    default_site = "smspanel.panel.PanelSite"

    def ready(self) -> None:
        """Take Django's groups of rights off it: what a person may do follows from their role alone."""
        super().ready()
        from django.contrib.admin import site
        from django.contrib.auth.models import Group

        site.unregister(Group)
