"""PostgreSQL writes a transfer and moves its points in one call of a function."""

from django.db import migrations

from accounts import points_sql


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_audit_chain")]

    operations = [migrations.RunPython(points_sql.keep, points_sql.forget)]
