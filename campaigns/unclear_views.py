"""Pages on which staff look at unclear submissions and decide what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from accounts.signed_in import person
from campaigns import verdicts
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Message
from smspanel import access
from smspanel.panel import page

RELATED: Final = ("campaign__account", "connection", "decided_by")
SHOWN: Final = 50
VERBS: Final[dict[str, Callable[..., Batch]]] = {
    Batch.Verdict.RESENT: verdicts.resend,
    Batch.Verdict.COUNTED: verdicts.count_as_sent,
    Batch.Verdict.REFUNDED: verdicts.refund,
}


class VerdictForm(forms.Form):
    """What is decided, and why; sending again asks for the number of messages, typed by hand."""

    verdict = forms.ChoiceField(label=gettext_lazy("Decision"), widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        label=gettext_lazy("Because"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("What you know: for example what the provider answered on the phone."),
    )
    typed = forms.CharField(
        label=gettext_lazy("To send again, type the number of messages"),
        required=False,
        max_length=12,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("All of them may arrive twice: nobody knows whether they were sent."),
    )
    attempt = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, batch: Batch, open_messages: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_messages = open_messages
        choices = [
            (Batch.Verdict.COUNTED, _("Count it as sent: the points are spent")),
            (Batch.Verdict.REFUNDED, _("Refund it: the points are given back, nothing is sent")),
        ]
        if batch.state == Batch.State.UNKNOWN:
            choices.append((Batch.Verdict.RESENT, _("Send it again")))
        field = self.fields["verdict"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose …")), *choices]
        self.initial["attempt"] = batch.attempt

    def clean(self) -> dict[str, Any]:
        """Refuse to send again without the warning typed."""
        data = super().clean() or {}
        if data.get("verdict") == Batch.Verdict.RESENT and data.get("typed") != str(self.open_messages):
            sentence = _("Type %(count)s to say that these messages may arrive twice.")
            self.add_error("typed", ValidationError(sentence % {"count": self.open_messages}))
        return data


def _staff(request: HttpRequest) -> User:
    """Return the member of staff who asks; for others the page does not exist."""
    user = person(request)
    if not user.is_staff:
        raise Http404("There is no such page.")
    return user


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision, and what was refunded and yet delivered."""
    _staff(request)
    silent = Count("messages", filter=Q(messages__state__in=[*verdicts.WITHOUT_REPORT, Message.State.UNKNOWN]))
    rows = verdicts.waiting().select_related(*RELATED).annotate(silent=silent)
    delivered = Count("messages", filter=Q(messages__state=Message.State.DELIVERED))
    context = page(
        request,
        _("Unclear submissions"),
        page_obj=Paginator(rows, SHOWN).get_page(request.GET.get("page")),
        contradicted=verdicts.contradicted().select_related(*RELATED).annotate(delivered=delivered)[:SHOWN],
    )
    return render(request, "campaigns/unclear.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show the evidence of a submission, and take a decision about it."""
    user = _staff(request)
    batch = access.get(Batch.objects.select_related(*RELATED), user, path="campaign__account", pk=batch_id)
    counts = dict(batch.messages.order_by().values_list("state").annotate(n=Count("pk")))
    unclear = sum(counts.get(state, 0) for state in (*verdicts.WITHOUT_REPORT, Message.State.UNKNOWN))
    form = VerdictForm(request.POST or None, batch=batch, open_messages=unclear)
    if request.method == "POST" and form.is_valid() and _decided(form, batch, user):
        messages.success(request, _("Decided. The audit trail says by whom and why."))
        return redirect("unclear-one", batch.pk)
    context = {"batch": batch, "form": form, "counts": _named(counts), "unclear": unclear}
    context["evidence"] = batch.evidence.order_by("-pk")[:SHOWN]
    context["refunded"] = batch.messages.filter(refunded_at__isnull=False).count()
    context["open"] = verdicts.waiting().filter(pk=batch.pk).exists()
    context["shown"] = batch.messages.order_by("pk")[:SHOWN]
    title = _("Submission %(batch)s of %(campaign)s") % {"batch": batch, "campaign": batch.campaign.name}
    return render(request, "campaigns/unclear_one.html", page(request, title, **context))


def _decided(form: VerdictForm, batch: Batch, user: User) -> bool:
    """Carry out what a valid form says; a refusal becomes an error of the form."""
    data = form.cleaned_data
    try:
        VERBS[data["verdict"]](batch=batch, attempt=data["attempt"], reason=data["reason"], actor=user)
    except NotPossibleNow as error:
        form.add_error(None, str(error))
        return False
    return True


def _named(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return how many messages are in which state, in the order of the states."""
    return [(str(state.label), counts[state]) for state in Message.State if state in counts]
