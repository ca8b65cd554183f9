"""Forgets people, and remembers by a keyed hash that they asked for it.

What is kept is HMAC-SHA-256 of the number with one random secret, which lies sealed in the database and survives a
change of the encryption keys. campaigns/erasing.py erases what was sent.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import phonenumbers
from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account, User
from contacts.models import (
    BlacklistEntry,
    BulkJob,
    Consent,
    Contact,
    Erasure,
    ErasureKey,
    Import,
    ImportChange,
    RejectedRow,
)
from smspanel import bulk, clock, crypto
from smspanel.bulk import CHUNK, chunks
from smspanel.redaction import MASK, pattern_of

SHORTEST: Final = 6
"""Of shorter national numbers all digits are looked for, country code included."""

# For statements of ours: whether an account has to ask at all.
HAS_ERASED: Final = """EXISTS (SELECT 1 FROM contacts_erasure e
    WHERE e.account_id = %s OR (e.account_id = %s AND e.for_tree))"""


class Erased(ValueError):
    """A number of somebody who asked to be erased."""

    def __str__(self) -> str:
        return _("This person asked to be erased.")


def erased(*, account_id: int, msisdns: Iterable[str]) -> set[str]:
    """Return those of the numbers whose people asked the account, or its master, to be erased.

    An account that nobody asked costs one look into an index; the numbers are not even read then.
    """
    asked = _asked(account_id)
    if not asked.exists():
        return set()
    key = _secret()
    by_digest = {_digest(key, msisdn): msisdn for msisdn in msisdns}
    found = (asked.filter(digest__in=some).values_list("digest", flat=True) for some in chunks(list(by_digest)))
    return {by_digest[digest] for digests in found for digest in digests}


def _asked(account_id: int) -> QuerySet[Erasure]:
    masters = Account.objects.filter(slaves=account_id).values("pk")
    return Erasure.objects.filter(Q(account=account_id) | Q(account__in=masters, for_tree=True))


def remember(*, account: Account, msisdn: str, for_tree: bool, actor: User | None) -> Erasure:
    """Keep the hash of a number, in the caller's transaction."""
    return keep(account_id=account.pk, digest=_digest(_secret(), msisdn), for_tree=for_tree, actor=actor)


def keep(*, account_id: int, digest: str, for_tree: bool, actor: User | None) -> Erasure:
    """Keep the hash itself, in the caller's transaction."""
    erasure, is_new = Erasure.objects.get_or_create(
        account_id=account_id,
        digest=digest,
        defaults={"for_tree": for_tree, "erased_by": actor, "erased_at": clock.now()},
    )
    if not is_new and for_tree and not erasure.for_tree:
        Erasure.objects.filter(pk=erasure.pk).update(for_tree=True)
    return erasure


def digests(msisdns: Iterable[str]) -> list[str]:
    """Return the hashes of numbers."""
    key = _secret()
    return [_digest(key, msisdn) for msisdn in msisdns]


def sealed_key() -> str:
    """Return the secret as it is sealed now, made if there is none yet."""
    _secret()
    return ErasureKey.objects.get().sealed_secret


def adopt_key(sealed: str) -> bool:
    """Take over the secret of a log if there is none yet; say whether ours is the same. Raises CannotOpen."""
    secret = _opened(sealed, ErasureKey().place)
    ErasureKey.objects.bulk_create([ErasureKey(sealed_secret=sealed)], ignore_conflicts=True)
    return hmac.compare_digest(secret, _secret())


def _digest(key: bytes, msisdn: str) -> str:
    return hmac.new(key, msisdn.encode(), "sha256").hexdigest()


def _secret() -> bytes:
    """Return the secret, which the first erasure makes."""
    row = ErasureKey.objects.first()
    if row is None:
        fresh = ErasureKey()
        fresh.sealed_secret = crypto.seal(secrets.token_hex(32), place=fresh.place)
        ErasureKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = ErasureKey.objects.get()
    return _opened(row.sealed_secret, row.place)


@lru_cache(maxsize=4)
def _opened(token: str, place: str) -> bytes:
    return bytes.fromhex(crypto.unseal(token, place=place))


