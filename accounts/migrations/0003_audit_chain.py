"""Every entry of the audit trail is sealed together with the one before it, those that are there too."""

import django.db.models.deletion
from django.db import migrations, models

from accounts import chain_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_rows_that_never_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField(editable=False)),
                ('digest', models.BinaryField()),
            ],
            options={
                'verbose_name': 'end of the audit trail',
                'verbose_name_plural': 'ends of the audit trail',
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='link', serialize=False, to='accounts.auditentry')),
                ('position', models.BigIntegerField(editable=False, null=True, unique=True)),
                ('digest', models.BinaryField(null=True)),
            ],
            options={
                'verbose_name': 'link of the audit trail',
                'verbose_name_plural': 'links of the audit trail',
            },
        ),
        migrations.AddField(
            model_name='auditentry',
            name='digest',
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(chain_triggers.keep, chain_triggers.forget),
    ]
