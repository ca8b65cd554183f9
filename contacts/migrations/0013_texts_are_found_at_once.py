"""An index of trigrams over everything that contacts are found by; SQLite has none, and reads all contacts instead."""

from typing import Any

from django.db import migrations

# As contacts/searching.py asks for it. What waits to be sorted in is read by every search: 32 MB take some milliseconds.
_INDEX = """CREATE INDEX contact_trigrams ON contacts_contact USING gin (upper(
    msisdn || ' ' || first_name || ' ' || last_name || ' ' || middle_name || ' ' || note_1 || ' ' || note_2 || ' ' ||
    note_3 || ' ' || note_4 || ' ' || note_5 || ' ' || note_6 || ' ' || note_7 || ' ' || note_8 || ' ' || note_9 ||
    ' ' || note_10) gin_trgm_ops) WITH (gin_pending_list_limit = 262144)"""


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index where the database has the extension for it, which every role that owns a database may add."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(_INDEX)


def drop(apps: Any, schema_editor: Any) -> None:
    """Remove the index; others may use the extension."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS contact_trigrams")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0012_imports_are_looked_up_once")]
    operations = [migrations.RunPython(make, drop)]
