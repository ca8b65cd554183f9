"""Messages know the month of their campaign; on PostgreSQL the messages of every month become a table of their own."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from campaigns import count_triggers, partitions
from smspanel import clock

MONTH = "date_trunc('month', c.created_at AT TIME ZONE 'UTC')::date"
SQLITE = """UPDATE campaigns_message SET month =
    (SELECT substr(c.created_at, 1, 7) || '-01' FROM campaigns_campaign c WHERE c.id = campaign_id)"""
CREATE = """
SET LOCAL statement_timeout = 0;
ALTER TABLE campaigns_message RENAME TO campaigns_message_before;
CREATE TABLE campaigns_message (LIKE campaigns_message_before
    INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY RANGE (month);
CREATE TABLE campaigns_message_others PARTITION OF campaigns_message DEFAULT;
"""
MOVE = """
INSERT INTO campaigns_message ({columns}, month)
    SELECT {sources}, {month} FROM campaigns_message_before m JOIN campaigns_campaign c ON c.id = m.campaign_id;
SELECT setval(pg_get_serial_sequence('campaigns_message', 'id'), max(id)) FROM campaigns_message HAVING max(id) > 0;
DROP TABLE campaigns_message_before;
ALTER TABLE campaigns_message ADD CONSTRAINT campaigns_message_pkey PRIMARY KEY (id, month);
"""


def know_months(apps: Any, schema_editor: Any) -> None:
    """Write down the month of every message; on PostgreSQL while they move into the tables of their months."""
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            _partition(cursor)
    else:
        schema_editor.execute(SQLITE)


def _partition(cursor: Any) -> None:
    """Replace the table by one in parts, with the same columns, sequence, indexes and references."""
    cursor.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'campaigns_message'"
        " AND indexname <> 'campaigns_message_pkey'"
    )
    indexes = [definition for (definition,) in cursor.fetchall()]
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'campaigns_message'::regclass AND contype = 'f'"
    )
    references = cursor.fetchall()
    cursor.execute("SELECT pg_get_serial_sequence('campaigns_message', 'id')")
    (sequence,) = cursor.fetchone()
    cursor.execute(CREATE)
    _make_months(cursor)
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'campaigns_message'::regclass AND attnum > 0"
        " AND NOT attisdropped AND attname <> 'month' ORDER BY attnum"
    )
    names = [name for (name,) in cursor.fetchall()]
    columns, sources = ", ".join(f'"{name}"' for name in names), ", ".join(f'm."{name}"' for name in names)
    cursor.execute(MOVE.format(columns=columns, sources=sources, month=MONTH))
    for definition in indexes:
        cursor.execute(definition)
    for name, definition in references:
        cursor.execute(f'ALTER TABLE campaigns_message ADD CONSTRAINT "{name}" {definition}')
    cursor.execute("SELECT pg_get_serial_sequence('campaigns_message', 'id')")
    (new_sequence,) = cursor.fetchone()
    cursor.execute(f"ALTER SEQUENCE {new_sequence} RENAME TO {sequence.rpartition('.')[2]}")
    cursor.execute("ANALYZE campaigns_message")


def _make_months(cursor: Any) -> None:
    """Make a table for every month that has messages, for this one and for the next ones."""
    cursor.execute(
        f"SELECT DISTINCT {MONTH} FROM campaigns_campaign c"
        " WHERE EXISTS (SELECT 1 FROM campaigns_message_before m WHERE m.campaign_id = c.id)"
    )
    months = {month for (month,) in cursor.fetchall()} | set(partitions.ahead(clock.now().date()))
    for month in sorted(months):
        name, bounds = partitions.name_of(month), partitions.bounds(month)
        cursor.execute(f"CREATE TABLE {name} PARTITION OF campaigns_message {bounds}")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_rules_of_the_database")]

    operations = [
        migrations.AlterField(
            "canarymessage",
            "message",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="campaigns.message",
            ),
        ),
        migrations.AlterField(
            "providerid",
            "message",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="provider_ids",
                to="campaigns.message",
            ),
        ),
        migrations.AlterField(
            "reply",
            "message",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replies",
                to="campaigns.message",
            ),
        ),
        migrations.RemoveConstraint("message", "one_message_per_number"),
        migrations.AddField("message", "month", models.DateField(editable=False, null=True)),
        migrations.RunPython(know_months),
        migrations.AlterField("message", "month", models.DateField(editable=False)),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(fields=["campaign", "msisdn", "month"], name="one_message_per_number"),
        ),
        migrations.RunPython(lambda _apps, schema_editor: count_triggers.keep(schema_editor)),
    ]
