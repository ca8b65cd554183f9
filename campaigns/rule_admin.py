"""What may not be sent, as staff write it down: forbidden words and reserved sender names."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

from typing import ClassVar

from accounts.audited import AuditedAdmin
from smspanel.panel import ALL


class ForbiddenWordAdmin(AuditedAdmin):
    """Words that no message may contain."""

    account_path = None
    staff_may: ClassVar = ALL
    audited_as = "forbidden-word"
    audited_values: ClassVar = ("word",)
    list_display: ClassVar = ("word", "note")
    fields: ClassVar = ("word", "note")
    search_fields: ClassVar = ("word",)
    export_fields = ("word", "note")
    import_fields = ("word", "note")
    import_key = ("word",)


class ReservedNameAdmin(AuditedAdmin):
    """Sender names that accounts may not ask for."""

    account_path = None
    staff_may: ClassVar = ALL
    audited_as = "reserved-name"
    audited_values: ClassVar = ("name",)
    list_display: ClassVar = ("name", "note")
    fields: ClassVar = ("name", "note")
    search_fields: ClassVar = ("name",)
    export_fields = ("name", "note")
    import_fields = ("name", "note")
    import_key = ("name",)
