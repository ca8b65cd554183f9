"""What every request of a signed-in person begins with: their session, their second step, language and time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import second_factor, sessions
from accounts.models import User


class SafetyMiddleware:
    """Notes where people are signed in, and lets staff without a second step do nothing but set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or lead to the page on which the second step is set up."""
        person = request.user
        if not isinstance(person, User):
            return self.get_response(request)
        sessions.note(request)
        if second_factor.is_missing(person) and not _is_open(request):
            return redirect("my-security")
        return self.get_response(request)


def _is_open(request: HttpRequest) -> bool:
    """Say whether the page is for people, too, who have yet to set up their second step."""
    return request.path.startswith(reverse("my-security")) or request.path == reverse("admin:logout")


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
