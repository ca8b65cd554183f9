"""Business cards (vCard) as phones read them from a message (SS-11)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contacts.models import Contact

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": " ", "\r": " "})


def of(contact: Contact) -> str:
    """Return the card of a contact: its names and its number."""
    first, last = (name.translate(_ESCAPES) for name in (contact.first_name, contact.last_name))
    lines = [
        "BEGIN:VCARD",
        "VERSION:2.1",
        f"N:{last};{first}",
        f"FN:{' '.join(filter(None, (first, last))) or '+' + contact.msisdn}",
        f"TEL;CELL:+{contact.msisdn}",
        "END:VCARD",
    ]
    return "\n".join(lines)


def problem_of(text: str) -> str:
    """Return why a text is no business card; nothing if it is one."""
    lines = [line.strip().upper() for line in text.strip().splitlines()]
    if len(lines) < 4 or lines[0] != "BEGIN:VCARD" or lines[-1] != "END:VCARD":
        return _("A business card begins with BEGIN:VCARD and ends with END:VCARD. Name a contact to have it written.")
    if not any(line.startswith(("N:", "N;", "FN:", "FN;")) for line in lines):
        return _("The business card has no name: a line that begins with N: or FN: is missing.")
    return ""
