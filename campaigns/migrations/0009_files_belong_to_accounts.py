from django.db import migrations


class Migration(migrations.Migration):
    """The table of files that were asked for belongs to accounts now."""

    dependencies = [
        ("accounts", "0010_downloads"),
        ("campaigns", "0008_retention"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="ReportFile")]),
    ]
