"""Turns figures of a campaign into what its pages say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import text, windows
from campaigns.models import Campaign, Message, Plan, RecipientFile
from contacts import operators
from contacts.fields import label_of
from smspanel import downloads

MOST_RESTS: Final = 3

REASONS: Final[dict[str, Promise]] = {
    "INVALID": gettext_lazy("Not a mobile number"),
    "UNSENDABLE": gettext_lazy("With a text that cannot be sent; see the rejected rows"),
    "REPEATED": gettext_lazy("Named more than once"),
    "FOREIGN": gettext_lazy("Foreign numbers, which this variant does not reach"),
    "EXCLUDED_GROUP": gettext_lazy("In a group you left out"),
    "BLACKLISTED": gettext_lazy("On the blacklist"),
    "TOO_OFTEN": gettext_lazy("Have as many messages as one number may get in these days"),
    "COUNTRY": gettext_lazy("In a country to which your account may not send"),
    "NO_WAY": gettext_lazy("In a country or network that has no price or no provider"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall: how many are left out, why, and how many remain."""

    reason: str | Promise
    count: int
    remaining: int
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the composer's counter says about a text.

    `strangers` name the characters that force the costlier alphabet; `plain` is the text without those that have a
    plain spelling.
    """

    text: str
    alphabet: str
    units: int
    parts: int
    per_part: int
    remaining: int
    strangers: tuple[str, ...]
    plain: str
    problem: str
    tags: tuple[str, ...]


class Tag(NamedTuple):
    """A merge tag and what stands in its place."""

    name: str
    meaning: str | Promise


def waterfall(plan: Plan) -> list[Step]:
    """Return the steps from everybody who was named to everybody who gets a message."""
    return steps({"candidates": plan.candidates, "waterfall": plan.waterfall})


def steps(figures: Mapping[str, Any]) -> list[Step]:
    """Return the steps that figures of a plan hold."""
    remaining, found = figures["candidates"], []
    for row in figures["waterfall"]:
        remaining -= row["count"]
        if row["count"]:
            found.append(Step(REASONS.get(row["reason"], row["reason"]), row["count"], remaining, row["examples"]))
    return found


def by_operator(plan: Plan) -> list[dict[str, Any]]:
    """Return what goes to which operator, each with its name."""
    return [row | {"place": _place(row["country"], row["operator"])} for row in plan.operators]


def _place(country: str, operator: str) -> str:
    return operators.label(operator) if country == "PL" else country or _("unknown country")


def rests(campaign: Campaign, plan: Plan) -> list[tuple[datetime, datetime]]:
    """Return the first times at which the sending is to rest outside its hours, from when until when."""
    if plan.starts_at is None or plan.finishes_at is None:
        return []
    return list(islice(windows.rests(campaign, plan.starts_at, plan.finishes_at), MOST_RESTS))


def savings(plan: Plan) -> list[str]:
    """Return what could be had for fewer points, in sentences."""
    return [_saving(row) for row in plan.savings]


def _saving(row: Mapping[str, Any]) -> str:
    if row["how"] == "PLAIN":
        sentence = _("With special characters replaced by plain ones it would take %(points)s points less.")
        return sentence % {"points": row["points"]}
    sentence = ngettext(
        "With %(n)s character less in the text it would take %(points)s points less.",
        "With %(n)s characters less in the text it would take %(points)s points less.",
        row["characters"],
    )
    return sentence % {"n": row["characters"], "points": row["points"]}


def count(draft: str, policy: str) -> Counted:
    """Count a text as it would be sent under the policy."""
    problem, sent = "", draft
    strangers = text.offending(draft)
    try:
        sent = text.apply_policy(draft, text.CharacterPolicy(policy))
    except text.CharactersError as error:
        problem = str(error)
    except ValueError:
        problem = _("Choose what happens with special characters.")
    counted, spelled = text.count(sent), text.plain(draft)
    unknown = ", ".join(text.unknown_tags(draft))
    if unknown:
        problem = _("%(tags)s is not known and would be sent as it stands.") % {"tags": unknown}
    return Counted(
        text=sent,
        alphabet=counted.alphabet,
        units=counted.units,
        parts=counted.parts,
        per_part=counted.per_part,
        remaining=counted.remaining,
        strangers=tuple(map(text.describe, strangers)),
        plain=spelled if spelled != draft else "",
        problem=problem,
        tags=text.tags(draft),
    )


def merge_tags(file: RecipientFile | None) -> list[Tag]:
    """Return the tags that a text may hold, those of the columns of its file first."""
    titles = file.layout.get("titles", []) if file and file.parametrized else []
    columns = [Tag(str(index), title or _("column %(n)s") % {"n": index}) for index, title in enumerate(titles, 1)]
    own = {"number": _("the number"), text.OPT_OUT: _("a link to write to them no more")}
    people = [Tag(name, own.get(name) or label_of(name)) for name in text.MERGE_TAGS]
    if not columns:
        people += [Tag(str(n), _("value %(n)s in a row of the file") % {"n": n}) for n in range(1, 4)]
    return [*columns, *people]


def download(campaign: Campaign, rows: QuerySet[Message], kind: str) -> HttpResponse:
    """Return the recipients as a spreadsheet."""
    headers = [_("Number"), _("State"), _("Reason"), _("Parts"), _("Points"), _("Reported"), _("Operator")]
    cells: Any = (
        (
            message.msisdn,
            str(message.get_state_display()),
            message.reason,
            message.parts,
            message.points,
            localtime(message.reported_at).strftime("%Y-%m-%d %H:%M:%S") if message.reported_at else "",
            message.network,
        )
        for message in rows.iterator(chunk_size=2000)
    )
    return downloads.spreadsheet(name=f"campaign-{campaign.pk}", kind=kind, headers=headers, rows=cells)
