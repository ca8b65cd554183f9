"""The addresses: the panel at /, what providers push at /in/, the REST API at /api/, the guides, and health."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from campaigns.health import healthz
from campaigns.views import push
from smspanel import help_views
from smspanel.api.root import api, document, no_such_call

signed_in = admin.site.admin_view

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("in/<str:token>", push, name="inbox"),
    path("api/rest/v2/api-docs", document),
    path("api/rest/v2/", api.urls),
    re_path(r"^api/", no_such_call),
    path("help/", signed_in(help_views.index), name="help"),
    path("help/<slug:name>/", signed_in(help_views.show), name="help-guide"),
    path("help/images/<str:name>", signed_in(help_views.picture), name="help-picture"),
    path("", include("accounts.urls")),
    path("", include("contacts.urls")),
    path("", include("campaigns.urls")),
    path("", admin.site.urls),
]
