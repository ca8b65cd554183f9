"""App configurations of the project itself and of the one admin site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class PanelConfig(AppConfig):
    """What every app needs: the clock row, leases, commands and static files."""

    name = "smspanel"


class PanelAdminConfig(SimpleAdminConfig):
    """Makes our site the one that `admin.register` uses; the site looks for its pages itself, see PanelSite."""

    default_site = "smspanel.panel.PanelSite"
