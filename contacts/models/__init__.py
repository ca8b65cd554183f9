"""To whom: contacts, groups, who is in which, blacklists, consents, imports, and who was erased."""

from contacts.models.blacklist import BlacklistEntry
from contacts.models.consents import Consent, ConsentClause
from contacts.models.erasure import Erasure, ErasureKey
from contacts.models.exchanges import Exchange
from contacts.models.imports import Import, RejectedRow
from contacts.models.people import FIELDS, NOTES, Contact, Group, Membership, label_of

__all__ = [
    "FIELDS",
    "NOTES",
    "BlacklistEntry",
    "Consent",
    "ConsentClause",
    "Contact",
    "Erasure",
    "ErasureKey",
    "Exchange",
    "Group",
    "Import",
    "Membership",
    "RejectedRow",
    "label_of",
]
