"""Addresses of the pages of the import, and of what is exchanged with JustSend."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from contacts import bulk_views, exchange_views, export_views, regrouping_views, views

signed_in = admin.site.admin_view

urlpatterns = [
    path("contacts/change/", signed_in(bulk_views.ask), name="bulk"),
    path("contacts/changes/<int:job_id>/", signed_in(bulk_views.show), name="bulk-job"),
    path("contacts/changes/<int:job_id>/stop/", signed_in(bulk_views.stop), name="bulk-job-stop"),
    path("groups/<int:group_id>/regroup/", signed_in(regrouping_views.regroup), name="group-regroup"),
    path("import/", signed_in(views.upload), name="contacts-import"),
    path("import/<int:import_id>/", signed_in(views.show), name="contacts-import-show"),
    path("import/<int:import_id>/stop/", signed_in(views.stop), name="contacts-import-stop"),
    path(
        "import/<int:import_id>/rejected.<str:kind>", signed_in(export_views.rejected), name="contacts-import-rejected"
    ),
    path("accounts/<int:account_id>/link/pull/", signed_in(exchange_views.pull), name="link-pull"),
    path("accounts/<int:account_id>/link/push/", signed_in(exchange_views.push_of), name="link-push"),
    path("justsend/<str:what>/push/", signed_in(exchange_views.push), name="justsend-push"),
]
