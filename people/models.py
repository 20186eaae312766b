"""Who learns here."""

import uuid

from django.conf import settings
from django.db import models


class Learner(models.Model):
    """One browser's learner. Needs no account; `user` is filled when somebody signs up and claims it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="learner"
    )

    def __str__(self) -> str:
        return str(self.user) if self.user_id else f"learner {str(self.id)[:8]}"
