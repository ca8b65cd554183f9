from __future__ import annotations

from typing import Any

from django.db import migrations


def move(apps: Any, _editor: Any) -> None:
    """Keep what was told, so that nobody is told again and no e-mail that is due is lost."""
    told = apps.get_model("campaigns", "Notice").objects.select_related("campaign__account", "sender")
    kept = apps.get_model("accounts", "Notice").objects
    for old in told.order_by("pk").iterator(chunk_size=500):
        subject = old.campaign or old.sender
        if subject is None:
            continue
        page = f"/campaigns/{subject.pk}/" if old.campaign else f"/campaigns/sender/{subject.pk}/change/"
        details = {"name": subject.name}
        if old.campaign:
            details |= {"account": subject.account.name, "problem": subject.problem}
        kept.get_or_create(
            person_id=old.person_id,
            key=f"{old.kind}:{subject.pk}",
            defaults={
                "kind": old.kind,
                "details": details,
                "address": f"{page}decide/" if old.kind == "WAITING" else page,
                "is_shown": False,
                "attempts": old.attempts,
                "next_attempt_at": old.next_attempt_at,
                "sent_at": old.sent_at,
                "problem": old.problem,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_notices"),
        ("campaigns", "0027_replies_are_fetched"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="Notice"),
    ]
