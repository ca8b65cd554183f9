"""What accounts of ours look like in JustSend's words; what is blank here is null there."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from accounts.models import Account
from smspanel import clock

_TEXTS: Final = MappingProxyType(
    {
        "paymentCode": "payment_code",
        "firstname": "first_name",
        "surname": "last_name",
        "pesel": "pesel",
        "idNo": "id_number",
        "nip": "nip",
        "companyName": "company_name",
        "krs": "krs",
        "regon": "regon",
        "contactPerson": "contact_person",
        "registerEntry": "register_entry",
        "description": "description",
        "street": "street",
        "houseNo": "house_no",
        "flatNo": "flat_no",
        "postcode": "postcode",
        "city": "city",
        "contactFirstname": "contact_first_name",
        "contactSurname": "contact_last_name",
        "contactPhone": "contact_phone",
        "department": "department",
        "userType": "legal_form",
    }
)
"""Which of our fields each text is."""


def master(account: Account, *, key: str) -> dict[str, Any]:
    """Return a master account; `key` is the value of its App-Key."""
    return {name: getattr(account, field) or None for name, field in _TEXTS.items()} | {
        "email": account.email,
        "appKey": key,
        "channelId": account.channel_id or 0,
        "msisdnValidationStatus": account.contact_phone_status,
        "registerDate": clock.milliseconds(account.created_at),
        "userStatus": account.status,
        "accountType": account.kind,
        "masterId": account.master_id,
        "administrator": int(account.administrator),
        "variantId": account.tariff_id,
    }


def subaccount(account: Account, *, key: str | None) -> dict[str, Any]:
    """Return a slave; `key` is the value of an App-Key of its own."""
    return {
        "subid": account.pk,
        "email": account.email,
        "appKey": key,
        "description": account.description or None,
        "contactFirstname": account.contact_first_name or account.first_name or None,
        "contactSurname": account.contact_last_name or account.last_name or None,
        "accountType": account.kind,
        "userStatus": account.status,
        "masterId": account.master_id,
    }
