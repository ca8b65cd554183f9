"""Sender names: which of them an account may send under, and those that a provider has approved already."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit, connections
from accounts.models import Account, Connection, User
from campaigns import notices
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import ReservedName, Sender
from campaigns.models.offer import validate_sender
from smspanel.providers.values import SenderName, SenderStatus


def usable_by(account: Account) -> QuerySet[Sender]:
    """Return the approved names that an account may send under: its own, its master's, and those of everybody."""
    whose = Q(account__isnull=True) | Q(account=account.pk) | Q(account=account.master_id)
    approved = Sender.objects.filter(whose, status=Sender.Status.APPROVED)
    return approved.exclude(agreement=Sender.Agreement.REQUIRED)


def belongs_to(sender: Sender, account: Account) -> bool:
    """Say whether a name is the account's own, its master's, or everybody's."""
    return sender.account_id in {None, account.pk, account.master_id}


def named(*, account: Account, name: str, variant: str) -> Sender:
    """Return the approved name that software asks for, its own before everybody's; raises CampaignRefused."""
    check(name)
    found = list(usable_by(account).filter(name__iexact=name).order_by(F("account").asc(nulls_last=True)))
    for sender in found:
        if sender.allows(variant):
            return sender
    if found:
        raise CampaignRefused(wrong_variant(found[0], variant), rule=Rule.SENDER_NOT_ALLOWED)
    if ReservedName.objects.filter(name__iexact=name).exists():
        raise CampaignRefused(_("The name %(name)s is reserved.") % {"name": name}, rule=Rule.SENDER_RESERVED)
    raise CampaignRefused(
        _("You may not send under the name %(name)s. Ask for it in the panel first.") % {"name": name},
        rule=Rule.SENDER_NOT_ALLOWED,
    )


def wrong_variant(sender: Sender, variant: str) -> str:
    """Return the sentence about a name that messages of a variant may not bear."""
    told = {"name": sender.name, "variant": variant, "allowed": ", ".join(sender.variants.split())}
    return _("The sender name %(name)s is not approved for %(variant)s, but for %(allowed)s.") % told


@transaction.atomic
def decide(*, sender: Sender, status: Sender.Status, actor: User, reason: str = "") -> Sender:
    """Approve, reject or switch off a name, and tell its owner; raises CampaignRefused for a rejection without why."""
    if status == Sender.Status.REJECTED and not reason.strip():
        raise CampaignRefused(_("Write why you refuse it: its owner reads that."))
    sender = Sender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    sender.status = status
    sender.rejection = " ".join(reason.split())[:300] if status != Sender.Status.APPROVED else ""
    sender.save(update_fields=["status", "rejection"])
    audit.record(actor=actor, action=f"sender.{status.lower()}", subject=sender, account=sender.account)
    notices.tell_about(sender)
    return sender


def check(name: str) -> None:
    """Refuse a name that operators would refuse; raises CampaignRefused with the rule that it breaks."""
    try:
        validate_sender(name)
    except ValidationError as error:
        raise CampaignRefused(str(error.message), rule=Rule(error.code or Rule.SENDER_CHARACTERS)) from error


def validate_free(name: str) -> None:
    """Refuse a name that is reserved for somebody such as a bank; raises ValidationError."""
    if ReservedName.objects.filter(name__iexact=name).exists():
        raise ValidationError(
            _("The name %(name)s is reserved. Ask the operator of the panel if it is yours."),
            code=Rule.SENDER_RESERVED,
            params={"name": name},
        )


def pull(*, connection: Connection, account: Account, actor: User | None) -> int:
    """Bring the connection's approved names to an account; returns how many are new or approved by it now.

    Raises ProviderError and CannotOpen. Nothing is deleted, and a name that staff rejected stays rejected.
    """
    return _keep(connections.client_for(connection).senders(), account=account, actor=actor)


@transaction.atomic
def _keep(found: list[SenderName], *, account: Account, actor: User | None) -> int:
    changed = 0
    for name in sorted({one.name for one in found if one.status == SenderStatus.APPROVED and _is_valid(one.name)}):
        approved = {"status": Sender.Status.APPROVED}
        sender, created = Sender.objects.get_or_create(account=account, name=name, defaults=approved)
        waiting = Sender.objects.filter(pk=sender.pk, status=Sender.Status.PENDING)
        if created or waiting.update(**approved):
            audit.record(actor=actor, action="sender.pull", subject=sender, account=account)
            changed += 1
    return changed


def _is_valid(name: str) -> bool:
    try:
        validate_sender(name)
    except ValidationError:
        return False
    return True
