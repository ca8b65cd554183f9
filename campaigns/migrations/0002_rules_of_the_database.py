"""What the database itself sees to: a prefix has one holder at a time, and campaigns whose messages changed are marked."""

from typing import Any

from django.db import migrations

from campaigns import count_triggers

POSTGRESQL = """
ALTER TABLE campaigns_prefixreservation ADD CONSTRAINT one_reservation_at_a_time EXCLUDE USING gist
(int8range(prefix_id, prefix_id, '[]') WITH &&, tstzrange(date_from, date_to) WITH &&);
ALTER TABLE campaigns_prefixreservation ADD CONSTRAINT reservations_last_at_most_72_hours
CHECK (date_to - date_from <= interval '72 hours');
"""

SQLITE = """
CREATE TRIGGER one_reservation_at_a_time_{verb} AFTER {verb} ON campaigns_prefixreservation
WHEN NEW.date_from < NEW.date_to AND EXISTS (
    SELECT 1 FROM campaigns_prefixreservation AS other
    WHERE other.prefix_id = NEW.prefix_id AND other.id <> NEW.id AND other.date_from < other.date_to
    AND other.date_from < NEW.date_to AND NEW.date_from < other.date_to
)
BEGIN SELECT RAISE(ABORT, 'one_reservation_at_a_time: the prefix is reserved for a part of this time'); END;
CREATE TRIGGER reservations_last_at_most_72_hours_{verb} AFTER {verb} ON campaigns_prefixreservation
WHEN julianday(NEW.date_to) - julianday(NEW.date_from) > 3.00000001
BEGIN SELECT RAISE(ABORT, 'reservations_last_at_most_72_hours: the reservation is too long'); END;
"""


def forbid_overlaps(apps: Any, schema_editor: Any) -> None:
    """Let a prefix be reserved by one account at a time, and for 72 hours at most."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for verb in ("insert", "update"):
            for trigger in SQLITE.format(verb=verb).split("END;")[:-1]:
                schema_editor.execute(f"{trigger}END;")


def allow_overlaps(apps: Any, schema_editor: Any) -> None:
    """Take both rules away."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE campaigns_prefixreservation DROP CONSTRAINT one_reservation_at_a_time")
        schema_editor.execute(
            "ALTER TABLE campaigns_prefixreservation DROP CONSTRAINT reservations_last_at_most_72_hours"
        )
    else:
        for verb in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER one_reservation_at_a_time_{verb}")
            schema_editor.execute(f"DROP TRIGGER reservations_last_at_most_72_hours_{verb}")


class Migration(migrations.Migration):
    replaces = [
        ("campaigns", "0004_prefixes_and_replies"),
        ("campaigns", "0026_messages_are_counted"),
    ]

    dependencies = [("campaigns", "0001_tables")]

    operations = [
        migrations.RunPython(forbid_overlaps, allow_overlaps),
        migrations.RunPython(
            lambda _apps, schema_editor: count_triggers.keep(schema_editor),
            lambda _apps, schema_editor: count_triggers.forget(schema_editor),
        ),
    ]
