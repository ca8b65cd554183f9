"""Accounts and the people in them: create, change, switch off."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import acting, audit, grants, keys, low_points, points, sessions
from accounts.links import recording
from accounts.models import Account, Transfer, User


class TenantError(Exception):
    """An account or a person could not be created or changed; nothing was."""


@transaction.atomic
def create_master(*, actor: User | None, name: str, email: str, **profile: Any) -> Account:
    """Create a master account with its wallet."""
    account = Account.objects.create(kind=Account.Kind.MASTER, name=name, email=email, **profile)
    points.wallet_of(account)
    audit.record(actor=actor, action="account.create", subject=account, account=account)
    return account


@transaction.atomic
def create_slave(
    *, master: Account, actor: User | None, name: str, email: str, opening_points: int = 0, **profile: Any
) -> Account:
    """Create a slave with its wallet and, if asked, move opening points to it; raises TenantError, PointsError."""
    if not master.is_master:
        raise TenantError(_("Only a master account can have subaccounts."))
    profile = {"countries": master.countries} | profile
    account = Account.objects.create(kind=Account.Kind.SLAVE, master=master, name=name, email=email, **profile)
    points.wallet_of(account)
    audit.record(actor=actor, action="account.create", subject=account, account=account)
    recording.record_creation(account=account, actor=actor)
    if opening_points:
        move_points(
            source=master,
            target=account,
            amount=opening_points,
            key=f"opening:{account.pk}",
            memo=_("Opening points"),
            actor=actor,
        )
    return account


@transaction.atomic
def move_points(
    *, source: Account, target: Account, amount: int, key: str, memo: str = "", actor: User | None = None
) -> Transfer:
    """Move points between a master and its slave, and where they are linked also there; raises PointsError."""
    transfer = points.move(source=source, target=target, points=amount, key=key, memo=memo, actor=actor)
    for end in (source, target):
        low_points.look(end)
    recording.record_move(transfer=transfer, source=source, target=target, actor=actor)
    return transfer


@transaction.atomic
def add_person(
    *,
    email: str,
    password: str | None,
    role: User.Role,
    account: Account | None = None,
    actor: User | None = None,
    name: str = "",
    language: str = "en",
    sees_numbers: bool = True,
) -> User:
    """Create somebody who can sign in; raises TenantError when the e-mail is taken or the role not to be given."""
    acting.forbid_secrets()
    if actor is not None and role not in actor.roles_to_give:
        raise TenantError(_("Only an administrator can make somebody staff."))
    _refuse_taken(email)
    user = User(
        email=email.lower(), role=role, account=account, name=name, language=language, sees_numbers=sees_numbers
    )
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        _refuse_taken(email)  # somebody else was faster
        raise
    audit.record(actor=actor, action="person.create", subject=user, account=account, role=role)
    return user


def _refuse_taken(email: str) -> None:
    if User.objects.filter(email__iexact=email).exists():
        raise TenantError(_("Somebody with the e-mail %(email)s signs in here already.") % {"email": email})


@transaction.atomic
def edit(*, account: Account, actor: User | None, password: str | None = None, **profile: Any) -> None:
    """Change fields of an account and, if given, the password of its owner; raises TenantError, ValidationError."""
    changed = [field for field, value in profile.items() if getattr(account, field) != value]
    for field in changed:
        setattr(account, field, profile[field])
    account.save(update_fields=changed)
    audit.record_changes(
        actor=actor, action="account.change", subject=account, account=account, fields=changed, shown=()
    )
    recording.record_edit(account=account, fields=changed, actor=actor)
    if password is not None:
        _set_password(account, password, actor)


def _set_password(account: Account, password: str, actor: User | None) -> None:
    """Give the account's owner a new password: of several, who signs in with the account's own e-mail."""
    acting.forbid_secrets()
    owners = User.objects.filter(account=account, role=User.Role.OWNER).order_by("pk")
    owner = owners.filter(email__iexact=account.email).first() or owners.first()
    if owner is None:
        raise TenantError(_("Nobody owns this account, so that there is no password to change."))
    validate_password(password, owner)
    owner.set_password(password)
    owner.save(update_fields=["password"])
    sessions.end_all(person=owner, actor=actor)
    audit.record(actor=actor, action="person.password", subject=owner, account=account)


@transaction.atomic
def deactivate(*, account: Account, actor: User | None) -> int:
    """Switch off an active account and, with a master, all its slaves; returns how many were switched off."""
    tree = Account.objects.select_for_update(no_key=True).filter(pk=account.pk)
    if account.is_master:
        tree = Account.objects.select_for_update(no_key=True).filter(master=account) | tree
    ids = list(tree.filter(status=Account.Status.ACTIVE).order_by("pk").values_list("pk", flat=True))
    for member in Account.objects.filter(pk__in=ids):
        audit.record(actor=actor, action="account.deactivate", subject=member, account=member)
        recording.record_deactivation(account=member, actor=actor)
    return Account.objects.filter(pk__in=ids).update(status=Account.Status.NOT_ACTIVE)


@transaction.atomic
def activate(*, account: Account, actor: User | None) -> None:
    """Switch an account on again; its slaves stay as they are."""
    changed = Account.objects.filter(pk=account.pk).exclude(status=Account.Status.ACTIVE)
    if account.master is not None and not account.master.is_active:
        raise TenantError(_("Switch its master account on first."))
    if changed.update(status=Account.Status.ACTIVE):
        audit.record(actor=actor, action="account.activate", subject=account, account=account)
        recording.look_again(account=account)


@transaction.atomic
def allow_sending_by_get(*, account: Account, allowed: bool, actor: User | None) -> None:
    """Let the account's devices send by GET, or no longer."""
    if Account.objects.filter(pk=account.pk).exclude(may_send_by_get=allowed).update(may_send_by_get=allowed):
        audit.record(actor=actor, action="account.api", subject=account, account=account, by_get=allowed)


@transaction.atomic
def open_account(
    *,
    kind: Account.Kind,
    master: Account | None,
    name: str,
    email: str,
    password: str,
    opening_points: int = 0,
    actor: User | None = None,
    **profile: Any,
) -> tuple[Account, str]:
    """Create an account with its owner and a key, and return it with the key's value; raises TenantError.

    A slave's opening points come from its master, a master's are granted; those above the limit wait for approval.
    """
    if kind == Account.Kind.SLAVE:
        if master is None:
            raise TenantError(_("A subaccount needs a master account."))
        account = create_slave(
            master=master, actor=actor, name=name, email=email, opening_points=opening_points, **profile
        )
    else:
        account = create_master(actor=actor, name=name, email=email, **profile)
        if opening_points:
            _open_with(account, opening_points, actor)
    add_person(email=email, password=password, role=User.Role.OWNER, account=account, actor=actor, name=name)
    return account, keys.issue(account=account, actor=actor)[1]


def _open_with(account: Account, amount: int, actor: User | None) -> None:
    """Issue a master's opening points: a person's as any top-up, those of a command at once."""
    key, memo = f"opening:{account.pk}:{uuid.uuid4().hex[:8]}", _("Opening points")
    if actor is None:
        points.grant(account=account, points=amount, key=key, memo=memo)
    else:
        grants.request_grant(account=account, amount=amount, memo=memo, key=key, actor=actor)
