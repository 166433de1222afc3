"""A rule of a column is the board's own: nothing is sent, so it waits for no change of a status, and none waits for it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('kanban', '0014_put_backs_and_changes_of_columns'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='columnchange',
            name='one_open_change_of_columns',
        ),
        migrations.AddConstraint(
            model_name='columnchange',
            constraint=models.UniqueConstraint(
                condition=Q(outcome='open') & ~Q(what='rule'), fields=('firm',), name='one_open_change_of_statuses'
            ),
        ),
    ]
