"""Addresses of the pages of the import and the blacklist, and of what is exchanged with JustSend."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from contacts import blacklist_views, bulk_views, exchange_views, export_views, regrouping_views, views

signed_in = admin.site.admin_view

urlpatterns = [
    path("contacts/change/", signed_in(bulk_views.ask), name="bulk"),
    path("contacts/changes/<int:job_id>/", signed_in(bulk_views.show), name="bulk-job"),
    path("contacts/changes/<int:job_id>/stop/", signed_in(bulk_views.stop), name="bulk-job-stop"),
    path("groups/<int:group_id>/regroup/", signed_in(regrouping_views.regroup), name="group-regroup"),
    path("import/", signed_in(views.upload), name="contacts-import"),
    path("import/sample.xlsx", signed_in(export_views.sample), name="contacts-sample"),
    path("import/<int:import_id>/", signed_in(views.show), name="contacts-import-show"),
    path("import/<int:import_id>/stop/", signed_in(views.stop), name="contacts-import-stop"),
    path("import/<int:import_id>/undo/", signed_in(views.undo_import), name="contacts-import-undo"),
    path(
        "import/<int:import_id>/rejected.<str:kind>", signed_in(export_views.rejected), name="contacts-import-rejected"
    ),
    path("blacklist/add/", signed_in(blacklist_views.add), name="blacklist-add"),
    path("blacklist/check/", signed_in(blacklist_views.check), name="blacklist-check"),
    path("blacklist/remove/", signed_in(blacklist_views.remove), name="blacklist-remove"),
    path("accounts/<int:account_id>/link/pull/", signed_in(exchange_views.pull), name="link-pull"),
    path("accounts/<int:account_id>/link/push/", signed_in(exchange_views.push_of), name="link-push"),
    path("justsend/<str:what>/push/", signed_in(exchange_views.push), name="justsend-push"),
]
