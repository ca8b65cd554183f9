"""The gate before people who may not see phone numbers: pages are masked, and files and pages of numbers closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from smspanel import masking
from smspanel.panel import page

_FILES_WITHOUT_NUMBERS: Final = frozenset({"points-statement"})
_READ: Final = ("text/", "application/json")


class NumbersMiddleware:
    """Masks whatever is answered to people who may not see numbers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and mask the numbers in the answer."""
        answer = self.get_response(request)
        if not _is_guarded(request):
            return answer
        if "attachment" in answer.headers.get("Content-Disposition", "") or answer.streaming:
            match = request.resolver_match
            allowed = match is not None and match.view_name in _FILES_WITHOUT_NUMBERS
            return answer if allowed else _refuse(request, _("You may not see numbers, so you cannot fetch files."))
        if answer.headers.get("Content-Type", "").startswith(_READ):
            masked = masking.mask(answer.content.decode(answer.charset), typed=_typed(request))
            answer.content = masked.encode(answer.charset)
        return answer

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Keep the pages closed that are nothing without numbers."""
        match = request.resolver_match
        if not _is_guarded(request) or match is None:
            return None
        if masking.is_closed(match.view_name) or (match.view_name == "bulk" and _asks_by_number(request)):
            return _refuse(request, _("You may not see numbers, so this page is closed to you. Ask an owner for it."))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say what is hidden."""
        return _refuse(request, str(exception)) if isinstance(exception, masking.NumbersHidden) else None


def _is_guarded(request: HttpRequest) -> bool:
    person = request.user
    return isinstance(person, User) and not person.sees_numbers


def _asks_by_number(request: HttpRequest) -> bool:
    """Say whether a count is asked of those with digits in their number, from which the number could be told."""
    return any(letter.isdigit() for letter in request.GET.get("q", ""))


def _typed(request: HttpRequest) -> frozenset[str]:
    """Return the numbers that this person has just typed: these they know."""
    lists = [*request.GET.lists(), *request.POST.lists()]
    return masking.numbers_in(str(value) for _name, values in lists for value in values)


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    context = page(request, _("Numbers are hidden from you"), sentence=sentence)
    return render(request, "panel/refused.html", context, status=403)
