from django.db import migrations, models


def mark(apps, schema_editor):
    """Tell what was read for campaigns that may still be edited from what is pasted into them."""
    recipients = apps.get_model("campaigns", "Recipient").objects.using(schema_editor.connection.alias)
    drafts = recipients.filter(campaign__state__in=["DRAFT", "PLANNING"], campaign__file__isnull=False)
    drafts.update(from_file=True)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0010_greetings")]

    operations = [
        migrations.AddField(
            model_name="recipient",
            name="from_file",
            field=models.BooleanField(default=False, help_text="Read from the campaign's file, not pasted."),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
