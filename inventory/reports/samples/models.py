"""A sample of an auditor, from the frozen population over the seed to what was found in each thing drawn."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.reports.samples.arithmetic import interval

METHODS = ("attribute", "amount")
RESULTS = ("right", "wrong", "not_examined")


class Sample(models.Model):
    """A population as it was frozen, how much of it is drawn, and the seed, known only afterwards."""

    number = models.CharField(max_length=20, unique=True)
    # A name of `POPULATIONS`, and the period it was taken from, first and last day included.
    population = models.CharField(max_length=20)
    first = models.DateField()
    last = models.DateField()
    method = models.CharField(max_length=10)
    # In percent, and in per mille.
    confidence = models.PositiveSmallIntegerField()
    tolerable = models.PositiveSmallIntegerField()
    # Every key with its amount, a tab between, one a line: what the hash is over.
    text = models.TextField()
    size = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    sample_size = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=100, blank=True, default="")
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(method__in=METHODS), name="sample_method_known"),
            models.CheckConstraint(
                condition=Q(confidence__gte=50, confidence__lte=99, tolerable__gte=1, tolerable__lte=500),
                name="sample_rates_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, seed="") | (Q(drawn_at__isnull=False) & ~Q(seed="")),
                name="a_sample_is_drawn_with_its_seed",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def interval(self) -> int | None:
        """Of monetary-unit sampling, the units between two hits: what is as large is taken for certain."""
        return interval(self.amount, self.sample_size) if self.method == "amount" else None


class SampleItem(models.Model):
    """One thing drawn, and what the auditor found."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveIntegerField()
    key = models.CharField(max_length=60)
    rank = models.CharField(max_length=64)
    amount = models.PositiveBigIntegerField(default=0)
    result = models.CharField(max_length=20, blank=True, default="")
    found_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["sample", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "key"], name="a_thing_is_drawn_once_a_sample"),
            models.CheckConstraint(
                condition=Q(result="", found_at__isnull=True) | Q(result__in=RESULTS, found_at__isnull=False),
                name="sample_result_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.sample_id}"
