"""What Plannr changed beside what was asked, and changes of the columns, are writes of their own, with rows of their own."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kanban', '0013_what_a_connection_wrote'),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intent', models.UUIDField(unique=True)),
                ('who', models.CharField(blank=True, max_length=255)),
                ('maker', models.CharField(blank=True, max_length=100)),
                ('firm', models.UUIDField()),
                ('case', models.UUIDField()),
                ('title', models.TextField()),
                ('outcome', models.CharField(choices=[('open', 'being made'), ('applied', 'applied'), ('refused', 'refused'), ('conflict', 'changed by somebody else meanwhile'), ('unknown', 'not confirmed by Plannr')], default='open', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('revision', models.CharField(blank=True, max_length=16)),
                ('words', models.TextField(blank=True)),
                ('retry_after', models.FloatField(null=True)),
                ('kept', models.JSONField(default=dict)),
                ('altered', models.TextField(blank=True)),
                ('put_back', models.BooleanField(null=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('what', models.CharField(choices=[('add', 'add'), ('change', 'change'), ('rule', 'rule')], max_length=6)),
                ('status', models.UUIDField(null=True)),
                ('wanted', models.JSONField(default=dict)),
                ('before_words', models.TextField(blank=True)),
                ('wanted_words', models.TextField(blank=True)),
                ('is_missing', models.BooleanField(default=False)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='kanban.connection')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('firm',), name='one_open_change_of_columns')],
            },
        ),
        migrations.CreateModel(
            name='PutBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intent', models.UUIDField(unique=True)),
                ('who', models.CharField(blank=True, max_length=255)),
                ('maker', models.CharField(blank=True, max_length=100)),
                ('firm', models.UUIDField()),
                ('case', models.UUIDField()),
                ('title', models.TextField()),
                ('outcome', models.CharField(choices=[('open', 'being made'), ('applied', 'applied'), ('refused', 'refused'), ('conflict', 'changed by somebody else meanwhile'), ('unknown', 'not confirmed by Plannr')], default='open', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('revision', models.CharField(blank=True, max_length=16)),
                ('words', models.TextField(blank=True)),
                ('retry_after', models.FloatField(null=True)),
                ('kept', models.JSONField(default=dict)),
                ('altered', models.TextField(blank=True)),
                ('put_back', models.BooleanField(null=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('after', models.UUIDField()),
                ('wanted', models.JSONField()),
                ('changed', models.JSONField()),
                ('called', models.TextField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='kanban.connection')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'abstract': False,
                'indexes': [models.Index(fields=['firm', 'case'], name='put_backs_of_a_case')],
            },
        ),
    ]
