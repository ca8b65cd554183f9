"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """What: composing, plan, sending, delivery, reports."""

    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        """Say which files can be asked for, what is still news, and what texted means."""
        from accounts import download_kinds, notice_kinds
        from campaigns import notices, report_rows, texting
        from contacts import selecting

        download_kinds.register(report_rows.KINDS)
        notice_kinds.ask_whether_news("WAITING", notices.still_waits)
        selecting.know_texted(texting.since)
