"""Contacts, groups, blacklist and imports in the panel."""

from __future__ import annotations

from django.contrib import admin

from contacts.blacklist_admin import BlacklistAdmin
from contacts.bulk_admin import BulkJobAdmin
from contacts.contact_admin import ContactAdmin
from contacts.group_admin import GroupAdmin
from contacts.import_admin import ImportAdmin
from contacts.models import BlacklistEntry, BulkJob, Contact, Group, Import

admin.site.register(Contact, ContactAdmin)
admin.site.register(Group, GroupAdmin)
admin.site.register(BlacklistEntry, BlacklistAdmin)
admin.site.register(Import, ImportAdmin)
admin.site.register(BulkJob, BulkJobAdmin)
