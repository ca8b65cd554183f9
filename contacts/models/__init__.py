"""To whom: contacts, groups, who is in which, blacklists, and imports."""

from contacts.models.blacklist import BlacklistEntry
from contacts.models.exchanges import Exchange
from contacts.models.imports import ColumnMemory, Import, ImportChange, RejectedRow
from contacts.models.people import Contact, Group, Membership

__all__ = [
    "BlacklistEntry",
    "ColumnMemory",
    "Contact",
    "Exchange",
    "Group",
    "Import",
    "ImportChange",
    "Membership",
    "RejectedRow",
]
