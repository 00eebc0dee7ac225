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
