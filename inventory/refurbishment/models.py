"""What was tested on the bench, one row a test and a life of the device."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.devices.models import Device


class TestResult(models.Model):
    """The outcome of one test: pass, fail, not applicable (with its reason) or not done."""

    __test__ = False  # not a pytest class

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="test_results")
    cycle = models.PositiveSmallIntegerField()
    test = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True, default="")
    value = models.CharField(max_length=40, blank=True, default="")
    tested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tested_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "cycle", "test"], name="one_result_per_test_and_cycle"),
            models.CheckConstraint(
                condition=Q(outcome__in=["pass", "fail", "not_applicable", "not_done"]),
                name="test_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="not_applicable") | ~Q(reason=""), name="not_applicable_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test}: {self.outcome}"
