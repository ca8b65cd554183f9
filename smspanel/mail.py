"""The only way out for e-mails, by Django's backend: SMTP where a server is named, else the standard output."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

SUBJECT_LENGTH: Final = 200


class NotSent(Exception):
    """The server did not take an e-mail; the message says why, without what was written."""


def send(*, to: str, subject: str, body: str) -> None:
    """Hand one e-mail to the server; raises NotSent. It is called by jobs alone, outside any transaction."""
    line = " ".join(subject.split())[:SUBJECT_LENGTH]
    message = EmailMessage(line, body, settings.DEFAULT_FROM_EMAIL, [to])
    # Receivers that answer machines by machines leave what is marked so alone (RFC 3834).
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except OSError as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error
