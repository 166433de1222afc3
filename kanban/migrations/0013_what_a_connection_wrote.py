"""What hangs on a connection is called its moves and edits. Nothing in the database is different."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("kanban", "0012_what_a_card_was_made_of")]
    operations = [
        migrations.AlterField(
            kind, "connection", models.ForeignKey("kanban.connection", on_delete=PROTECT, related_name="%(class)ss")
        )
        for kind in ("move", "edit")
    ]
