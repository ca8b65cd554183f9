"""Whose password is tried, and how often: what django-axes asks us (smspanel/settings.py).

From one place a password may be wrong USUAL times in a quarter of an hour. Who has many places is slowed down for each
person: once their password was wrong MANY times, wherever it was tried, every place has FEW. Nobody is ever locked
out of a place from which no one has tried, so that nobody can keep somebody else away.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

from smspanel import clock

USUAL: Final = 8
FEW: Final = 2
MANY: Final = 50


def person_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the e-mail that was typed in, in the one spelling that stands for all by which its person is found."""
    typed = str((credentials or {}).get("username") or request.POST.get("username") or "")
    # Databases compare by capitals, so that also a long s or a dotless i finds the person with an s or an i.
    return unicodedata.normalize("NFKC", typed).strip().upper().lower()[:254]


def limit(request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
    """Return after how many wrong passwords the place of this request is locked."""
    since = clock.now() - settings.AXES_COOLOFF_TIME
    tried = AccessAttempt.objects.filter(username=person_of(request, credentials), attempt_time__gte=since)
    wrong = tried.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0
    return FEW if wrong >= MANY else USUAL
