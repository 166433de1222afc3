from django.db import migrations, models

from kanban.search import fulltext


def found_again(apps, editor):
    """SQLite has remade the table of cards, and gone with it are the triggers that fill the index of words."""
    fulltext.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kanban", "0010_any_field_at_once")]
    operations = [
        migrations.AddField("card", "digest", models.CharField(blank=True, max_length=16)),
        migrations.RunPython(found_again, found_again),
        migrations.AddField("change", "left", models.BigIntegerField(null=True)),
    ]
