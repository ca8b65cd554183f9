"""The size of a group is kept by the database itself, whichever way its members change.

On PostgreSQL a statement that moves a thousand members changes the size once; SQLite knows triggers for rows only.
There, a migration that rebuilds the table contacts_membership drops its triggers: it has to call `keep` again.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from contacts.models import Group, Membership

_CHANGES: Final = {
    "added": ("INSERT", "NEW TABLE AS arrived", "SELECT group_id, 1 AS n FROM arrived"),
    "removed": ("DELETE", "OLD TABLE AS gone", "SELECT group_id, -1 AS n FROM gone"),
    "moved": (
        "UPDATE",
        "OLD TABLE AS gone NEW TABLE AS arrived",
        "SELECT group_id, -1 AS n FROM gone UNION ALL SELECT group_id, 1 FROM arrived",
    ),
}

# The groups are locked in the order of their ids, so that two statements never wait for each other crosswise.
_POSTGRESQL: Final = """
CREATE OR REPLACE FUNCTION contacts_membership_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM 1 FROM contacts_group WHERE id IN (SELECT group_id FROM ({rows}) AS changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE contacts_group SET size = size + net.n FROM (
        SELECT group_id, sum(n) AS n FROM ({rows}) AS changed GROUP BY group_id HAVING sum(n) <> 0
    ) AS net WHERE net.group_id = contacts_group.id;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS contacts_membership_{name} ON contacts_membership;
CREATE TRIGGER contacts_membership_{name} AFTER {verb} ON contacts_membership REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION contacts_membership_{name}();
"""
_SQLITE: Final = {
    "added": ("INSERT", "UPDATE contacts_group SET size = size + 1 WHERE id = NEW.group_id;"),
    "removed": ("DELETE", "UPDATE contacts_group SET size = size - 1 WHERE id = OLD.group_id;"),
    "moved": (
        "UPDATE OF group_id",
        """UPDATE contacts_group SET size = size - 1 WHERE id = OLD.group_id;
        UPDATE contacts_group SET size = size + 1 WHERE id = NEW.group_id;""",
    ),
}
_COUNT: Final = """UPDATE contacts_group
    SET size = (SELECT count(*) FROM contacts_membership WHERE group_id = contacts_group.id)"""


def keep(schema_editor: Any) -> None:
    """Have the database keep the sizes, and count what is there; for migrations."""
    if schema_editor.connection.vendor == "postgresql":
        for name, (verb, tables, rows) in _CHANGES.items():
            schema_editor.execute(_POSTGRESQL.format(name=name, verb=verb, tables=tables, rows=rows), params=None)
    else:
        for name, (verb, body) in _SQLITE.items():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS contacts_membership_{name}")
            schema_editor.execute(
                f"CREATE TRIGGER contacts_membership_{name} AFTER {verb} ON contacts_membership BEGIN {body} END"
            )
    schema_editor.execute(_COUNT)


def forget(schema_editor: Any) -> None:
    """Undo `keep`."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in _CHANGES:
        schema_editor.execute(f"DROP TRIGGER contacts_membership_{name}{' ON contacts_membership' * postgresql}")
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION contacts_membership_{name}()")


def wrong() -> list[tuple[Group, int]]:
    """Return the groups whose size is not the number of their members, with that number."""
    members = Membership.objects.filter(group=OuterRef("pk")).order_by().values("group").annotate(n=Count("pk"))
    counted = Coalesce(Subquery(members.values("n"), output_field=IntegerField()), 0)
    groups: Any = Group.objects.annotate(counted=counted).exclude(size=F("counted"))
    return [(group, group.counted) for group in groups]


def kept() -> bool:
    """Say whether the database has what keeps the sizes."""
    sql = (
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'contacts_membership'::regclass AND tgname = ANY(%s)"
        if connection.vendor == "postgresql"
        else "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s, %s)"
    )
    names = [f"contacts_membership_{name}" for name in _CHANGES]
    with connection.cursor() as cursor:
        cursor.execute(sql, [names] if connection.vendor == "postgresql" else names)
        return bool(cursor.fetchone()[0] == len(names))
