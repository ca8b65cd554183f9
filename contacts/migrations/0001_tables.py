import django.db.models.deletion
import smspanel.clock
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('contacts', '0001_initial'), ('contacts', '0002_exchanges'), ('contacts', '0003_groups_can_be_closed'), ('contacts', '0004_imports_of_a_million'), ('contacts', '0005_blacklist_scopes'), ('contacts', '0006_consents'), ('contacts', '0007_erasures'), ('contacts', '0008_undone_imports'), ('contacts', '0009_bulk_jobs'), ('contacts', '0011_asked_by_link'), ('contacts', '0012_imports_are_looked_up_once')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000, verbose_name='wording')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='consent_clauses', to='accounts.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'digest'), name='one_clause_per_wording')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('for_tree', models.BooleanField(default=False)),
                ('erased_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='erased')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='erasures', to='accounts.account')),
                ('erased_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'erased person',
                'verbose_name_plural': 'erased people',
                'constraints': [models.UniqueConstraint(fields=('account', 'digest'), name='erased_once_in_an_account')],
            },
        ),
        migrations.CreateModel(
            name='ErasureKey',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('sealed_secret', models.TextField(editable=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='there_is_one_erasure_key')],
            },
        ),
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('PULL', 'From JustSend'), ('PUSH', 'To JustSend')], max_length=4, verbose_name='direction')),
                ('what', models.CharField(choices=[('SUBACCOUNTS', 'Subaccounts'), ('GROUPS', 'Groups'), ('BLACKLIST', 'Blacklist')], max_length=11, verbose_name='what')),
                ('status', models.CharField(choices=[('QUEUED', 'Waiting'), ('RUNNING', 'Under way'), ('DONE', 'Done'), ('FAILED', 'Failed')], default='QUEUED', max_length=7, verbose_name='status')),
                ('group', models.PositiveBigIntegerField(default=0, help_text='The group that is dealt with: ours, or theirs.')),
                ('cursor', models.PositiveBigIntegerField(default=0, help_text='What is dealt with within it.')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='numbers')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('next_attempt_at', models.DateTimeField(editable=False, null=True)),
                ('asked_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='asked')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exchanges', to='accounts.accountlink')),
            ],
            options={
                'verbose_name': 'exchange with JustSend',
                'verbose_name_plural': 'exchanges with JustSend',
                'constraints': [models.UniqueConstraint(fields=('link', 'direction', 'what'), name='one_exchange_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='ColumnMemory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('CONTACTS', 'Contacts'), ('BLACKLIST', 'Blacklist')], max_length=9)),
                ('titles_sha256', models.CharField(max_length=64)),
                ('columns', models.JSONField()),
                ('used_at', models.DateTimeField(default=smspanel.clock.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'target', 'titles_sha256'), name='one_memory_of_titles')],
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('is_blocked', models.BooleanField(default=False, help_text='Nothing is sent to a blocked group.', verbose_name='blocked')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, help_text='The last day, included.', null=True, verbose_name='valid until')),
                ('reply_text', models.CharField(blank=True, max_length=459, verbose_name='answer to replies')),
                ('size', models.PositiveIntegerField(default=0, editable=False, help_text='Kept by the database.', verbose_name='members')),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='created')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='accounts.account', verbose_name='account')),
            ],
            options={
                'verbose_name': 'group',
                'verbose_name_plural': 'groups',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('account', 'name'), name='one_group_per_name', violation_error_message='There is a group with this name already.'), models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lte', models.F('valid_until')), _connector='OR'), name='groups_end_after_they_begin', violation_error_message='The last day lies before the first.')],
            },
        ),
        migrations.CreateModel(
            name='BulkJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('JOIN', 'Put into a group'), ('LEAVE', 'Take out of a group'), ('BLACKLIST', 'Put on the blacklist'), ('DELETE', 'Delete'), ('SPLIT', 'Split into groups')], max_length=9, verbose_name='what')),
                ('selection', models.JSONField(default=dict, help_text='Which contacts, as contacts/selecting.py reads it.')),
                ('about', models.CharField(blank=True, max_length=200, verbose_name='about')),
                ('details', models.JSONField(default=dict, help_text='Of a split: the groups, and how they are filled.')),
                ('limit', models.BigIntegerField(help_text='Contacts that came later are left alone.')),
                ('cursor', models.BigIntegerField(default=0, help_text='Up to which contact it is done.')),
                ('expected', models.PositiveIntegerField(help_text='Contacts, where that was counted.', null=True)),
                ('done', models.PositiveIntegerField(default=0, verbose_name='contacts')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('status', models.CharField(choices=[('QUEUED', 'Waiting'), ('RUNNING', 'Under way'), ('DONE', 'Done'), ('STOPPED', 'Stopped'), ('FAILED', 'Failed')], default='QUEUED', max_length=7, verbose_name='status')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='asked')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_jobs', to='accounts.account', verbose_name='account')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bulk_jobs', to='contacts.group', verbose_name='group')),
                ('then_remove', models.ForeignKey(help_text='When all is done.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.group')),
            ],
            options={
                'verbose_name': 'bulk change',
                'verbose_name_plural': 'bulk changes',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['QUEUED', 'RUNNING'])), fields=['status'], name='bulk_job_open')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('target', models.CharField(choices=[('CONTACTS', 'Contacts'), ('BLACKLIST', 'Blacklist')], default='CONTACTS', max_length=9, verbose_name='into')),
                ('status', models.CharField(choices=[('UPLOADED', 'Waiting for your decision'), ('QUEUED', 'Waiting'), ('RUNNING', 'Importing'), ('DONE', 'Done'), ('FAILED', 'Failed'), ('CANCELED', 'Cancelled'), ('UNDOING', 'Being undone'), ('UNDONE', 'Undone')], default='UPLOADED', max_length=8, verbose_name='status')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('file_sha256', models.CharField(max_length=64)),
                ('layout', models.JSONField(default=dict, help_text='How the file is read, and which column is which.')),
                ('diagnosis', models.JSONField(default=dict, help_text='What the first rows hold, before anything is written.')),
                ('row_estimate', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ('cursor', models.PositiveIntegerField(default=0, help_text='Rows of data that are dealt with.')),
                ('working_seconds', models.FloatField(default=0.0, help_text='Time that was spent on them.')),
                ('created_count', models.PositiveIntegerField(default=0, verbose_name='created')),
                ('updated_count', models.PositiveIntegerField(default=0, verbose_name='updated')),
                ('duplicate_count', models.PositiveIntegerField(default=0, verbose_name='repeated')),
                ('invalid_count', models.PositiveIntegerField(default=0, verbose_name='rejected')),
                ('blacklisted_count', models.PositiveIntegerField(default=0, verbose_name='on the blacklist')),
                ('removed_count', models.PositiveIntegerField(default=0, verbose_name='removed again')),
                ('restored_count', models.PositiveIntegerField(default=0, verbose_name='changed back')),
                ('kept_count', models.PositiveIntegerField(default=0, verbose_name='left as they are')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='uploaded')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='accounts.account', verbose_name='account')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imports', to='contacts.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['QUEUED', 'RUNNING', 'UNDOING'])), fields=['status'], name='import_under_way')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('msisdn', models.CharField(max_length=15, verbose_name='number')),
                ('first_name', models.CharField(blank=True, default='', max_length=60, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, default='', max_length=60, verbose_name='last name')),
                ('middle_name', models.CharField(blank=True, default='', max_length=60, verbose_name='middle name')),
                ('sex', models.CharField(blank=True, choices=[('F', 'Female'), ('M', 'Male')], default='', max_length=1, verbose_name='sex')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='birth date')),
                ('note_1', models.CharField(blank=True, default='', max_length=200, verbose_name='note 1')),
                ('note_2', models.CharField(blank=True, default='', max_length=200, verbose_name='note 2')),
                ('note_3', models.CharField(blank=True, default='', max_length=200, verbose_name='note 3')),
                ('note_4', models.CharField(blank=True, default='', max_length=200, verbose_name='note 4')),
                ('note_5', models.CharField(blank=True, default='', max_length=200, verbose_name='note 5')),
                ('note_6', models.CharField(blank=True, default='', max_length=200, verbose_name='note 6')),
                ('note_7', models.CharField(blank=True, default='', max_length=200, verbose_name='note 7')),
                ('note_8', models.CharField(blank=True, default='', max_length=200, verbose_name='note 8')),
                ('note_9', models.CharField(blank=True, default='', max_length=200, verbose_name='note 9')),
                ('note_10', models.CharField(blank=True, default='', max_length=200, verbose_name='note 10')),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='changed')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='accounts.account', verbose_name='account')),
                ('last_import', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.import')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'indexes': [models.Index(fields=['account', 'last_name', 'first_name'], name='contact_by_name')],
                'constraints': [models.UniqueConstraint(fields=('account', 'msisdn'), name='one_contact_per_number', violation_error_message='There is a contact with this number already.')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('msisdn', models.CharField(max_length=15, verbose_name='number')),
                ('channel', models.CharField(choices=[('SMS', 'Text messages'), ('VOICE', 'Calls')], max_length=5, verbose_name='channel')),
                ('purpose', models.CharField(choices=[('MARKETING', 'Marketing'), ('INFORMATION', 'Information')], max_length=11, verbose_name='purpose')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('source', models.CharField(choices=[('PERSON', 'Entered by hand'), ('IMPORT', 'Imported'), ('REPLY', 'Asked by reply'), ('LINK', 'Asked by the link'), ('API', 'API')], max_length=6, verbose_name='how it is known')),
                ('row', models.PositiveIntegerField(help_text='As the spreadsheet program numbers it.', null=True, verbose_name='row')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('withdrawn_source', models.CharField(blank=True, choices=[('PERSON', 'Entered by hand'), ('IMPORT', 'Imported'), ('REPLY', 'Asked by reply'), ('LINK', 'Asked by the link'), ('API', 'API')], max_length=6, verbose_name='how it was withdrawn')),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='recorded')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='accounts.account', verbose_name='account')),
                ('given_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('withdrawn_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('clause', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='contacts.consentclause', verbose_name='wording')),
                ('spreadsheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='consents', to='contacts.import', verbose_name='file')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-given_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('withdrawn_at__isnull', False)), fields=['account', 'msisdn'], name='withdrawn')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('account', 'msisdn', 'channel', 'purpose', 'clause'), name='agreed_once_to_a_clause'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_source', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_source', ''), _negated=True)), _connector='OR'), name='withdrawn_consents_say_how')],
            },
        ),
        migrations.CreateModel(
            name='BlacklistEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('ACCOUNT', 'This account'), ('TREE', 'This account and its subaccounts'), ('ALL', 'Everybody')], default='ACCOUNT', max_length=7, verbose_name='holds for')),
                ('msisdn', models.CharField(max_length=15, verbose_name='number')),
                ('source', models.CharField(choices=[('PERSON', 'Entered by hand'), ('IMPORT', 'Imported'), ('REPLY', 'Asked by reply'), ('LINK', 'Asked by the link'), ('API', 'API')], default='PERSON', editable=False, max_length=6, verbose_name='source')),
                ('reason', models.CharField(blank=True, default='', max_length=120, verbose_name='reason')),
                ('expires_at', models.DateTimeField(blank=True, help_text='Empty: for ever.', null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(default=smspanel.clock.now, editable=False, verbose_name='added')),
                ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='blacklist', to='accounts.account', verbose_name='account')),
                ('created_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('spreadsheet', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.import', verbose_name='file')),
            ],
            options={
                'verbose_name': 'blacklisted number',
                'verbose_name_plural': 'blacklist',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['msisdn'], name='blacklisted_number'), models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='blacklisted_until')],
                'constraints': [models.UniqueConstraint(fields=('account', 'scope', 'msisdn'), name='blacklisted_once_in_a_scope', violation_error_message='This number is on the blacklist already.'), models.UniqueConstraint(condition=models.Q(('account__isnull', True)), fields=('msisdn',), name='blacklisted_once_for_everybody', violation_error_message='This number is on the blacklist already.'), models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('scope', 'ALL')), models.Q(('account__isnull', False), ('scope__in', ['ACCOUNT', 'TREE'])), _connector='OR'), name='blacklisted_for_everybody_is_of_no_account')],
            },
        ),
        migrations.CreateModel(
            name='ImportChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_id', models.PositiveBigIntegerField()),
                ('before', models.JSONField()),
                ('spreadsheet', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='contacts.import')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('spreadsheet', 'contact_id'), name='changed_once_by_an_import')],
            },
        ),
        migrations.CreateModel(
            name='RejectedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(help_text='As the spreadsheet program numbers it.')),
                ('cells', models.JSONField()),
                ('reason', models.CharField(max_length=200)),
                ('spreadsheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejected_rows', to='contacts.import')),
            ],
            options={
                'ordering': ['row'],
                'constraints': [models.UniqueConstraint(fields=('spreadsheet', 'row'), name='rejected_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='contacts.contact')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='contacts.group')),
                ('spreadsheet', models.ForeignKey(db_constraint=False, db_index=False, editable=False, help_text='The import that put the contact here; a mark that costs an import of a million no look-up.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contacts.import')),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'id'], name='membership_in_order')],
                'constraints': [models.UniqueConstraint(fields=('group', 'contact'), name='once_in_a_group')],
            },
        ),
        migrations.AddField(
            model_name='group',
            name='members',
            field=models.ManyToManyField(related_name='groups', through='contacts.Membership', to='contacts.contact'),
        ),
    ]
