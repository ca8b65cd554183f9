"""The database itself marks the campaigns whose messages have changed, whichever way they did.

On PostgreSQL every statement leaves a mark of its own for each campaign it touched: to share one with another
transaction would mean to wait for it. On SQLite, where writers take turns, a mark that is there is enough. There, a
migration that rebuilds the table campaigns_message drops its triggers: it has to call `keep` again.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

_VERBS: Final = {"added": ("INSERT", "NEW"), "changed": ("UPDATE", "NEW"), "removed": ("DELETE", "OLD")}
_WHAT_IS_COUNTED: Final = "state, network, parts, points, refunded_at"
_POSTGRESQL: Final = """
CREATE OR REPLACE FUNCTION campaigns_message_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO campaigns_recount (campaign_id) SELECT DISTINCT campaign_id FROM touched;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS campaigns_message_{name} ON campaigns_message;
CREATE TRIGGER campaigns_message_{name} AFTER {verb} ON campaigns_message REFERENCING {row} TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION campaigns_message_{name}();
"""
_SQLITE: Final = """CREATE TRIGGER campaigns_message_{name} AFTER {verb} ON campaigns_message
WHEN NOT EXISTS (SELECT 1 FROM campaigns_recount WHERE campaign_id = {row}.campaign_id)
BEGIN INSERT INTO campaigns_recount (campaign_id) VALUES ({row}.campaign_id); END"""
_ALL: Final = "INSERT INTO campaigns_recount (campaign_id) SELECT DISTINCT campaign_id FROM campaigns_message"


def keep(schema_editor: Any) -> None:
    """Have the database mark what changes, and mark all that is there; for migrations."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, (verb, row) in _VERBS.items():
        if postgresql:
            schema_editor.execute(_POSTGRESQL.format(name=name, verb=verb, row=row), params=None)
        else:
            of = f"{verb} OF {_WHAT_IS_COUNTED}" if verb == "UPDATE" else verb
            schema_editor.execute(f"DROP TRIGGER IF EXISTS campaigns_message_{name}")
            schema_editor.execute(_SQLITE.format(name=name, verb=of, row=row))
    schema_editor.execute(_ALL)


def forget(schema_editor: Any) -> None:
    """Undo `keep`."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in _VERBS:
        schema_editor.execute(f"DROP TRIGGER campaigns_message_{name}{' ON campaigns_message' * postgresql}")
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION campaigns_message_{name}()")


def kept() -> bool:
    """Say whether the database has what marks the changes."""
    postgresql = connection.vendor == "postgresql"
    sql = (
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'campaigns_message'::regclass AND tgname = ANY(%s)"
        if postgresql
        else "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s, %s)"
    )
    names = [f"campaigns_message_{name}" for name in _VERBS]
    with connection.cursor() as cursor:
        cursor.execute(sql, [names] if postgresql else names)
        return bool(cursor.fetchone()[0] == len(names))
