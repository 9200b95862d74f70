"""A year of a data set as it was stated: frozen with its files, corrected only by a later version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.documents.models import StoredFile


class Statement(models.Model):
    """One version of a year's statement; a version after the first says why it was made."""

    dataset = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    # A code of `CORRECTIONS`; empty for the first.
    reason = models.CharField(max_length=20, blank=True, default="")
    row_count = models.PositiveIntegerField()
    # Of the file for machines: what goes into the ledger.
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-year", "dataset", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "year", "version"], name="a_statement_version_once"),
            models.CheckConstraint(
                condition=Q(version=1, reason="") | (Q(version__gt=1) & ~Q(reason="")),
                name="a_later_statement_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.year} v{self.version}"


class StatementFile(models.Model):
    """One file of a statement: for machines or in a language, as CSV or as a workbook."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=2, blank=True, default="")
    form = models.CharField(max_length=4)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "language", "form"], name="a_file_of_a_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.language} {self.form}"
