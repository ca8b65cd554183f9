"""The person behind a request."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """Return who is signed in; for nobody the page does not exist."""
    if not isinstance(request.user, User):
        raise Http404("There is no such page.")
    return request.user
