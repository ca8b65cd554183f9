"""The one place in which changes by form get into the audit trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest

from accounts import audit
from accounts.models import Account
from accounts.signed_in import person
from smspanel.panel import ScopedModelAdmin


class AuditedAdmin(ScopedModelAdmin):
    """A model admin that writes every change of a row to the audit trail, in the transaction of the change.

    `audited_as` begins the names of the actions; `audited_values` are the fields whose new values may be read there,
    which are never personal and never secret.
    """

    audited_as: ClassVar[str]
    audited_values: ClassVar[tuple[str, ...]] = ()

    def account_of(self, obj: Any) -> Account | None:
        """Return the account to which the entry belongs."""
        return getattr(obj, "account", None)

    def save_row(self, obj: Any) -> None:
        """Write the row."""
        obj.save()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row and write what was changed."""
        self.save_row(obj)
        audit.record_changes(
            actor=person(request),
            action=f"{self.audited_as}.{'change' if change else 'create'}",
            subject=obj,
            account=self.account_of(obj),
            fields=form.changed_data,
            shown=self.audited_values,
        )
