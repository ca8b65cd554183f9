"""The addresses: the panel at /, what providers push at /in/, and health."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from campaigns.health import healthz
from campaigns.views import inbox

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("in/<str:token>", inbox, name="inbox"),
    path("", include("accounts.urls")),
    path("", include("contacts.urls")),
    path("", include("campaigns.urls")),
    path("", admin.site.urls),
]
