"""The month of a message: that in which its campaign was made, by which PostgreSQL keeps messages apart."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from campaigns.models.campaigns import Campaign


class MonthOfCampaign(models.DateField[Any, Any]):
    """A date that is filled in from the row's campaign, however the row is made by the ORM."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Take the month from the campaign where nobody did."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, model_instance.campaign.month)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Be a plain date for migrations."""
        name, _path, given, named = super().deconstruct()
        return str(name), "django.db.models.DateField", list(given), dict(named)


def condition(campaign: Any = None, batch: Any = None, **_others: Any) -> dict[str, date]:
    """Return the condition on the month that follows from a query's own; none where it would cost another query."""
    if campaign is None and batch is not None and isinstance(batch, models.Model):
        campaign = batch._state.fields_cache.get("campaign")
    return {"month": campaign.month} if isinstance(campaign, Campaign) else {}
