"""Addresses of the pages of campaigns, of one person, and of what is told and fetched."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from campaigns import (
    compose_views,
    copy_views,
    correspondence,
    greeting_views,
    optout_views,
    people_views,
    postback_views,
    reply_views,
    report_views,
    stop_views,
    trial_views,
    unclear_views,
    views,
)

signed_in = admin.site.admin_view

urlpatterns = [
    path("o/<str:token>", optout_views.leave, name="optout"),
    path("campaigns/new/", signed_in(compose_views.compose), name="campaign-new"),
    path("campaigns/count/", signed_in(compose_views.count_text), name="campaign-count"),
    path("campaigns/template/", signed_in(compose_views.keep_template), name="campaign-template"),
    path("campaigns/<int:campaign_id>/", signed_in(views.show), name="campaign"),
    path("campaigns/<int:campaign_id>/edit/", signed_in(compose_views.compose), name="campaign-edit"),
    path("campaigns/<int:campaign_id>/plan/", signed_in(compose_views.plan), name="campaign-plan"),
    path("campaigns/<int:campaign_id>/plan/ask/", signed_in(compose_views.ask_for_plan), name="campaign-ask"),
    path("campaigns/<int:campaign_id>/test/", signed_in(trial_views.test), name="campaign-test"),
    path("campaigns/<int:campaign_id>/dry-run/", signed_in(trial_views.dry_run), name="campaign-dry-run"),
    path("campaigns/<int:campaign_id>/copy/", signed_in(copy_views.copy), name="campaign-copy"),
    path("campaigns/<int:campaign_id>/again/", signed_in(copy_views.resend), name="campaign-again"),
    path("campaigns/<int:campaign_id>/recipients/", signed_in(views.recipients), name="campaign-recipients"),
    path("campaigns/<int:campaign_id>/clean/", signed_in(views.clean_groups), name="campaign-clean"),
    path("accounts/<int:account_id>/link/senders/", signed_in(views.pull_senders), name="sender-pull"),
    path("contacts/<int:contact_id>/messages/", signed_in(correspondence.show), name="contact-messages"),
    path("groups/<int:group_id>/greeting/", signed_in(greeting_views.edit), name="group-greeting"),
    path("groups/<int:group_id>/greeting/note/", signed_in(greeting_views.note), name="group-greeting-note"),
    path("groups/<int:group_id>/check/", signed_in(views.check_group), name="group-check"),
    path("campaigns/<int:campaign_id>/discard/", signed_in(compose_views.discard), name="campaign-discard"),
    path("campaigns/<int:campaign_id>/do/<str:action>/", signed_in(views.act), name="campaign-act"),
    path("campaigns/<int:campaign_id>/file/<str:kind>/", signed_in(report_views.ask), name="campaign-file"),
    path("prefixes/calendar/", signed_in(reply_views.calendar), name="prefix-calendar"),
    path("replies/chart/", signed_in(reply_views.chart), name="reply-chart"),
    path("stop/", signed_in(stop_views.index), name="stop"),
    path("stop/<int:account_id>/", signed_in(stop_views.show), name="stop-account"),
    path("stop/<int:account_id>/end/", signed_in(stop_views.end), name="stop-end"),
    path("unclear/", signed_in(unclear_views.show), name="unclear"),
    path("unclear/<int:batch_id>/", signed_in(unclear_views.decide), name="unclear-one"),
    path("person/", signed_in(people_views.show), name="person"),
    path("person/contact/<int:contact_id>/", signed_in(people_views.of_contact), name="person-of-contact"),
    path("person/agree/", signed_in(people_views.agree), name="person-agree"),
    path("person/withdraw/", signed_in(people_views.withdraw), name="person-withdraw"),
    path("person/proof/", signed_in(people_views.proof), name="person-proof"),
    path("person/erase/", signed_in(people_views.erase), name="person-erase"),
    path("postbacks/", signed_in(postback_views.show), name="postbacks"),
    path("postbacks/<str:kind>/secret/", signed_in(postback_views.secret), name="postback-secret"),
    path("postbacks/<str:kind>/test/", signed_in(postback_views.test), name="postback-test"),
    path("postbacks/<str:kind>/again/", signed_in(postback_views.again), name="postback-again"),
]
