"""What tests of the composer share: filling it in, and what became of it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Campaign, Message
from smspanel import doorbell
from tests.personas import Persona

FIELDS = {"name": "Autumn", "variant": "ECO", "policy": "TRANSLITERATE", "text": "Hello"}


def compose(persona: Persona, address: str = "/campaigns/new/", *, rows: str = "", **fields: Any) -> Any:
    """Fill in the composer, with a file of these rows if there are any."""
    if rows:
        fields["file"] = SimpleUploadedFile("people.csv", rows.encode())
    return persona.client.post(address, FIELDS | fields)


def page_of(persona: Persona, answer: Any) -> str:
    """Return the page that the composer leads to, once everything due is done."""
    doorbell.run_all_due()
    content: str = persona.client.get(answer["Location"]).content.decode()
    return content


def texts(campaign: Campaign) -> dict[str, str]:
    """Return what was written to whom."""
    return dict(Message.objects.filter(campaign=campaign).values_list("msisdn", "text"))
