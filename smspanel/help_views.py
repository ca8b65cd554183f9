"""The guides as pages."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from smspanel import access, guides
from smspanel.panel import page

TYPES: Final = {".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml"}
DAY: Final = 86_400


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Lead to the guide that is this person's own."""
    return redirect(guides.address_for(access.visitor(request), ""))


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show a guide in the person's language, with its parts and the other guides beside it."""
    names, language = guides.readable(access.visitor(request)), get_language() or "en"
    if name not in names:
        raise Http404("There is no such guide.")
    guide = guides.load(name, language)
    others = [(other, guides.load(other, language).title) for other in names]
    return render(request, "panel/guide.html", page(request, guide.title, guide=guide, name=name, others=others))


@require_GET
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a picture that a guide for this person shows; no other file can be asked for."""
    file = guides.picture(access.visitor(request), name)
    if file is None or not file.is_file():
        raise Http404("There is no such picture.")
    headers = {"Cache-Control": f"private, max-age={DAY}"}
    return HttpResponse(file.read_bytes(), content_type=TYPES[file.suffix], headers=headers)
