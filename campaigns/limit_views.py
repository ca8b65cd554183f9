"""The limits of the installation, for staff to read: the environment sets them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.signed_in import person
from smspanel.panel import page


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """List the limits with the variables that set them."""
    if not person(request).is_staff:
        raise Http404("There is no such page.")
    limits = [
        (
            _("The same single text to one number a day (341); campaigns are not limited, 0 is no limit"),
            settings.SAME_TEXT_LIMIT,
            "SMSPANEL_SAME_TEXT_LIMIT",
        ),
        (
            _("Numbers in one order through the REST API (302); campaigns of the panel may have more"),
            settings.ORDER_LIMIT,
            "SMSPANEL_ORDER_LIMIT",
        ),
        (_("Calls a minute of one API key (429)"), settings.API_CALLS_PER_MINUTE, "SMSPANEL_API_CALLS_PER_MINUTE"),
        (_("Points that one member of staff may issue or correct alone"), settings.GRANT_LIMIT, "SMSPANEL_GRANT_LIMIT"),
    ]
    return render(request, "campaigns/limits.html", page(request, _("Limits of this installation"), limits=limits))
