"""Brings what is at the provider into the panel: subaccounts that are missing here; nothing is ever deleted."""

from __future__ import annotations

from django.db import transaction

from accounts import audit, points
from accounts.links import comparing, steps
from accounts.models import Account, AccountLink, User
from smspanel.providers.justsend.records import Subaccount


def pull_subaccounts(*, root: AccountLink, actor: User | None) -> int:
    """Make a slave of each subaccount there that is none of ours, without people and points; returns how many.

    Raises what steps.client_of does, and errors.ProviderError.
    """
    made = sum(_take(root, remote, actor) for remote in steps.client_of(root.connection).subaccounts())
    comparing.want_tree(root.pk)
    return made


@transaction.atomic
def _take(root: AccountLink, remote: Subaccount, actor: User | None) -> bool:
    """Find or make the slave of one subaccount; says whether it was made."""
    root = AccountLink.objects.select_for_update(no_key=True).select_related("account").get(pk=root.pk)
    known = AccountLink.objects.filter(parent=root, remote_id=remote.id)
    if known.update(remote_email=remote.email[:254]):
        return False
    ours = root.below.filter(remote_id__isnull=True, account__email__iexact=remote.email).first()
    if ours is not None:
        comparing.adopt(ours.pk, remote)
        return False
    account = Account.objects.create(
        kind=Account.Kind.SLAVE,
        master=root.account,
        status=Account.Status.ACTIVE if remote.is_active else Account.Status.NOT_ACTIVE,
        name=(f"{remote.first_name} {remote.surname}".strip() or remote.email)[:120],
        email=remote.email[:254],
        description=remote.description[:200],
        contact_first_name=remote.first_name[:60],
        contact_last_name=remote.surname[:60],
    )
    points.wallet_of(account)
    link = AccountLink.objects.create(account=account, connection_id=root.connection_id, parent=root)
    comparing.adopt(link.pk, remote)
    audit.record(actor=actor, action="link.pull", subject=link, account=account)
    return True
