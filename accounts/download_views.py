"""Asking for files, looking how far they are, and fetching them by links that end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts import download_kinds, downloads
from accounts.downloads import DownloadRefused
from accounts.models import Download
from accounts.signed_in import person
from smspanel import access
from smspanel.downloads import CONTENT_TYPES
from smspanel.panel import page


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that can be asked for: what a person reads about it first, and what asks for it in a format."""

    title: str
    about: Sequence[str]
    rows: int
    counted: bool
    ask: Callable[[str], Download]


def offer(request: HttpRequest, offered: Offer) -> HttpResponse:
    """Show what the file will have and in which formats, and ask for it."""
    if request.method != "POST":
        context = page(request, offered.title, offer=offered, formats=Download.Format)
        return render(request, "accounts/offer.html", context)
    form = request.POST.get("format", "")
    if form not in Download.Format.values:
        raise Http404("There is no such format.")
    try:
        download = offered.ask(form)
    except DownloadRefused as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    return redirect("download-show", download.pk)


@require_GET
def show(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show how far a file is, and the link to it once it is ready."""
    download = access.get(Download.objects.select_related("account"), person(request), pk=file_id)
    context = {"download": download, "kind": download_kinds.labels().get(download.type, download.type)}
    if download.status == Download.Status.READY:
        context["token"] = downloads.token_of(download)
    if request.headers.get("HX-Request"):
        return render(request, "accounts/_download.html", context)
    return render(request, "accounts/download.html", page(request, download.file_name, **context))


@require_GET
def fetch(request: HttpRequest, token: str) -> FileResponse:
    """Answer with a file that is ready; a link that is too old, changed or of another account leads nowhere."""
    ids = downloads.read_token(token)
    if ids is None:
        raise Http404("There is no such object.")
    file_id, account_id = ids
    ready = Download.objects.filter(account=account_id, status=Download.Status.READY)
    download = access.get(ready, person(request), pk=file_id)
    try:
        content = downloads.path_of(download).open("rb")
    except FileNotFoundError as error:
        raise Http404("There is no such object.") from error
    kind = CONTENT_TYPES[download.format]
    return FileResponse(content, as_attachment=True, filename=download.file_name, content_type=kind)
