"""The kinds of news, their words, and how people hear of each unless they choose otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Notice, User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Way(models.TextChoices):
    """How somebody hears of news."""

    BOTH = "BOTH", _("In the panel and by e-mail")
    PANEL = "PANEL", _("In the panel")
    MAIL = "MAIL", _("By e-mail")
    NOT = "NOT", _("Not at all")


class Topic(models.TextChoices):
    """What people choose a way for."""

    FINISHED = "FINISHED", _("A campaign has finished")
    FAILED = "FAILED", _("A campaign has failed")
    APPROVAL = "APPROVAL", _("Approval of campaigns and sender names")
    LOW_POINTS = "LOW_POINTS", _("Points run low")
    LOW_PROVIDER = "LOW_PROVIDER", _("The account at a provider runs low")
    IMPORTED = "IMPORTED", _("An import is done")


USUAL: Final[Mapping[str, Way]] = {
    Topic.FINISHED: Way.PANEL,
    Topic.FAILED: Way.BOTH,
    Topic.APPROVAL: Way.BOTH,
    Topic.LOW_POINTS: Way.BOTH,
    Topic.LOW_PROVIDER: Way.BOTH,
    Topic.IMPORTED: Way.PANEL,
}
OF_STAFF: Final = (Topic.APPROVAL, Topic.LOW_PROVIDER)
OF_CLIENTS: Final = (Topic.FINISHED, Topic.FAILED, Topic.APPROVAL, Topic.LOW_POINTS, Topic.IMPORTED)
TREE: Final = "SUBACCOUNTS"
"""The choice of a master's people to hear of subaccounts, too."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A title, and sentences of which those are said whose figures are known."""

    topic: Topic
    title: StrPromise
    sentences: tuple[StrPromise | str, ...] = ()


_ABOUT: Final = (
    _("Account: %(account)s"),
    _("Recipients: %(recipients)s, points: %(points)s"),
)
KINDS: Final[Mapping[str, Kind]] = {
    "WAITING": Kind(Topic.APPROVAL, _("A campaign waits for approval"), _ABOUT),
    "APPROVED": Kind(Topic.APPROVAL, _("Your campaign is approved"), _ABOUT),
    "REFUSED": Kind(
        Topic.APPROVAL,
        _("Your campaign is refused"),
        (*_ABOUT, "%(problem)s", _("Nothing was sent. Its points are yours again.")),
    ),
    "SENDER_YES": Kind(Topic.APPROVAL, _("Your sender name is approved"), ("%(reason)s",)),
    "SENDER_NO": Kind(Topic.APPROVAL, _("Your sender name is rejected"), ("%(reason)s",)),
    "SENDER_OFF": Kind(Topic.APPROVAL, _("Your sender name is switched off"), ("%(reason)s",)),
    "FINISHED": Kind(Topic.FINISHED, _("Your campaign has finished"), _ABOUT),
    "FAILED": Kind(Topic.FAILED, _("Your campaign has failed"), (*_ABOUT, "%(problem)s")),
    "LOW_POINTS": Kind(
        Topic.LOW_POINTS,
        _("Points run low"),
        (_("Available: %(available)s points. You wanted to know below %(threshold)s."),),
    ),
    "LOW_PROVIDER": Kind(
        Topic.LOW_PROVIDER,
        _("The account at a provider runs low"),
        (_("Left there (%(what)s): %(value)s"), _("Top up the account there.")),
    ),
    "IMPORTED": Kind(
        Topic.IMPORTED,
        _("Your import is done"),
        (_("Created: %(created)s, updated: %(updated)s, rejected: %(rejected)s"),),
    ),
    "IMPORT_OFF": Kind(Topic.IMPORTED, _("Your import has failed"), ("%(problem)s",)),
}

_STILL_NEWS: Final[dict[str, Callable[[Notice], bool]]] = {}


def ask_whether_news(kind: str, answer: Callable[[Notice], bool]) -> None:
    """Let an app say of a kind whether it is still news when its e-mail is due."""
    _STILL_NEWS[kind] = answer


def is_news(notice: Notice) -> bool:
    """Say whether the e-mail is still worth sending."""
    answer = _STILL_NEWS.get(notice.kind)
    return answer is None or answer(notice)


def way_of(person: User, topic: str) -> Way:
    """Return how this person hears of the topic."""
    chosen = person.notice_choices.get(topic)
    return Way(chosen) if chosen in Way.values else USUAL[topic]


def subject_of(notice: Notice) -> str:
    """Return what happened, in the language that is active; a version of before may have told of something else."""
    title = str(KINDS[notice.kind].title if notice.kind in KINDS else _("News"))
    return f"{title}: {notice.details['name']}" if notice.details.get("name") else title


def sentences_of(notice: Notice) -> list[str]:
    """Return what there is to say of it, in the language that is active."""
    details = {name: _shown(value) for name, value in notice.details.items() if value not in {"", None}}
    found = []
    for sentence in KINDS[notice.kind].sentences if notice.kind in KINDS else ():
        try:
            found.append(str(sentence) % details)
        except KeyError:
            continue
    return found


def _shown(value: Any) -> Any:
    return intcomma(value) if isinstance(value, int) else value
