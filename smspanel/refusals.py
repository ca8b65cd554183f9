"""What somebody sees whose form was opened before they signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from smspanel.panel import page


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that nothing was saved, and lead back to the form."""
    if not request.user.is_authenticated:
        return csrf_failure(request, reason)
    return render(request, "panel/interrupted.html", page(request, _("Nothing was saved")), status=403)
