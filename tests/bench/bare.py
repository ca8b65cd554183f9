"""The least that a REST call with a key, or a push, and something to keep can be: a look-up and one INSERT."""

from __future__ import annotations

from functools import cache

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

application = get_wsgi_application()

from ninja import NinjaAPI, Schema  # noqa: E402 - they need the settings
from ninja.security import APIKeyHeader  # noqa: E402

from accounts.models import AppKey, Connection, ConnectionCall  # noqa: E402
from smspanel import crypto  # noqa: E402


class Key(APIKeyHeader):
    """Finds a live key by its digest."""

    param_name = "App-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> AppKey | None:
        """Return the key."""
        return AppKey.objects.filter(digest=crypto.digest(key or ""), revoked_at__isnull=True).first()


class Given(Schema):
    """One message."""

    to: str
    message: str
    bulkVariant: str  # noqa: N815


api = NinjaAPI(auth=Key(), docs_url=None)


@api.post("/message/send")
def send(request: HttpRequest, given: Given) -> dict[str, int]:
    """Insert one row."""
    row = ConnectionCall.objects.create(
        connection_id=_connection(), method="POST", path=given.to, outcome="ANSWERED", milliseconds=0, size=0
    )
    return {"data": row.pk}


@cache
def _connection() -> int:
    return Connection.objects.values_list("pk", flat=True)[0]


def push(request: HttpRequest, _token: str) -> HttpResponse:
    """Find the connection, and insert one row."""
    found = Connection.objects.get(inbox_token=_token)
    ConnectionCall.objects.create(
        connection=found, method="GET", path=request.GET["id"], outcome="ANSWERED", milliseconds=0, size=0
    )
    return HttpResponse("OK")


urlpatterns = [path("api/rest/v2/", api.urls), path("in/<str:_token>", push)]
