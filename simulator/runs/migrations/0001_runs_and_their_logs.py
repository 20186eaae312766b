import django.db.models.deletion
from django.db import migrations, models

import simulator.runs.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("digest", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("scenario_id", models.CharField(db_index=True, max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("document", models.TextField()),
                ("source", models.TextField(blank=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=simulator.runs.models.unguessable,
                        editable=False,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "drive_key",
                    models.CharField(
                        default=simulator.runs.models.unguessable, editable=False, max_length=32
                    ),
                ),
                ("engine_version", models.CharField(max_length=20)),
                ("seed", models.CharField(max_length=80)),
                ("owner_id", models.UUIDField(db_index=True, null=True)),
                ("purpose", models.CharField(max_length=20)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("forked_at_us", models.BigIntegerField(null=True)),
                ("seen_us", models.BigIntegerField(default=0)),
                ("seen_wall", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("live", "Live"), ("failed", "Failed")], default="live", max_length=10
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="forks",
                        to="runs.run",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="runs.revision"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.IntegerField()),
                ("at_us", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("body", models.JSONField(default=dict)),
                ("client_key", models.CharField(max_length=80)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="commands", to="runs.run"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("process", models.CharField(max_length=40)),
                ("viewers", models.IntegerField()),
                ("wall", models.BigIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watches", to="runs.run"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["owner_id", "purpose", "created"], name="run_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.UniqueConstraint(fields=("run", "seq"), name="command_number"),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.UniqueConstraint(fields=("run", "client_key"), name="command_client_key"),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(fields=("run", "process"), name="watch_of_process"),
        ),
    ]
