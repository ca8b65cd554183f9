"""The database's part in the chain of the audit trail: links never change, and PostgreSQL makes them itself.

There, an entry is linked by constraint triggers that wait until the transaction commits. The first one only makes the
row of the link, which lets the second one run after every check of foreign keys that the commit still has to do: those
may wait for rows that others have locked. Only then is the head of the chain locked, by whoever waits for nothing else
any more, and until the commit is on the disk; two transactions can never wait for each other's part of it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet

from accounts import chain

_POSTGRESQL: Final = """
CREATE FUNCTION accounts_auditentry_linked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO accounts_auditlink (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION accounts_auditlink_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said bytea := coalesce((SELECT digest FROM accounts_auditentry WHERE id = NEW.entry_id), '');
    seal accounts_audithead;
BEGIN
    INSERT INTO accounts_audithead (id, position, digest) VALUES (1, 0, '') ON CONFLICT DO NOTHING;
    UPDATE accounts_audithead SET position = position + 1,
        digest = sha256(digest || convert_to((position + 1) || ':' || NEW.entry_id || ':', 'UTF8') || said)
        WHERE id = 1 RETURNING * INTO STRICT seal;
    UPDATE accounts_auditlink SET position = seal.position, digest = seal.digest WHERE entry_id = NEW.entry_id;
    RETURN NULL;
END $$;
CREATE FUNCTION accounts_auditlink_never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'accounts_auditlink: links are never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE CONSTRAINT TRIGGER accounts_auditentry_linked AFTER INSERT ON accounts_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_linked();
CREATE CONSTRAINT TRIGGER accounts_auditlink_sealed AFTER INSERT ON accounts_auditlink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_auditlink_sealed();
CREATE TRIGGER accounts_auditlink_never_changes BEFORE UPDATE ON accounts_auditlink
    FOR EACH ROW WHEN (OLD.position IS NOT NULL) EXECUTE FUNCTION accounts_auditlink_never_changes();
CREATE TRIGGER accounts_auditlink_never_goes BEFORE DELETE ON accounts_auditlink
    FOR EACH ROW EXECUTE FUNCTION accounts_auditlink_never_changes();
"""
_UNDO: Final = """
DROP TRIGGER accounts_auditentry_linked ON accounts_auditentry;
DROP TRIGGER accounts_auditlink_sealed ON accounts_auditlink;
DROP TRIGGER accounts_auditlink_never_changes ON accounts_auditlink;
DROP TRIGGER accounts_auditlink_never_goes ON accounts_auditlink;
DROP FUNCTION accounts_auditentry_linked();
DROP FUNCTION accounts_auditlink_sealed();
DROP FUNCTION accounts_auditlink_never_changes();
"""
_SQLITE: Final = """CREATE TRIGGER accounts_auditlink_no_{verb} BEFORE {verb} ON accounts_auditlink
BEGIN SELECT RAISE(ABORT, 'accounts_auditlink: links are never changed or deleted'); END"""


def keep(apps: Any, schema_editor: Any) -> None:
    """Chain the entries that are there, and have the database keep the chain; for migrations."""
    models = [apps.get_model("accounts", name) for name in ("AuditEntry", "AuditLink", "AuditHead")]
    if schema_editor.connection.vendor == "sqlite":
        _link_all(*models)
        for verb in ("update", "delete"):
            schema_editor.execute(_SQLITE.format(verb=verb))
        return
    schema_editor.execute("LOCK TABLE accounts_auditentry IN SHARE ROW EXCLUSIVE MODE")
    _link_all(*models)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    schema_editor.execute(_POSTGRESQL, params=None)


def _link_all(entries: Any, links: Any, heads: Any) -> None:
    """Make a link for each entry, in the order of their ids."""
    seal, waiting = chain.Seal(), []
    rows: QuerySet[Any] = entries.objects.order_by("pk")
    for entry in rows.iterator(chunk_size=chain.CHUNK):
        seal = chain.follow(seal, entry.pk, chain.digest_of(entry))
        waiting.append(links(entry_id=entry.pk, position=seal.position, digest=seal.digest))
        if len(waiting) == chain.CHUNK:
            links.objects.bulk_create(waiting)
            waiting = []
    links.objects.bulk_create(waiting)
    heads.objects.create(pk=1, position=seal.position, digest=seal.digest)


def forget(_apps: Any, schema_editor: Any) -> None:
    """Undo `keep`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_UNDO)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER accounts_auditlink_no_{verb}")
