"""To whom: contacts, groups, who is in which, blacklists, consents, imports, and who was erased."""

from contacts.models.blacklist import BlacklistEntry
from contacts.models.bulk import BulkJob
from contacts.models.consents import Consent, ConsentClause
from contacts.models.erasure import Erasure, ErasureKey
from contacts.models.exchanges import Exchange
from contacts.models.imports import ColumnMemory, Import, ImportChange, RejectedRow
from contacts.models.people import Contact, Group, Membership

__all__ = [
    "BlacklistEntry",
    "BulkJob",
    "ColumnMemory",
    "Consent",
    "ConsentClause",
    "Contact",
    "Erasure",
    "ErasureKey",
    "Exchange",
    "Group",
    "Import",
    "ImportChange",
    "Membership",
    "RejectedRow",
]
