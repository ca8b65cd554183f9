"""SQLite gets what PostgreSQL has by trigrams: an index of everything that contacts are found by, to be read instead of them.

It is in the order in which contacts are made, so that an import only appends to it.
"""

from typing import Any

from django.db import migrations

# As contacts/searching.py asks for it.
_INDEX = """CREATE INDEX contact_texts ON contacts_contact (account_id, id, (
    msisdn || ' ' || first_name || ' ' || last_name || ' ' || middle_name || ' ' || note_1 || ' ' || note_2 || ' ' ||
    note_3 || ' ' || note_4 || ' ' || note_5 || ' ' || note_6 || ' ' || note_7 || ' ' || note_8 || ' ' || note_9 ||
    ' ' || note_10))"""


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index where there are no trigrams."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_INDEX)


def drop(apps: Any, schema_editor: Any) -> None:
    """Remove the index."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP INDEX IF EXISTS contact_texts")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0013_texts_are_found_at_once")]
    operations = [migrations.RunPython(make, drop)]
