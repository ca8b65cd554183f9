"""What the database itself keeps about contacts: the sizes of groups, and an index of all that is searched for."""

from typing import Any

from django.db import migrations

from contacts import sizes

# As contacts/searching.py asks for it. What waits to be sorted in is read by every search: 32 MB take some milliseconds.
_TRIGRAMS = """CREATE INDEX contact_trigrams ON contacts_contact USING gin (upper(
    msisdn || ' ' || first_name || ' ' || last_name || ' ' || middle_name || ' ' || note_1 || ' ' || note_2 || ' ' ||
    note_3 || ' ' || note_4 || ' ' || note_5 || ' ' || note_6 || ' ' || note_7 || ' ' || note_8 || ' ' || note_9 ||
    ' ' || note_10) gin_trgm_ops) WITH (gin_pending_list_limit = 262144)"""
# In the order in which contacts are made, so that an import only appends to it.
_TEXTS = """CREATE INDEX contact_texts ON contacts_contact (account_id, id, (
    msisdn || ' ' || first_name || ' ' || last_name || ' ' || middle_name || ' ' || note_1 || ' ' || note_2 || ' ' ||
    note_3 || ' ' || note_4 || ' ' || note_5 || ' ' || note_6 || ' ' || note_7 || ' ' || note_8 || ' ' || note_9 ||
    ' ' || note_10))"""


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index: of trigrams where the database has them, which every role that owns a database may add."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_TEXTS)
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(_TRIGRAMS)


def drop(apps: Any, schema_editor: Any) -> None:
    """Remove the index; others may use the extension."""
    schema_editor.execute("DROP INDEX IF EXISTS contact_texts")
    schema_editor.execute("DROP INDEX IF EXISTS contact_trigrams")


class Migration(migrations.Migration):
    replaces = [
        ("contacts", "0010_group_sizes_and_splits"),
        ("contacts", "0013_texts_are_found_at_once"),
        ("contacts", "0014_sqlite_searches_an_index"),
    ]

    dependencies = [("contacts", "0001_tables")]

    operations = [
        migrations.RunPython(
            lambda _apps, schema_editor: sizes.keep(schema_editor),
            lambda _apps, schema_editor: sizes.forget(schema_editor),
        ),
        migrations.RunPython(make, drop),
    ]
