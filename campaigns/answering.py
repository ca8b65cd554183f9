"""Answers replies and passes them on: noted in the transaction that stores the reply, done afterwards by a bell.

Nothing here can run in circles. An answer goes to a person once for the campaign or group that gives it, a confirmation
once for a stop, and what is sent here are single messages, which have neither answers nor forwarding of their own.
"""

from __future__ import annotations

import logging
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import points
from accounts.models import Account
from campaigns import orders
from campaigns.errors import CampaignRefused
from campaigns.models import Reply, ReplyTask, Variant
from campaigns.models.offer import REPLY_VARIANTS
from contacts import blacklist
from contacts.models import Group
from smspanel import doorbell, mail
from smspanel.providers import registry

logger = logging.getLogger(__name__)

JOB: Final = "campaigns.jobs.carry_out_reply_task"
LONGEST: Final = 600
"""Characters of a reply that is passed on to a phone."""
Kind = ReplyTask.Kind


def note_farewell(reply: Reply) -> None:
    """Note the confirmation for somebody who has just left, if the account confirms at all."""
    if reply.account is not None and reply.account.stop_answer:
        _note(reply, Kind.FAREWELL, f"farewell:{reply.pk}", reply.msisdn, reply.account.stop_answer)


def note(reply: Reply) -> None:
    """Note the answer to a reply, and to whom it is passed on."""
    if reply.account is None or reply.wish == Reply.Wish.STOPPED:
        return
    if (answer := _answer_to(reply)) is not None:
        asked_by, text = answer
        _note(reply, Kind.ANSWER, f"answer:{asked_by}:{reply.msisdn}", reply.msisdn, text)
    campaign = reply.campaign
    if campaign is None:
        return
    said = _("Reply of +%(number)s: %(text)s") % {"number": reply.msisdn, "text": reply.text}
    for to in campaign.forward_numbers:
        if str(to).lstrip("+") not in {reply.msisdn, reply.msisdn[-9:]}:
            _note(reply, Kind.NUMBER, f"number:{reply.pk}:{to}", str(to), said[:LONGEST])
    for to in campaign.forward_emails:
        _note(reply, Kind.EMAIL, f"email:{reply.pk}:{to}", str(to), said)


def _note(reply: Reply, kind: ReplyTask.Kind, key: str, to: str, text: str) -> None:
    task, created = ReplyTask.objects.get_or_create(
        key=key[:340], defaults={"reply": reply, "kind": kind, "to": to[:254], "text": text}
    )
    if created:
        doorbell.ring(JOB, task.pk)


def _answer_to(reply: Reply) -> tuple[str, str] | None:
    """Return who answers, the campaign or else a group, and what; None where nobody does, or the provider by itself."""
    campaign = reply.campaign
    if campaign is not None and campaign.reply_text:
        native = registry.client_class(reply.connection.kind).answers_replies and campaign.variant in REPLY_VARIANTS
        return None if native else (f"campaign:{campaign.pk}", campaign.reply_text)
    group = reply.group
    if (group is None or not group.reply_text) and campaign is not None:
        groups = Group.objects.filter(campaigns=campaign, members__msisdn=reply.msisdn).exclude(reply_text="")
        group = groups.order_by("pk").first()
    return (f"group:{group.pk}", group.reply_text) if group is not None and group.reply_text else None


def due() -> QuerySet[ReplyTask, tuple[int]]:
    """Return what is still to be done."""
    return ReplyTask.objects.filter(status=ReplyTask.Status.WAITING).order_by("pk").values_list("pk")[:500]


def carry_out(task_id: int) -> None:
    """Do what is noted, once: a message by the points of the account, an e-mail that is never repeated on a guess."""
    task = ReplyTask.objects.select_related("reply__account").filter(pk=task_id).first()
    if task is None or task.status != ReplyTask.Status.WAITING:
        return
    if task.kind == Kind.EMAIL:
        _write_email(task)
        return
    try:
        _write_message(task)
    except (CampaignRefused, points.PointsError) as error:
        _end(task, ReplyTask.Status.REFUSED, str(error))


@transaction.atomic
def _write_message(task: ReplyTask) -> None:
    """Order the message and say so, together; raises CampaignRefused, PointsError."""
    taken = ReplyTask.objects.select_for_update(no_key=True).filter(pk=task.pk, status=ReplyTask.Status.WAITING)
    account = task.reply.account
    if not taken.exists() or account is None:
        return
    farewell = task.kind == Kind.FAREWELL
    if farewell and _is_blocked_otherwise(account, task.to):
        raise CampaignRefused(_("The number is blocked by somebody else."))
    order = orders.Order(name=str(task.get_kind_display()), text=task.text, variant=Variant.ECO)
    message = orders.single(account=account, to=f"+{task.to.lstrip('+')}", order=order, key=None, farewell=farewell)
    ReplyTask.objects.filter(pk=task.pk).update(status=ReplyTask.Status.DONE, campaign=message.campaign)


def _is_blocked_otherwise(account: Account, msisdn: str) -> bool:
    """Say whether a number is blocked by more than the reply that it has just sent."""
    return blacklist.but_by_reply(account).filter(msisdn=msisdn).exists()


def _write_email(task: ReplyTask) -> None:
    """Hand an e-mail over, after writing that this is tried: what is unclear is not sent again."""
    mine = ReplyTask.objects.filter(pk=task.pk, status=ReplyTask.Status.WAITING)
    if not mine.update(status=ReplyTask.Status.TRYING):
        return
    subject = _("Reply of +%(number)s") % {"number": task.reply.msisdn}
    try:
        mail.send(to=task.to, subject=subject, body=task.text)
    except mail.NotSent as error:
        logger.warning("The e-mail of the reply task %s was not taken: %s", task.pk, error)
        _end(task, ReplyTask.Status.REFUSED, _("The mail server did not take it: %(why)s") % {"why": error})
    else:
        _end(task, ReplyTask.Status.DONE)


def _end(task: ReplyTask, status: ReplyTask.Status, problem: str = "") -> None:
    ReplyTask.objects.filter(pk=task.pk).update(status=status, problem=problem[:300])


def of(reply: Reply) -> list[ReplyTask]:
    """Return what was done about a reply."""
    return list(reply.tasks.order_by("pk").select_related("campaign"))
