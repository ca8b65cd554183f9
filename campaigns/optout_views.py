"""The page behind the link in a message: whoever has it leaves with one button, without signing in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns import optouts


# Whoever has the link may leave, so that a forged form could do no more than the link; and phones refuse cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and take the number out when the button is pressed: programs that look at links press none."""
    found = optouts.read(token)
    if found is None:
        raise Http404("There is no such page.")
    account, msisdn = found
    done = request.method == "POST"
    if done:
        optouts.leave(account=account, msisdn=msisdn)
    answer = render(request, "campaigns/optout.html", {"account": account, "done": done})
    answer["Referrer-Policy"], answer["X-Robots-Tag"] = "no-referrer", "noindex, nofollow"
    return answer
