"""To whom: contacts, groups, who is in which, blacklists, and imports."""

from contacts.models.blacklist import BlacklistEntry
from contacts.models.bulk import BulkJob
from contacts.models.exchanges import Exchange
from contacts.models.imports import Import, RejectedRow
from contacts.models.people import FIELDS, NOTES, Contact, Group, Membership, label_of

__all__ = [
    "FIELDS",
    "NOTES",
    "BlacklistEntry",
    "BulkJob",
    "Contact",
    "Exchange",
    "Group",
    "Import",
    "Membership",
    "RejectedRow",
    "label_of",
]
