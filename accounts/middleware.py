"""What every request of a signed-in person begins with: their session, their second step, language and time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import acting, second_factor, sessions, sign_in_as
from accounts.models import User
from smspanel.panel import page


class SafetyMiddleware:
    """Notes where people are signed in, and lets staff without a second step do nothing but set it up.

    Staff who see the panel as somebody else are that person to everything behind it.
    """

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
        seen_as = sign_in_as.of(request.session, person)
        if isinstance(seen_as, sign_in_as.Over):
            return _end(request, person, seen_as.shown)
        return self.get_response(request) if seen_as is None else self._as_somebody(request, seen_as)

    def _as_somebody(self, request: HttpRequest, seen_as: acting.Acting) -> HttpResponse:
        """Answer as to another person, and write when that ends, be it by signing out."""
        request.user = seen_as.shown
        request.user_seen_as = seen_as  # type: ignore[attr-defined]  # for the banner of every page
        with acting.as_somebody(seen_as):
            answer = self.get_response(request)
        if not sign_in_as.goes_on(request.session):
            sign_in_as.note_end(person=seen_as.shown, actor=seen_as.real)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say what nobody does in another's place."""
        if not isinstance(exception, acting.NotAsSomebodyElse):
            return None
        context = page(request, _("This is not yours to do"), sentence=str(exception))
        return render(request, "panel/refused.html", context, status=403)


def _end(request: HttpRequest, staff: User, shown: User | None) -> HttpResponse:
    """Go on as oneself, on the first page: what was just sent was meant for the panel of another."""
    sign_in_as.stop(request.session)
    sign_in_as.note_end(person=shown, actor=staff)
    messages.warning(request, _("The hour is over: you see the panel as yourself again. Nothing was changed."))
    return redirect("admin:index")


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
