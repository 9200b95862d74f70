"""A saved definition of a report: every version stays as it was made, so that an old workbook can be made again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ReportDefinition(models.Model):
    """One version of a report's definition; the newest counts, until it is retired."""

    number = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    # As it is compared: no two reports in use have the same name.
    name_key = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    # A name of `USUAL`, or `fixed` with its two days.
    period = models.CharField(max_length=20)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    # As `Filter.plain` says it.
    filters = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Replaced by the next version, or retired.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name_key", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "version"], name="one_definition_per_version"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(ended_at__isnull=True), name="one_version_of_a_report_counts"
            ),
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(ended_at__isnull=True), name="reports_in_use_have_their_own_names"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_key="") & Q(language__in=["fr", "nl", "en"]),
                name="a_report_has_name_and_language",
            ),
            models.CheckConstraint(
                condition=Q(period="fixed", first__isnull=False, last__gte=F("first"))
                | (~Q(period="fixed") & Q(first__isnull=True, last__isnull=True)),
                name="a_fixed_period_has_its_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"
