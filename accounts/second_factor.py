"""The second step of a sign-in: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.

What guards it: a code is accepted once, also by two sign-ins at the same moment, because one conditional update moves
the last step ahead; wrong codes are counted for the person, wherever they come from, and after every fifth in a row no
code is looked at for a while, which doubles each time.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Final

import pyotp
import segno
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import acting, audit, sessions
from accounts.models import RecoveryCode, SecondFactor, User
from smspanel import clock, crypto

ISSUER: Final = "smspanel"
STEP: Final = 30
"""Seconds for which a code is shown."""
RECOVERY_CODES: Final = 10
TRIES: Final = 5
"""Wrong codes in a row after which no code is looked at for a while."""
FIRST_WAIT: Final = timedelta(minutes=15)
LONGEST_WAIT: Final = timedelta(days=1)
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 4, 4


class FactorError(Exception):
    """The second step could not be turned on, used or turned off; the sentence says why."""


class TooManyCodes(FactorError):
    """So many codes were wrong that none is looked at for a while."""


def of(person: User) -> SecondFactor | None:
    """Return the second step that the person has to take when they sign in."""
    return SecondFactor.objects.filter(person=person, turned_on_at__isnull=False).first()


def prepared_for(person: User) -> SecondFactor | None:
    """Return the second step that the person is about to turn on."""
    return SecondFactor.objects.filter(person=person, turned_on_at__isnull=True).first()


def is_required(person: User) -> bool:
    """Say whether the person may use the panel only with a second step."""
    return person.is_staff and bool(settings.STAFF_SECOND_FACTOR)


def is_missing(person: User) -> bool:
    """Say whether the person has to turn a second step on before anything else."""
    return is_required(person) and of(person) is None


@transaction.atomic
def prepare(*, person: User) -> SecondFactor:
    """Make a new secret, which nothing asks for until a first code is right; raises FactorError if one is in use."""
    acting.forbid_secrets()
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    if of(person) is not None:
        raise FactorError(_("It is on already. To move to another phone, turn it off first."))
    factor = prepared_for(person) or SecondFactor(person=person)
    factor.sealed_secret = crypto.seal(pyotp.random_base32(), place=factor.place)
    factor.save()
    return factor


def secret_of(factor: SecondFactor) -> str:
    """Return the secret of a second step that is not in use yet, to be typed into an app."""
    if factor.turned_on_at is not None:
        raise FactorError(_("The secret is shown only until the first code is right."))
    return _secret(factor)


def picture_of(factor: SecondFactor) -> SafeString:
    """Draw the secret as the QR code that apps read."""
    address = pyotp.TOTP(secret_of(factor)).provisioning_uri(name=factor.person.email, issuer_name=ISSUER)
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=3, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308  # segno draws squares and writes nothing of the address


@transaction.atomic
def turn_on(*, person: User, code: str, session_key: str | None) -> list[str]:
    """Ask for codes from now on and return the recovery codes; raises FactorError for a wrong first code.

    Every other session of the person ends: whoever had signed in without a code has to sign in with one.
    """
    acting.forbid_secrets()
    factor = SecondFactor.objects.select_for_update().filter(person=person, turned_on_at__isnull=True).first()
    if factor is None:
        raise FactorError(_("There is nothing to turn on: begin again."))
    step = _step_of(factor, code)
    if step is None:
        raise FactorError(_("This code is not right. Type in the six digits that the app shows now."))
    factor.turned_on_at, factor.last_step, factor.failures, factor.blocked_until = clock.now(), step, 0, None
    factor.save()
    sessions.end_all(person=person, actor=person, keep=session_key)
    audit.record(actor=person, action="person.second-factor-on", subject=person, account=person.account)
    return _renew_codes(factor)


@transaction.atomic
def renew_codes(*, person: User) -> list[str]:
    """Replace all recovery codes and return the new ones; raises FactorError."""
    acting.forbid_secrets()
    factor = SecondFactor.objects.select_for_update().filter(person=person, turned_on_at__isnull=False).first()
    if factor is None:
        raise FactorError(_("Turn the second step on first."))
    audit.record(actor=person, action="person.recovery-codes", subject=person, account=person.account)
    return _renew_codes(factor)


@transaction.atomic
def turn_off(*, person: User) -> None:
    """Ask the person for no codes any more; raises FactorError for those who have to have them."""
    acting.forbid_secrets()
    if is_required(person):
        raise FactorError(_("Staff sign in with a second step. An administrator of the server can reset yours."))
    if SecondFactor.objects.filter(person=person).delete()[0]:
        audit.record(actor=person, action="person.second-factor-off", subject=person, account=person.account)


@transaction.atomic
def reset(*, person: User, actor: User | None) -> bool:
    """Take away somebody's second step, and end their sessions; returns whether there was one."""
    acting.forbid_secrets()
    if not SecondFactor.objects.filter(person=person).delete()[0]:
        return False
    sessions.end_all(person=person, actor=actor)
    audit.record(actor=actor, action="person.second-factor-reset", subject=person, account=person.account)
    return True