class Scrubber:
    """Takes a number out of whatever holds it, however it is written, and texts that were sent to it.

    Its digits become zeros, so that what was JSON or a form stays one.
    """

    def __init__(self, msisdn: str, texts: Iterable[str] = ()) -> None:
        national = str(phonenumbers.national_significant_number(phonenumbers.parse(f"+{msisdn}")))
        self.digits = national if len(national) >= SHORTEST else msisdn
        self._texts = pattern_of([text for text in texts if len(text) >= SHORTEST])
        self._pattern = re.compile(r"[^0-9A-Za-z]{0,3}?".join(self.digits))

    def finds(self, value: Any) -> bool:
        """Say whether the number stands in a text, or in whatever a JSON value holds."""
        return bool(self.clean(value) != value)

    def clean(self, value: Any) -> Any:
        """Return the text or JSON value without them."""
        if isinstance(value, str):
            masked = self._texts.sub(MASK, value) if self._texts else value
            return self._pattern.sub(lambda found: re.sub("[0-9]", "0", found[0]), masked)
        if isinstance(value, dict):
            return {key: self.clean(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.clean(item) for item in value]
        if isinstance(value, int) and self.digits in str(value):
            return int(str(value).replace(self.digits, "0" * len(self.digits)))
        return value


def forget_person(*, account: Account, msisdn: str, scrubber: Scrubber) -> dict[str, int]:
    """Delete what the account knows of a person besides messages, in the caller's transaction; returns how much."""
    contacts = Contact.objects.filter(account=account, msisdn=msisdn)
    ids = list(contacts.values_list("pk", flat=True))
    _forget_log(ids, scrubber)
    ImportChange.objects.filter(spreadsheet__account=account, contact_id__in=ids).delete()
    return {
        "contacts": int(contacts.delete()[1].get(Contact._meta.label, 0)),
        "consents": Consent.objects.filter(account=account, msisdn=msisdn).delete()[0],
        "blacklist": BlacklistEntry.objects.filter(account=account, msisdn=msisdn).delete()[0],
        "rejected_rows": _forget_rejected(account, scrubber),
        "previews": _forget_previews(account, scrubber),
        "bulk_jobs": _forget_searches(account, scrubber),
    }


def _forget_log(contacts: list[int], scrubber: Scrubber) -> None:
    """Take the person out of the lines that Django's own forms have written."""
    own = Q(content_type__app_label="contacts", content_type__model="contact", object_id__in=map(str, contacts))
    told = Q(object_repr__contains=scrubber.digits) | Q(change_message__contains=scrubber.digits)
    LogEntry.objects.filter(own | told).update(object_repr=MASK, change_message="")


def _forget_rejected(account: Account, scrubber: Scrubber) -> int:
    """Delete rejected rows with the number in whatever spelling; it may be what they were rejected for."""
    rows = RejectedRow.objects.filter(spreadsheet__account=account).values_list("pk", "cells")
    found = [pk for pk, cells in rows.iterator(chunk_size=CHUNK) if scrubber.finds(cells)]
    return sum(RejectedRow.objects.filter(pk__in=some).delete()[0] for some in chunks(found))


def _forget_previews(account: Account, scrubber: Scrubber) -> int:
    """Take the person out of what is shown of files that wait for a decision."""
    changed = 0
    waiting = Import.objects.select_for_update(no_key=True, of=("self",))
    for spreadsheet in waiting.filter(account=account, status=Import.Status.UPLOADED):
        preview = spreadsheet.layout.get("preview", [])
        kept = [row for row in preview if not scrubber.finds(row)]
        diagnosis = scrubber.clean(spreadsheet.diagnosis)
        if len(kept) != len(preview) or diagnosis != spreadsheet.diagnosis:
            spreadsheet.layout["preview"], spreadsheet.diagnosis = kept, diagnosis
            spreadsheet.save(update_fields=["layout", "diagnosis"])
            changed += 1
    return changed


def _forget_searches(account: Account, scrubber: Scrubber) -> int:
    """Take the number out of bulk changes that were made by searching for it."""
    jobs = BulkJob.objects.filter(account=account, selection__has_key="search").only("selection", "about")
    found = [job for job in jobs.iterator(chunk_size=CHUNK) if scrubber.finds([job.selection["search"], job.about])]
    for job in found:
        job.selection["search"], job.about = scrubber.clean(job.selection["search"]), scrubber.clean(job.about)
    bulk.save(found, "selection", "about")
    return len(found)
