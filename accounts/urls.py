"""Addresses of signing in and one's own safety, and of the pages about points, the REST API and linked accounts."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from accounts import api_views, download_views, ledger_views, me_views, safety_views, sign_in, sign_in_as_views, views
from accounts.links import views as links

signed_in = admin.site.admin_view

urlpatterns = [
    path("login/", sign_in.SignIn.as_view()),
    path("sign-in/code/", sign_in.ask_for_code, name="sign-in-code"),
    path("password_change/", signed_in(safety_views.ChangePassword.as_view())),
    path("me/security/", signed_in(safety_views.show), name="my-security"),
    path("me/security/prepare/", signed_in(safety_views.prepare), name="my-security-prepare"),
    path("me/security/on/", signed_in(safety_views.turn_on), name="my-security-on"),
    path("me/security/off/", signed_in(safety_views.turn_off), name="my-security-off"),
    path("me/security/codes/", signed_in(safety_views.renew_codes), name="my-security-codes"),
    path("me/security/sign-out/", signed_in(safety_views.end_session), name="my-security-sign-out"),
    path("integration/", signed_in(api_views.show), name="api"),
    path("integration/get/", signed_in(api_views.allow_get), name="api-get"),
    path("people/<int:person_id>/see-as/", signed_in(sign_in_as_views.begin), name="see-as"),
    path("me/stop/", signed_in(sign_in_as_views.stop), name="see-as-stop"),
    path("me/", signed_in(me_views.settings), name="me"),
    path("news/", signed_in(me_views.news), name="news"),
    path("news/bell/", signed_in(me_views.bell), name="bell"),
    path("news/read/", signed_in(me_views.read_all), name="news-read"),
    path("news/<int:notice_id>/open/", signed_in(me_views.open_one), name="news-open"),
    path("points/", signed_in(ledger_views.overview), name="points"),
    path("points/move/preview/", signed_in(views.transfer_preview), name="points-move-preview"),
    path("points/move/", signed_in(views.transfer), name="points-move"),
    path("points/<int:account_id>/", signed_in(ledger_views.show), name="points-of"),
    path("points/<int:account_id>/statement.<str:kind>", signed_in(ledger_views.statement), name="points-statement"),
    path("points/<int:account_id>/months/", signed_in(ledger_views.by_month), name="points-months"),
    path("points/<int:account_id>/print/", signed_in(ledger_views.printed), name="points-print"),
    path("points/<int:account_id>/grant/", signed_in(views.grant), name="points-grant"),
    path("points/<int:account_id>/adjust/", signed_in(views.adjust), name="points-adjust"),
    path("downloads/<int:file_id>/", signed_in(download_views.show), name="download-show"),
    path("downloads/<str:token>/file", signed_in(download_views.fetch), name="download"),
    path("accounts/<int:account_id>/link/", signed_in(links.show), name="link"),
    path("accounts/<int:account_id>/link/new/", signed_in(links.make), name="link-make"),
    path("accounts/<int:account_id>/link/check/", signed_in(links.check), name="link-check"),
    path("accounts/<int:account_id>/link/remove/", signed_in(links.remove), name="link-remove"),
    path("accounts/<int:account_id>/link/create/", signed_in(links.create), name="link-create"),
    path("accounts/<int:account_id>/link/correct/", signed_in(links.correct), name="link-correct"),
    path("accounts/<int:account_id>/link/operations/<int:operation_id>/", signed_in(links.decide), name="link-decide"),
]
