"""Prefixes, their reservations and replies in the panel."""

# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, warn-return-any=False
# mypy: warn-unused-ignores=False

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display
from unfold.utils import parse_date_str

from accounts.audited import AuditedAdmin
from accounts.signed_in import person
from campaigns import optouts, prefixes
from campaigns.errors import NotPossibleNow
from campaigns.forms import ReserveForm
from campaigns.models import Prefix, PrefixReservation, Reply
from smspanel import access, clock
from smspanel.empty import Empty
from smspanel.panel import ScopedModelAdmin, asks_first, page

SHORT = 120
FREE, TAKEN, OFF = "FREE", "TAKEN", "OFF"
OVER, HELD, COMING = "OVER", "HELD", "COMING"
WISHES = {"STOPPED": "danger", "BLOCKED": "danger", "UNSURE": "warning", "STARTED": "success", "IGNORED": "info"}


class NamesAccount(ScopedModelAdmin):
    """A list that names the account only to those who see several."""


class PrefixAdmin(NamesAccount, AuditedAdmin):
    """Words to answer with: staff keep them, everybody sees which are free."""

    empty = Empty(
        gettext_lazy("A prefix is the word with which replies to your campaigns begin. None is offered to you yet."),
        "campaign-new",
        gettext_lazy("Write a campaign"),
    )
    audited_as = "prefix"
    audited_values = ("name", "type", "access", "account", "access_number", "is_active")
    shared = True
    staff_may: ClassVar = frozenset({"add", "change"})
    list_display: ClassVar = ("name", "type", "access", "access_number", "show_state", "account")
    list_filter: ClassVar = ("type", "access")
    list_select_related: ClassVar = ("account",)
    search_fields: ClassVar = ("name__istartswith",)
    fields: ClassVar = ("name", "type", "access", "account", "access_number", "is_active")
    actions_list: ClassVar = ("reservations", "calendar")
    actions_detail: ClassVar = ("reserve",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add to what clients see the prefixes of their master, and leave out what is switched off."""
        user, rows = person(request), Prefix.objects.annotate(taken_until=_taken_until())
        if not user.is_staff:
            seen = access.scope(user, shared=True) | Q(account__slaves=user.account_id)
            rows = rows.filter(pk__in=Prefix.objects.filter(seen, is_active=True).values("pk"))
        return rows.order_by("name")

    @display(description=gettext_lazy("state"), label={FREE: "success", TAKEN: "warning", OFF: "danger"})
    def show_state(self, prefix: Any) -> tuple[str, str]:
        """Say whether it is free, and if not, until when; never who has it."""
        if not prefix.is_active:
            return OFF, _("switched off")
        if prefix.taken_until is None:
            return FREE, _("free")
        moment = date_format(localtime(prefix.taken_until), "SHORT_DATETIME_FORMAT")
        return TAKEN, _("taken until %(moment)s") % {"moment": moment}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the word of a prefix: people have it on their phones."""
        return ("name",) if obj else ()

    @action(description=gettext_lazy("Reservations"), url_path="reservations")
    def reservations(self, request: HttpRequest) -> HttpResponse:
        """Go to the list of reservations."""
        return redirect("admin:campaigns_prefixreservation_changelist")

    @action(description=gettext_lazy("Calendar"), url_path="calendar")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """Go to the calendar of what is taken when."""
        return redirect("prefix-calendar")

    def has_reserve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offer it to people of an account that may."""
        user = person(request)
        return user.account is not None and user.may_write and user.account.may_use_prefixes

    @action(description=gettext_lazy("Reserve"), permissions=["reserve"])
    def reserve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask until when, and reserve the prefix."""
        prefix, user = self.own(request, object_id), person(request)
        form = ReserveForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and user.account is not None:
            try:
                made = prefixes.reserve(prefix=prefix, account=user.account, actor=user, **form.cleaned_data)
            except prefixes.PrefixRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("%(prefix)s is yours.") % {"prefix": prefix})
                return redirect("admin:campaigns_prefixreservation_change", made.pk)
        title = _("Reserve %(prefix)s") % {"prefix": prefix}
        return render(request, "campaigns/reserve.html", page(request, title, form=form, prefix=prefix))


def _taken_until() -> Subquery:
    """Return the end of the reservation that holds now."""
    now = clock.now()
    holding = PrefixReservation.objects.filter(prefix=OuterRef("pk"), date_from__lte=now, date_to__gt=now)
    return Subquery(holding.values("date_to")[:1])


class PrefixFilter(admin.RelatedFieldListFilter):
    """A filter by prefix that names only prefixes which the person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the prefixes in scope."""
        shown = admin.site._registry[Prefix].get_queryset(request)
        return list(shown.values_list("pk", "name")[:500])


