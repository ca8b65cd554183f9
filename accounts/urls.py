"""Addresses of the pages about points."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from accounts import views

signed_in = admin.site.admin_view

urlpatterns = [
    path("points/", signed_in(views.overview), name="points"),
    path("points/move/", signed_in(views.transfer), name="points-move"),
    path("points/<int:account_id>/", signed_in(views.show_ledger), name="points-of"),
    path("points/<int:account_id>/statement.<str:kind>", signed_in(views.statement), name="points-statement"),
    path("points/<int:account_id>/grant/", signed_in(views.grant), name="points-grant"),
    path("points/<int:account_id>/adjust/", signed_in(views.adjust), name="points-adjust"),
]
