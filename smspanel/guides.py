"""The guides of the project as pages of the panel: who may read which, and which part explains a page.

A guide is a Markdown file in `docs/`. `docs/NAME.pl.md` is the same guide in Polish; explicit anchors in its headings
are those of the English one, so that one map leads to the right part in both.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from smspanel.access import Person

FOLDER: Final = settings.BASE_DIR / "docs"
GUIDES: Final = ("owners", "api", "postbacks", "staff", "operators")
"""The guides, in the order in which they are offered."""
FOR_STAFF: Final = frozenset({"staff", "operators"})

HELP: Final = {
    "admin:index": "owners#the-first-five-minutes-and-what-you-are-told",
    "me": "owners#the-first-five-minutes-and-what-you-are-told",
    "news": "owners#the-first-five-minutes-and-what-you-are-told",
    "admin:campaigns_campaign": "owners#campaigns",
    "campaign-new": "owners#campaigns",
    "campaign-edit": "owners#campaigns",
    "campaign-plan": "owners#the-plan",
    "campaign-test": "owners#the-plan",
    "campaign-dry-run": "owners#the-plan",
    "campaign": "owners#while-it-is-sent",
    "campaign-recipients": "owners#while-it-is-sent",
    "campaign-again": "owners#while-it-is-sent",
    "admin:campaigns_message": "owners#while-it-is-sent",
    "admin:campaigns_repetition": "owners#campaigns-that-repeat",
    "repetition": "owners#campaigns-that-repeat",
    "admin:campaigns_texttemplate": "owners#campaigns",
    "admin:campaigns_sender": "owners#campaigns",
    "admin:campaigns_reply": "owners#replies",
    "reply-chart": "owners#replies",
    "admin:campaigns_prefix": "owners#replies",
    "admin:campaigns_prefixreservation": "owners#replies",
    "prefix-calendar": "owners#replies",
    "reports": "owners#reports",
    "admin:accounts_download": "owners#reports-to-take-home",
    "download-show": "owners#reports-to-take-home",
    "admin:contacts_contact": "owners#many-contacts-at-once",
    "admin:contacts_bulkjob": "owners#many-contacts-at-once",
    "bulk": "owners#many-contacts-at-once",
    "bulk-job": "owners#many-contacts-at-once",
    "admin:contacts_group": "owners#groups",
    "group-regroup": "owners#groups",
    "group-greeting": "owners#groups",
    "group-check": "owners#groups",
    "admin:contacts_blacklistentry": "owners#blacklist",
    "blacklist-add": "owners#blacklist",
    "blacklist-check": "owners#blacklist",
    "blacklist-remove": "owners#blacklist",
    "admin:contacts_import": "owners#contacts-from-a-spreadsheet",
    "contacts-import": "owners#contacts-from-a-spreadsheet",
    "contacts-import-show": "owners#contacts-from-a-spreadsheet",
    "person": "owners#consents-and-people-who-ask-about-their-data",
    "person-of-contact": "owners#consents-and-people-who-ask-about-their-data",
    "points": "owners#points",
    "points-of": "owners#points",
    "points-months": "owners#points",
    "points-move": "owners#points",
    "admin:accounts_account": "owners#points",
    "admin:accounts_user": "owners#people-who-may-not-see-numbers",
    "admin:campaigns_costcentre": "owners#cost-centres",
    "admin:campaigns_costcentremonth": "owners#cost-centres",
    "api": "owners#your-own-programs",
    "admin:accounts_appkey": "api#the-key",
    "postbacks": "postbacks#what-is-sent",
    "admin:campaigns_postbackevent": "postbacks#what-your-program-answers",
    "stop": "owners#emergency-stop",
    "stop-account": "owners#emergency-stop",
    "my-security": "owners#your-sign-in",
    "admin:password_change": "owners#your-sign-in",
}
"""Where each page is explained: the name of its view, or how the names of an admin's views begin."""
HELP_FOR_STAFF: Final = {
    "admin:index": "staff#campaigns-in-trouble",
    "admin:campaigns_sender": "staff#sender-names",
    "admin:campaigns_senderregistration": "staff#sender-names",
    "admin:campaigns_reservedname": "staff#sender-names",
    "admin:campaigns_prefix": "staff#prefixes-and-replies",
    "admin:campaigns_prefixreservation": "staff#prefixes-and-replies",
    "admin:campaigns_reply": "staff#prefixes-and-replies",
    "admin:contacts_blacklistentry": "staff#blacklist",
    "blacklist-add": "staff#blacklist",
    "blacklist-check": "staff#blacklist",
    "blacklist-remove": "staff#blacklist",
    "person": "staff#people-who-ask-about-their-data",
    "points": "staff#top-ups-and-corrections",
    "points-of": "staff#top-ups-and-corrections",
    "points-grant": "staff#top-ups-and-corrections",
    "points-adjust": "staff#top-ups-and-corrections",
    "admin:accounts_grantrequest": "staff#top-ups-and-corrections",
    "admin:accounts_account": "staff#master-accounts",
    "link": "staff#linked-justsend-accounts",
    "admin:accounts_user": "staff#seeing-the-panel-as-somebody-else",
    "see-as": "staff#seeing-the-panel-as-somebody-else",
    "stop": "staff#stopping-an-account",
    "stop-account": "staff#stopping-an-account",
    "admin:accounts_connection": "staff#connections",
    "admin:campaigns_route": "staff#routes",
    "admin:campaigns_price": "staff#prices",
    "admin:campaigns_forbiddenword": "staff#limits-of-an-account",
    "limits": "staff#limits-of-an-account",
    "admin:campaigns_batch": "staff#campaigns-in-trouble",
    "admin:campaigns_inboxitem": "staff#campaigns-in-trouble",
    "admin:accounts_auditentry": "staff#campaigns-in-trouble",
    "unclear": "staff#unclear-submissions",
    "unclear-one": "staff#unclear-submissions",
    "campaigns-waiting": "staff#campaigns-that-wait-for-approval",
    "campaign-decide": "staff#campaigns-that-wait-for-approval",
}
"""Where staff read something else, or about pages that only they have."""


