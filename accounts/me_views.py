"""Pages of one's own: settings, and the news."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, low_points, notice_kinds, notices
from accounts.me_forms import MeForm
from accounts.models import User
from accounts.signed_in import person
from smspanel.panel import page

MOST_COUNTED = 99


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Let a person choose their language and how they hear of what happens."""
    user = person(request)
    form = MeForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        _save(form)
        with translation.override(form.instance.language):
            messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "accounts/me.html", page(request, _("My settings"), form=form))


@transaction.atomic
def _save(form: MeForm) -> None:
    user = form.instance
    user.notice_choices = form.choices
    user.save(update_fields=["name", "language", "notice_choices"])
    changed = [name for name in form.changed_data if name != "warn_below"]
    if changed:
        audit.record(actor=user, action="person.settings", subject=user, account=user.account, fields=sorted(changed))
    if "warn_below" in form.changed_data and user.account is not None:
        low_points.choose(account=user.account, warn_below=form.cleaned_data["warn_below"], actor=user)


@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """List what the person was told, the newest first."""
    shown = Paginator(notices.shown_to(person(request)), 30).get_page(request.GET.get("page"))
    rows = [(one, notice_kinds.subject_of(one), notice_kinds.sentences_of(one)) for one in shown]
    return render(request, "accounts/news.html", page(request, _("News"), rows=rows, page_obj=shown))


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """Show the bell with how much is unread; it is asked for by itself, so that no page waits for it."""
    unread = notices.shown_to(person(request)).filter(read_at__isnull=True)
    count = unread.order_by()[: MOST_COUNTED + 1].count()
    return render(request, "accounts/_bell.html", {"unread": count, "most": MOST_COUNTED})


@require_POST
def open_one(request: HttpRequest, notice_id: int) -> HttpResponseRedirect:
    """Mark one as read, and go to where it leads."""
    notice = get_object_or_404(notices.shown_to(person(request)), pk=notice_id)
    notices.read(notices.shown_to(person(request)).filter(pk=notice.pk))
    return HttpResponseRedirect(notice.address)


@require_POST
def read_all(request: HttpRequest) -> HttpResponseRedirect:
    """Mark everything as read."""
    notices.read(notices.shown_to(person(request)))
    return redirect("news")