class PrefixReservationAdmin(NamesAccount):
    """Prefixes in the hands of accounts, to be given back early."""

    empty = Empty(
        gettext_lazy(
            "Prefixes that are yours for some days are listed here. Choose a free one from the list of prefixes."
        ),
        "admin:campaigns_prefix_changelist",
        gettext_lazy("See the prefixes"),
    )
    list_display: ClassVar = ("prefix", "show_state", "date_from", "date_to", "group", "created_by", "account")
    list_filter: ClassVar = (("prefix", PrefixFilter),)
    list_select_related: ClassVar = ("prefix", "account", "group", "created_by")
    fields: ClassVar = ("prefix", "account", "date_from", "date_to", "group", "created_by", "created_at")
    actions_detail: ClassVar = ("release",)

    @display(description=gettext_lazy("state"), label={HELD: "success", COMING: "info", OVER: "warning"})
    def show_state(self, reservation: PrefixReservation) -> tuple[str, str]:
        """Say whether it holds."""
        if reservation.is_over:
            return OVER, _("over")
        return (COMING, _("to come")) if reservation.date_from > clock.now() else (HELD, _("holds"))

    def has_release_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Offer it to staff and to the account's own people, while anything is left of it."""
        reservation = self.row_of(request, obj)
        return bool(reservation) and not reservation.is_over and access.may_change(person(request), reservation)

    @action(description=gettext_lazy("Release"), permissions=["release"])
    @asks_first(gettext_lazy("Give the prefix back now? Replies from now on are not yours any more."))
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the reservation."""
        reservation = prefixes.release(reservation=self.own(request, object_id), actor=person(request))
        messages.success(request, _("%(prefix)s is free again.") % {"prefix": reservation.prefix})
        return redirect("admin:campaigns_prefixreservation_change", reservation.pk)


class DaysFilter(RangeDateFilter):
    """A filter by days, of which the last one belongs to it."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of these days in the account's zone."""
        for end, lookup in (("from", "date__gte"), ("to", "date__lte")):
            day = parse_date_str(self.used_parameters.get(f"{self.parameter_name}_{end}") or "")
            if day is not None:
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": day})
        return queryset


class ReplyAdmin(NamesAccount):
    """What phones wrote back; staff also see what concerns nobody."""

    empty = Empty(
        gettext_lazy("What people write back is listed here. They can answer campaigns of the variants with replies."),
        "campaign-new",
        gettext_lazy("Write a campaign that can be answered"),
    )
    list_display: ClassVar = (
        "received_at",
        "msisdn",
        "show_text",
        "show_wish",
        "prefix",
        "campaign",
        "group",
        "account",
    )
    list_filter: ClassVar = ("wish", ("prefix", PrefixFilter), ("received_at", DaysFilter))
    actions_detail: ClassVar = ("block", "ignore")
    actions_list: ClassVar = ("chart",)
    list_select_related: ClassVar = ("prefix", "campaign", "group", "account")
    search_fields: ClassVar = ("msisdn__startswith", "text")
    search_help_text = gettext_lazy("Search by the beginning of a number (48500…), or by what was written.")
    fields: ClassVar = (
        ("received_at", "msisdn", "wish"),
        "text",
        ("prefix", "sent_to", "operator"),
        ("campaign", "group"),
        "account",
        "show_tasks",
    )
    readonly_fields: ClassVar = ("show_tasks",)
    export_fields = ("received_at", "msisdn", "text", "prefix__name", "sent_to", "operator", "campaign__name")

    @display(description=gettext_lazy("text"))
    def show_text(self, reply: Reply) -> str:
        """Show so much of it as has room; the reply's own page has all."""
        return Truncator(reply.text or "–").chars(SHORT)

    @display(description=gettext_lazy("wish"), label=WISHES)
    def show_wish(self, reply: Reply) -> tuple[str, str] | str:
        """Say what the reply asks for, as far as it asks for anything."""
        return (reply.wish, reply.get_wish_display()) if reply.wish else "–"

    @display(description=gettext_lazy("answered and passed on"))
    def show_tasks(self, reply: Reply) -> str:
        """Say what the panel did about the reply."""
        rows = (
            (task.get_kind_display(), task.to, task.get_status_display(), task.problem) for task in reply.tasks.all()
        )
        return format_html_join("", "<div>{}: {} – {} {}</div>", rows) or "–"

    @action(description=gettext_lazy("Chart"), url_path="chart")
    def chart(self, request: HttpRequest) -> HttpResponse:
        """Go to how many replies came when."""
        return redirect("reply-chart")

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Offer the decision about what may ask to stop."""
        reply = self.row_of(request, obj)
        undecided = bool(reply) and reply.wish == Reply.Wish.UNSURE
        return undecided and access.may_change(person(request), reply)

    @action(description=gettext_lazy("Put on the blacklist"), permissions=["decide"])
    @asks_first(gettext_lazy("Take this for a stop? The number goes on the blacklist and its consents are withdrawn."))
    def block(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the reply for a stop."""
        return self._decide(request, object_id, blocks=True)

    @action(description=gettext_lazy("Ignore"), permissions=["decide"])
    @asks_first(gettext_lazy("This reply does not ask to stop?"))
    def ignore(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leave the number as it is."""
        return self._decide(request, object_id, blocks=False)

    def _decide(self, request: HttpRequest, object_id: str, *, blocks: bool) -> HttpResponse:
        try:
            optouts.decide(reply=self.own(request, object_id), blocks=blocks, actor=person(request))
        except NotPossibleNow as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
        return redirect(f"{reverse('admin:campaigns_reply_changelist')}?wish__exact={Reply.Wish.UNSURE}")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow both ends of the days, which are no lookups of a field."""
        return lookup in {"received_at_from", "received_at_to"} or super().lookup_allowed(lookup, value, request)