@transaction.atomic
def check(*, person: User, code: str) -> bool:
    """Say whether a code of the app or a recovery code is right, and use it up; raises TooManyCodes, FactorError.

    A wrong one is counted before the next is looked at: the row is locked meanwhile.
    """
    factor = SecondFactor.objects.select_for_update().filter(person=person, turned_on_at__isnull=False).first()
    if factor is None:
        raise FactorError(_("The second step was turned off meanwhile. Sign in again."))
    if factor.blocked_until is not None and factor.blocked_until > clock.now():
        until = date_format(localtime(factor.blocked_until), "DATETIME_FORMAT")
        raise TooManyCodes(_("Too many codes were wrong. No code is accepted before %(until)s.") % {"until": until})
    if _use_code(factor, code) or _use_recovery_code(factor, code):
        SecondFactor.objects.filter(pk=factor.pk).update(failures=0, blocked_until=None)
        return True
    _count_failure(factor)
    audit.record(actor=person, action="person.wrong-code", subject=person, account=person.account)
    return False


def recovery_codes_left(factor: SecondFactor) -> int:
    """Return how many recovery codes were not used yet."""
    return factor.codes.filter(used_at__isnull=True).count()


def _secret(factor: SecondFactor) -> str:
    return crypto.unseal(factor.sealed_secret, place=factor.place)


def _step_of(factor: SecondFactor, code: str) -> int | None:
    """Return the time step that the code belongs to: the one of now, or a neighbour, as clocks differ."""
    code, app, now = "".join(code.split()), pyotp.TOTP(_secret(factor)), int(clock.now().timestamp()) // STEP
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(_digits(app, step), code.encode())]
    return fitting[-1] if fitting else None


def _digits(app: pyotp.TOTP, step: int) -> bytes:
    return app.generate_otp(step).encode()


def _use_code(factor: SecondFactor, code: str) -> bool:
    """Accept a code of the app, unless its step or a later one was accepted before."""
    step = _step_of(factor, code)
    fresh = Q(pk=factor.pk, last_step__lt=step or 0)
    return step is not None and bool(SecondFactor.objects.filter(fresh).update(last_step=step))


def _use_recovery_code(factor: SecondFactor, code: str) -> bool:
    """Accept a recovery code that was not used before."""
    unused = RecoveryCode.objects.filter(factor=factor, digest=crypto.digest(_plain(code)), used_at__isnull=True)
    if not unused.update(used_at=clock.now()):
        return False
    person = factor.person
    audit.record(actor=person, action="person.recovery-code-used", subject=person, account=person.account)
    return True


def _count_failure(factor: SecondFactor) -> None:
    factor.failures += 1
    times, left = divmod(factor.failures, TRIES)
    if not left:
        factor.blocked_until = clock.now() + min(FIRST_WAIT * 2 ** min(times - 1, 10), LONGEST_WAIT)
    factor.save(update_fields=["failures", "blocked_until"])


def _renew_codes(factor: SecondFactor) -> list[str]:
    """Make recovery codes of 79 random bits each, so that a digest without salt tells nobody anything."""
    codes = [
        "".join(secrets.choice(_ALPHABET) for _place in range(_GROUPS * _GROUP)) for _code in range(RECOVERY_CODES)
    ]
    factor.codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=crypto.digest(code)) for code in codes)
    return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]


def _plain(code: str) -> str:
    """Return a recovery code as it was made, however it was typed."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
