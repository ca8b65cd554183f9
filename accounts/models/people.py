"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import Account
from smspanel import clock


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail, whatever its case, together with their account."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this e-mail."""
        return self.get_queryset().get(email__iexact=username)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator, for `manage.py createsuperuser`: the first person of an installation."""
        user = self.model(email=email.lower(), role=User.Role.ADMIN, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_queryset(self) -> models.QuerySet[User]:
        """Bring the account along: every page asks for it."""
        return super().get_queryset().select_related("account")


class User(AbstractBaseUser):
    """A person: staff of the installation, or someone of one account."""

    class Role(models.TextChoices):
        ADMIN = "ADMIN", _("Administrator (staff)")
        SUPPORT = "SUPPORT", _("Support (staff)")
        OWNER = "OWNER", _("Owner")
        EDITOR = "EDITOR", _("Editor")
        VIEWER = "VIEWER", _("Viewer")

    STAFF_ROLES: ClassVar = (Role.ADMIN, Role.SUPPORT)

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.OWNER)
    enabled = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", "English"), ("pl", "Polski")], default="en"
    )
    approves = models.BooleanField(
        _("approves campaigns"),
        default=True,
        help_text=_("Of staff: may let campaigns go that wait for approval, and is told of them by e-mail."),
    )
    sees_numbers = models.BooleanField(
        _("sees phone numbers"),
        default=True,
        help_text=_("Without it every number is shown as 48 500 *** *05, and files with numbers cannot be fetched."),
    )
    notice_choices = models.JSONField(default=dict, blank=True, editable=False, help_text=_("How news are told."))
    hides_first_steps = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["ADMIN", "SUPPORT"], account__isnull=True)
                | (~Q(role__in=["ADMIN", "SUPPORT"]) & Q(account__isnull=False)),
                name="staff_have_no_account_and_all_others_have_one",
            ),
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether this person works for the operator of the installation."""
        return self.role in self.STAFF_ROLES

    @property
    def is_superuser(self) -> bool:
        """Whether this person may do everything that staff may do."""
        return self.role == self.Role.ADMIN

    @property
    def is_master(self) -> bool:
        """Whether this person's account may have slaves."""
        return self.account is not None and self.account.is_master

    @property
    def is_manager(self) -> bool:
        """Whether this person decides about people, keys and points."""
        return self.role in {*self.STAFF_ROLES, self.Role.OWNER}

    @property
    def may_write(self) -> bool:
        """Whether this person may change anything at all."""
        return self.role != self.Role.VIEWER

    @property
    def is_approver(self) -> bool:
        """Whether this person decides about campaigns that wait for approval."""
        return self.is_staff and self.approves

    @property
    def roles_to_give(self) -> list[Role]:
        """Return the roles that this person may give, and whose people they may change."""
        return [role for role in self.Role if self.is_superuser or role not in self.STAFF_ROLES]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether this person may sign in: not switched off, nor their account or its master."""
        if not self.enabled or (self.account is None) != self.is_staff:
            return False
        return self.account is None or self.account.is_active

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer for third-party code; the panel itself asks smspanel/access.py."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """Answer for third-party code, as has_perm does."""
        return self.is_active and self.is_superuser
