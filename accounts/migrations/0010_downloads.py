import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import smspanel.clock


class Migration(migrations.Migration):
    """Files that are asked for belong to accounts now; their table only changes its name."""

    dependencies = [
        ("accounts", "0009_indexes_that_are_asked_for"),
        ("campaigns", "0007_report_files"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Download",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("type", models.CharField(max_length=19, verbose_name="what")),
                        ("parameters", models.JSONField(default=dict)),
                        ("about", models.CharField(blank=True, max_length=120, verbose_name="about")),
                        ("format", models.CharField(choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("ods", "ODS")], default="csv", max_length=4, verbose_name="format")),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("file_name", models.CharField(blank=True, help_text="By which software asks for it.", max_length=160, verbose_name="file")),
                        ("status", models.CharField(choices=[("QUEUED", "Waiting"), ("GENERATING", "Being made"), ("READY", "Ready"), ("FAILED", "Could not be made")], default="QUEUED", max_length=10, verbose_name="status")),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                        ("problem", models.CharField(blank=True, max_length=300, verbose_name="what went wrong")),
                        ("attempt", models.PositiveSmallIntegerField(default=1, help_text="Each writes a file of its own.")),
                        ("cursor", models.CharField(blank=True, help_text="Up to where the file is written.", max_length=20)),
                        ("size", models.PositiveBigIntegerField(default=0, help_text="Bytes up to there.")),
                        ("lease_until", models.DateTimeField(editable=False, null=True)),
                        ("created_at", models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name="asked for")),
                        ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="finished")),
                        ("account", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="downloads", to="accounts.account", verbose_name="account")),
                        ("created_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by")),
                    ],
                    options={
                        "verbose_name": "download",
                        "verbose_name_plural": "downloads",
                        "ordering": ["-pk"],
                        "db_table": "campaigns_reportfile",
                        "indexes": [
                            models.Index(fields=["account", "-id"], name="report_file_by_account"),
                            models.Index(fields=["file_name"], name="report_file_by_name"),
                            models.Index(condition=models.Q(("status__in", ["QUEUED", "GENERATING"])), fields=["status"], name="report_file_open"),
                        ],
                    },
                ),
            ],
        ),
        migrations.AlterModelTable(name="download", table=None),
        migrations.RenameIndex(model_name="download", new_name="download_by_account", old_name="report_file_by_account"),
        migrations.RenameIndex(model_name="download", new_name="download_by_name", old_name="report_file_by_name"),
        migrations.RenameIndex(model_name="download", new_name="download_open", old_name="report_file_open"),
        migrations.AddField(
            model_name="download",
            name="expected",
            field=models.PositiveIntegerField(editable=False, help_text="Rows, where that was counted.", null=True),
        ),
    ]
