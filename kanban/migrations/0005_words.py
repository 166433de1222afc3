"""The index of words, and since when a card is known to stand where it does: from before, only when it was last heard of."""

from typing import Any

from django.db import migrations
from django.db.models.functions import Coalesce, Least

from kanban.search import fulltext


def install(apps: Any, schema_editor: Any) -> None:
    fulltext.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    fulltext.remove(schema_editor.connection)


def first_seen(apps: Any, schema_editor: Any) -> None:
    apps.get_model("kanban", "Card").objects.filter(since=None).update(since=Coalesce(Least("heard_at", "updated_at"), "heard_at"))


class Migration(migrations.Migration):
    dependencies = [("kanban", "0004_finding")]

    operations = [
        migrations.RunPython(first_seen, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
