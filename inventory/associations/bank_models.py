"""What the Crossroads Bank for Enterprises said of an association: looked up by a person, on a day, with the proof."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.associations.models import Association
from inventory.documents.models import StoredFile


class BankCheck(models.Model):
    """One look into the Crossroads Bank (R-3.2): the latest counts, none is ever changed."""

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="bank_checks")
    # The number that was looked up: it may be corrected later.
    enterprise_number = models.CharField(max_length=10)
    checked_on = models.DateField()
    standing = models.CharField(max_length=20)
    # The extract, or the address of the page.
    reference = models.CharField(max_length=200)
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(standing__in=["active", "stopped", "struck_off", "bankrupt"]), name="bank_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(enterprise_number=""), name="a_look_up_has_its_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_number}: {self.standing}"
