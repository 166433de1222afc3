"""Two names change in Python only: the tables and columns keep theirs, so no table is rebuilt and no SQL is run."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kanban', '0015_rules_wait_for_nobody'),
    ]

    operations = [
        migrations.AlterModelTable(
            name='change',
            table='kanban_change',
        ),
        migrations.RenameModel(
            old_name='Change',
            new_name='ChangeLogEntry',
        ),
        migrations.AlterField(
            model_name='connection',
            name='eyes',
            field=models.IntegerField(db_column='eyes', default=0),
        ),
        migrations.RenameField(
            model_name='connection',
            old_name='eyes',
            new_name='visibility_version',
        ),
    ]
