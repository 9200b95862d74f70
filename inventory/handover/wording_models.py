"""Texts of the agreement that were drafted here: a draft may change, one that was put in force never does."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class AgreementWording(models.Model):
    """One version of the agreement's words, as the file lawyers would write; a draft until it is adopted."""

    version = models.CharField(max_length=20, unique=True)
    # TOML, as `wording.written` spells it.
    source = models.TextField()
    based_on = models.CharField(max_length=20, blank=True, default="")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    # Who wrote last: somebody else puts it in force.
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    valid_from = models.DateField(null=True, blank=True, unique=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(adopted_at__isnull=True, adopted_by__isnull=True, valid_from__isnull=True)
                | Q(adopted_at__isnull=False, adopted_by__isnull=False, valid_from__isnull=False),
                name="a_text_holds_from_a_day_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(adopted_by__isnull=True)
                | (~Q(adopted_by=F("changed_by")) & ~Q(adopted_by=F("drafted_by"))),
                name="two_people_put_a_text_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.version
