"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """What: composing, plan, sending, delivery, reports."""

    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        """Say which files can be asked for."""
        from accounts import download_kinds
        from campaigns import report_rows

        download_kinds.register(report_rows.KINDS)
