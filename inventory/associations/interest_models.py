"""Who declared an interest in an association: their file is hidden from them, and they decide nothing about it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.associations.models import Association


class Interest(models.Model):
    """A declared conflict of interest (New Municipal Act, art. 92); another person ends it, never who declared it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=20)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "association"], condition=Q(ended_at__isnull=True), name="an_interest_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_by=models.F("person"))),
                name="an_interest_is_ended_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.association_id}"
