from django.db import migrations, models

from kanban.search import fulltext


def found_again(apps, editor):
    """SQLite has remade the table of cards, and gone with it are the triggers that fill the index of words."""
    fulltext.install(editor.connection)


COUNTED = ("value", "currency", "review_at", "completed_at", "updated_at", "created_at", "since")


class Migration(migrations.Migration):
    dependencies = [("kanban", "0011_what_the_board_is_kept_by")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, found_again),  # backwards this is the last
        migrations.AddField("card", "source", models.CharField(blank=True, default="", db_default="", max_length=40)),
        migrations.RunPython(found_again, migrations.RunPython.noop),
        migrations.RemoveIndex("card", "card_in_order"),
        migrations.AddIndex("card", models.Index(fields=["firm", "column", "place", "case", *COUNTED, "id"], name="card_in_order")),
        migrations.AddIndex("move", models.Index(fields=["firm", "case"], name="moves_of_a_case")),
        migrations.AddIndex("edit", models.Index(fields=["firm", "case"], name="edits_of_a_case")),
    ]
