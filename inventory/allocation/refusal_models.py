"""What an association refused although nothing was wrong with it: it weighs a little in the next round."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.allocation.models import Decision
from inventory.associations.models import RequestLine


class Refusal(models.Model):
    """Devices that a line was granted and that were refused without a reason that holds; the second time closes it."""

    line = models.ForeignKey(RequestLine, on_delete=models.PROTECT, related_name="refusals")
    # By which the line gave them up.
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="refusal")
    units = models.PositiveSmallIntegerField()
    # Nothing more is given to this line; the association may ask again.
    closes = models.BooleanField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(units__gt=0), name="a_refusal_is_of_devices"),
        ]

    def __str__(self) -> str:
        return f"{self.units} of {self.line_id}"
