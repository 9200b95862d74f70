"""What people ask about their data, with the clock that runs: by any channel, one month (GDPR art. 12(3))."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class SubjectRequest(models.Model):
    """A person asks to see, correct, erase or restrict what we hold, by any channel."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    # Who asks, and how the answer reaches them; both go when the request's own term is over.
    name = models.CharField(max_length=150)
    reach = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    # How we know that it is them: never a copy of an identity card.
    identity = models.CharField(max_length=20, blank=True, default="")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    # Why not, or not all (GDPR art. 12 and 17(3)).
    ground = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["access", "rectify", "erase", "restrict"]), name="subject_request_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "telephone", "post"]),
                name="subject_request_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("recorded_at")), name="subject_request_received_before_recorded"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, outcome="")
                | Q(answered_at__isnull=False, outcome__in=["done", "partly", "refused"]),
                name="subject_request_answered_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.number
