"""Who: people, accounts, keys, connections, points and the audit trail."""

from accounts.models.accounts import Account, AppKey
from accounts.models.api import IdempotencyKey
from accounts.models.audit import AuditEntry, AuditHead, AuditLink
from accounts.models.connections import Connection
from accounts.models.downloads import Download
from accounts.models.links import AccountLink, LinkOperation
from accounts.models.notices import Notice, Told
from accounts.models.observations import ConnectionBalance, ConnectionCall
from accounts.models.people import User
from accounts.models.safety import RecoveryCode, SecondFactor
from accounts.models.sessions import Session
from accounts.models.wallets import GrantRequest, Transfer, Wallet

__all__ = [
    "Account",
    "AccountLink",
    "AppKey",
    "AuditEntry",
    "AuditHead",
    "AuditLink",
    "Connection",
    "ConnectionBalance",
    "ConnectionCall",
    "Download",
    "GrantRequest",
    "IdempotencyKey",
    "LinkOperation",
    "Notice",
    "RecoveryCode",
    "SecondFactor",
    "Session",
    "Told",
    "Transfer",
    "User",
    "Wallet",
]
