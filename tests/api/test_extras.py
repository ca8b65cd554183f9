"""What software may ask for beyond JustSend: the same as the composer offers."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.models import Campaign, CostCentre, Kind, Message
from tests.api.calling import Software, bulk, message
from tests.campaigns.sending import Sending

EXTRAS = {
    "kind": "wap_push",
    "link": "https://example.com/a",
    "priority": 2,
    "deliveryReports": False,
    "dlrUrl": "https://example.com/report?id=#SMSID#",
}


def test_a_bulk_takes_all_of_them(software: Software, sending: Sending) -> None:
    CostCentre.objects.create(account=software.account, name="Shop")
    software.post("bulk/send", bulk(**EXTRAS, costCenter="shop"))
    campaign = Campaign.objects.get()
    assert (campaign.kind, campaign.link, campaign.priority) == (Kind.WAP_PUSH, "https://example.com/a", 2)
    assert (campaign.wants_reports, campaign.report_url) == (False, EXTRAS["dlrUrl"])
    assert str(campaign.cost_centre) == "Shop"


def test_a_single_message_takes_them_too(software: Software, sending: Sending) -> None:
    software.post("message/send", message(kind="FLASH", priority=3))
    campaign = Message.objects.get().campaign
    assert (campaign.kind, campaign.priority) == (Kind.FLASH, 3)


def test_an_alert_has_priority(software: Software, sending: Sending) -> None:
    software.post("bulk/send", bulk(alert=True))
    assert Campaign.objects.get().priority == 1


@pytest.mark.parametrize(
    "extra",
    [
        {"kind": "HLR"},
        {"kind": "WAP_PUSH"},
        {"kind": "VCARD"},
        {"kind": "WAP_PUSH", "link": "javascript:alert(1)"},
        {"dlrUrl": "ftp://example.com"},
        {"priority": 4},
        {"validity": 1},
        {"validity": 60},
        {"costCenter": "Nobody's"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_for_both(software: Software, sending: Sending, extra: dict[str, Any]) -> None:
    assert software.error("POST", "bulk/send", bulk(**extra))[0] == 321
    assert software.error("POST", "message/send", message(**extra))[0] == 321
    assert not Campaign.objects.exists()
