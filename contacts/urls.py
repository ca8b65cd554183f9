"""Addresses of the pages of the import."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from contacts import views

signed_in = admin.site.admin_view

urlpatterns = [
    path("import/", signed_in(views.upload), name="contacts-import"),
    path("import/<int:import_id>/", signed_in(views.show), name="contacts-import-show"),
    path("import/<int:import_id>/stop/", signed_in(views.stop), name="contacts-import-stop"),
    path("import/<int:import_id>/rejected.<str:kind>", signed_in(views.rejected), name="contacts-import-rejected"),
]
