"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """What: composing, plan, sending, delivery, reports."""

    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        """Say which files can be asked for, and what texted means."""
        from accounts import download_kinds
        from campaigns import report_rows, texting
        from contacts import selecting

        download_kinds.register(report_rows.KINDS)
        selecting.know_texted(texting.since)
