from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.CharField(max_length=32)),
                ('node', models.CharField(max_length=128)),
                ('transaction', models.BigIntegerField(default=0)),
                ('entry', models.BigIntegerField(default=0)),
                ('heartbeat_at', models.DateTimeField()),
                ('batch', models.BigIntegerField(default=0)),
                ('holder', models.CharField(blank=True, default='', max_length=64)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('retry_at', models.DateTimeField(blank=True, null=True)),
                ('rebuild_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('index', 'node'), name='search_cursor_once')],
            },
        ),
        migrations.CreateModel(
            name='DeadLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.CharField(max_length=32)),
                ('kind', models.CharField(max_length=32)),
                ('object_id', models.CharField(max_length=64)),
                ('error', models.TextField()),
                ('attempts', models.PositiveIntegerField(default=1)),
                ('failed_at', models.DateTimeField()),
                ('retry_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('index', 'kind', 'object_id'), name='search_dead_letter_once')],
            },
        ),
        migrations.CreateModel(
            name='IndexGeneration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(choices=[('building', 'building'), ('current', 'current'), ('former', 'former'), ('leaving', 'leaving')], max_length=16)),
                ('made_at', models.DateTimeField()),
                ('fingerprint', models.CharField(blank=True, default='', max_length=128)),
                ('transaction', models.BigIntegerField(default=0)),
                ('entry', models.BigIntegerField(default=0)),
                ('behind', models.BooleanField(default=False)),
                ('taken_back', models.BooleanField(default=False)),
                ('holder', models.CharField(blank=True, default='', max_length=64)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['building', 'current', 'former'])), fields=('state',), name='search_generation_once')],
            },
        ),
        migrations.CreateModel(
            name='IndexOwner',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('mark', models.CharField(max_length=32)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='search_index_owner_single')],
            },
        ),
        migrations.CreateModel(
            name='LogFloor',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('transaction', models.BigIntegerField(default=0)),
                ('entry', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='search_log_floor_single')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transaction', models.BigIntegerField(default=0)),
                ('kind', models.CharField(max_length=32)),
                ('object_id', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['transaction', 'id'],
                'indexes': [models.Index(fields=['transaction', 'id'], name='search_outbox_order')],
            },
        ),
    ]
