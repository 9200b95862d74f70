"""What associations file about a request, by any channel, and the letters they get."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.associations.models import Association, Request
from inventory.documents.models import StoredFile


class Filing(models.Model):
    """Something an association did about its request: asked, completed, withdrew, complained, reported, gave back."""

    number = models.CharField(max_length=20, unique=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="filings")
    procedure = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    dated_by = models.CharField(max_length=10, default="arrival")
    # Answers by the code of their question (`PROCEDURES`).
    answers = models.JSONField(default=dict)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(procedure__in=["follow", "complete", "withdraw", "complain", "report", "return"]),
                name="filing_procedure_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "telephone", "post"]), name="filing_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("recorded_at")), name="filing_received_before_recorded"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Letter(models.Model):
    """A letter to an association: posted, read out by telephone, or left on its page; written once, never changed."""

    number = models.CharField(max_length=20, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="letters")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    kind = models.CharField(max_length=30)
    way = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    large_print = models.BooleanField(default=False)
    # What it says: `title`, `paragraphs`, `rows` of label and value; empty when `paper` holds the whole of it.
    content = models.JSONField(default=dict)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Posted, or told by telephone; at once where it stands on the association's page.
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["way", "sent_at"], name="letters_that_wait")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(way__in=["post", "telephone", "online"]), name="letter_way_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "nl"]), name="letter_language_known"),
        ]

    def __str__(self) -> str:
        return self.number
