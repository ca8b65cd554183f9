"""What every request of a signed-in person begins with: their language and their account's time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User


class PersonMiddleware:
    """Shows times in the account's zone, and the pages in the person's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the person's language and zone."""
        person = request.user
        if not isinstance(person, User):
            return self.get_response(request)
        zone = person.account.zone if person.account else timezone.get_default_timezone()
        with timezone.override(zone), translation.override(person.language):
            request.LANGUAGE_CODE = person.language
            return self.get_response(request)
