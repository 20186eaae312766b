"""What is kept of a run: its revision, its numbered log of commands, and who watches it.

A run is a scenario revision, an engine version, a seed and the log; its trace is computed, never stored.
Virtual times are microseconds since the run's start, wall times microseconds since 1970.
"""

from __future__ import annotations

import secrets

from django.db import models


def unguessable() -> str:
    """128 bits as text: whoever knows it was given it."""
    return secrets.token_urlsafe(16)


class Revision(models.Model):
    """An immutable version of a scenario, stored under the hash of its canonical document."""

    digest = models.CharField(primary_key=True, max_length=80)
    scenario_id = models.CharField(max_length=80, db_index=True)
    title = models.CharField(max_length=200)
    document = models.TextField()
    source = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.scenario_id}@{self.digest[:12]}"


class Run(models.Model):
    """One playing of a revision. Its id is what a watcher needs to know, its drive key what a driver does."""

    class State(models.TextChoices):
        LIVE = "live"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=32, default=unguessable, editable=False)
    drive_key = models.CharField(max_length=32, default=unguessable, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="runs")
    engine_version = models.CharField(max_length=20)
    seed = models.CharField(max_length=80)
    owner_id = models.UUIDField(null=True, db_index=True)
    purpose = models.CharField(max_length=20)
    title = models.CharField(max_length=120, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="forks")
    forked_at_us = models.BigIntegerField(null=True)
    seen_us = models.BigIntegerField(default=0)
    seen_wall = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.LIVE)

    class Meta:
        indexes = [models.Index(fields=["owner_id", "purpose", "created"], name="run_of_owner")]

    def __str__(self) -> str:
        return f"run {self.id[:6]} of {self.revision_id[:12]}"


class Command(models.Model):
    """One accepted action, numbered from 1 without gaps. `client_key` makes a repeated post harmless."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="commands")
    seq = models.IntegerField()
    at_us = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    body = models.JSONField(default=dict)
    client_key = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "seq"], name="command_number"),
            models.UniqueConstraint(fields=["run", "client_key"], name="command_client_key"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.kind} at {self.at_us}"


class Watch(models.Model):
    """A process that has viewers of a run, and when it last said so."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="watches")
    process = models.CharField(max_length=40)
    viewers = models.IntegerField()
    wall = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "process"], name="watch_of_process")]

    def __str__(self) -> str:
        return f"{self.viewers} at {self.process}"
