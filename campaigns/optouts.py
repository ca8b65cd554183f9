"""Ways out: a stop word in a reply, what may be one and a person decides, and a link for names that nobody can answer.

A link's token is one veiled block: account, number, and zeros that prove that it is ours. It names nobody to a stranger
and is the same every time, so that nothing has to be stored for a message to carry it.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from campaigns.errors import NotPossibleNow
from campaigns.models import Reply
from contacts import blacklist, consents
from contacts.models import BlacklistEntry, Consent
from smspanel import crypto

ACCOUNT_BYTES: Final = 4
NUMBER_BYTES: Final = 7
PROOF: Final = b"\0" * 5
TOKEN_LENGTH: Final = 22


def stop(*, account: Account, msisdn: str, reason: str) -> int:
    """Put who asked by a reply on the account's blacklist and withdraw their consents; returns whether that is new."""
    added = blacklist.add(
        account=account,
        raw_numbers=[f"+{msisdn}"],
        source=BlacklistEntry.Source.REPLY,
        actor=None,
        reason=reason[:120],
    )
    consents.withdraw(account=account, raw_numbers=[f"+{msisdn}"], actor=None, source=Consent.Source.REPLY)
    return added


@transaction.atomic
def decide(*, reply: Reply, blocks: bool, actor: User | None) -> Reply:
    """Take what may ask to stop for a stop, or not; raises NotPossibleNow when that is decided already."""
    current = Reply.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=reply.pk)
    if current.wish != Reply.Wish.UNSURE or current.account is None:
        raise NotPossibleNow(_("This is decided already."))
    current.wish = Reply.Wish.BLOCKED if blocks else Reply.Wish.IGNORED
    current.save(update_fields=["wish"])
    if blocks:
        stop(account=current.account, msisdn=current.msisdn, reason=current.text)
    audit.record(actor=actor, action=f"reply.{current.wish.lower()}", subject=current, account=current.account)
    return current


def link(*, account_id: int, msisdn: str) -> str:
    """Return the address under which a number leaves an account, and nobody can tell which number it is."""
    return f"{settings.PUBLIC_URL}/o/{token_of(account_id=account_id, msisdn=msisdn)}"


def token_of(*, account_id: int, msisdn: str) -> str:
    """Return what names an account and a number to this installation alone."""
    block = account_id.to_bytes(ACCOUNT_BYTES, "big") + int(msisdn).to_bytes(NUMBER_BYTES, "big") + PROOF
    return base64.urlsafe_b64encode(crypto.veil(block)).decode().rstrip("=")


def read(token: str) -> tuple[Account, str] | None:
    """Return the account and the number that a token of ours names; None for any other."""
    try:
        veiled = base64.b64decode(f"{token}==", altchars=b"-_", validate=True) if len(token) == TOKEN_LENGTH else b""
    except (binascii.Error, ValueError):
        return None
    block = crypto.unveil(veiled) if len(veiled) == crypto.BLOCK else b""
    if not block.endswith(PROOF):
        return None
    account = Account.objects.filter(pk=int.from_bytes(block[:ACCOUNT_BYTES], "big")).first()
    msisdn = str(int.from_bytes(block[ACCOUNT_BYTES : ACCOUNT_BYTES + NUMBER_BYTES], "big"))
    return (account, msisdn) if account is not None else None


@transaction.atomic
def leave(*, account: Account, msisdn: str) -> None:
    """Put who followed the link on the account's blacklist and withdraw their consents; twice is once."""
    source = BlacklistEntry.Source.LINK
    blacklist.add(account=account, raw_numbers=[f"+{msisdn}"], source=source, actor=None)
    consents.withdraw(account=account, raw_numbers=[f"+{msisdn}"], actor=None, source=Consent.Source.LINK)