TITLE: Final = 3
"""Tokens of the first heading, which the page shows itself."""
_EXPLICIT: Final = re.compile(r'<a id="([\w-]+)"></a>')
_MARKUP: Final = {
    "<pre>": '<pre class="sp-code" tabindex="0">',
    "<table>": '<div class="sp-scroll" tabindex="0"><table class="sp-table">',
    "</table>": "</table></div>",
    "<img ": '<img loading="lazy" ',
}
"""What is wide scrolls for itself, also with the keys."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a guide: its level, its anchor and its words."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as it is read: its language, the page without its title, its headings, and the names of its pictures."""

    language: str
    html: str
    headings: tuple[Heading, ...]
    pictures: frozenset[str]

    @property
    def title(self) -> str:
        """The first heading."""
        return self.headings[0].text

    @property
    def parts(self) -> tuple[Heading, ...]:
        """The headings below the title."""
        return self.headings[1:]


def readable(person: Person) -> list[str]:
    """Return the names of the guides that are for this person."""
    return [name for name in GUIDES if person.is_staff or name not in FOR_STAFF]


def address_for(person: Person, view_name: str) -> str:
    """Return where the page of a view is explained to this person, or else where their guide begins."""
    places = HELP | HELP_FOR_STAFF if person.is_staff else HELP
    key = view_name if view_name in places else _list_of(view_name)
    guide, _hash, anchor = places.get(key, "staff" if person.is_staff else "owners").partition("#")
    return reverse("help-guide", args=[guide]) + (f"#{anchor}" if anchor else "")


def _list_of(view_name: str) -> str:
    """Return how the names of all views of an admin begin: admin:app_model."""
    return "_".join(view_name.split("_")[:2])


def load(name: str, language: str) -> Guide:
    """Return a guide in this language, or in English where there is none."""
    translated = FOLDER / f"{name}.{language}.md"
    return _read(translated, language) if translated.is_file() else _read(FOLDER / f"{name}.md", "en")


def picture(person: Person, name: str) -> Path | None:
    """Return the file of a picture that a guide for this person shows."""
    shown = frozenset[str]().union(*(load(guide, "en").pictures for guide in readable(person)))
    return FOLDER / "images" / name if name in shown else None


@cache
def _read(path: Path, language: str) -> Guide:
    """Render a file of ours: it is trusted, and it does not change while the panel runs."""
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(path.read_text())
    headings, pictures = tuple(_anchored(tokens)), set[str]()
    for token in tokens:
        if token.type == "inline":
            pictures |= _lead_inside(token)
    html = str(parser.renderer.render(tokens[TITLE:], parser.options, {}))
    for plain, wanted in _MARKUP.items():
        html = html.replace(plain, wanted)
    return Guide(language, mark_safe(html), headings, frozenset(pictures))  # noqa: S308  # the Markdown is part of the project


def _anchored(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Give every heading its anchor: the one that it begins with, or else the one that GitHub makes of its words."""
    for token, inside in itertools.pairwise(tokens):
        if token.type == "heading_open":
            explicit, words = _EXPLICIT.match(inside.content), _EXPLICIT.sub("", inside.content)
            anchor = explicit[1] if explicit else re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            inside.children = [child for child in inside.children or () if child.type != "html_inline"]
            token.attrSet("id", anchor)
            yield Heading(int(token.tag[1]), anchor, words)


def _lead_inside(token: Token) -> set[str]:
    """Turn links to other guides and pictures into addresses of the panel; returns the names of the pictures."""
    pictures, kept, leads = set[str](), [], True
    for child in token.children or ():
        if child.type == "image":
            name = str(child.attrs["src"]).rpartition("/")[2]
            child.attrs["src"] = reverse("help-picture", args=[name])
            pictures.add(name)
        elif child.type == "link_open":
            address = _address_of(str(child.attrs["href"]))
            leads = address is not None
            child.attrs["href"] = address or ""
        if leads or not child.type.startswith("link_"):
            kept.append(child)
    token.children = kept
    return pictures


def _address_of(target: str) -> str | None:
    """Return where a link of a guide leads to in the panel: files of the project that are no guide are not there."""
    path, hash_, anchor = target.partition("#")
    if not path or "://" in path:
        return target
    guide = path.removesuffix(".md")
    return reverse("help-guide", args=[guide]) + hash_ + anchor if guide in GUIDES else None
