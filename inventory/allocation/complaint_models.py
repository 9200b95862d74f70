"""What the city answered to a complaint: by whom, why, and what follows from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.associations.filing_models import Filing, Letter


class ComplaintAnswer(models.Model):
    """The one answer to a complaint, by somebody who did not decide; a pin in the next round repairs an error."""

    filing = models.OneToOneField(Filing, on_delete=models.PROTECT, related_name="complaint_answer")
    outcome = models.CharField(max_length=10)
    # The reasons, in the association's language.
    words = models.TextField()
    # So many devices of a pool, first of all in the next round; none: nothing is to be repaired.
    repair_pool = models.CharField(max_length=20, blank=True, default="")
    repair_units = models.PositiveSmallIntegerField(default=0)
    # Devices that were refused had a good reason to be: they no longer weigh, and no line is closed for it.
    excuses = models.BooleanField(default=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["upheld", "partly", "rejected"]), name="complaint_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="a_complaint_is_answered_with_reasons"),
            models.CheckConstraint(
                condition=Q(repair_pool="", repair_units=0)
                | (~Q(repair_pool="") & Q(repair_units__gt=0) & ~Q(outcome="rejected")),
                name="a_repair_says_how_many_of_which_pool",
            ),
            models.CheckConstraint(
                condition=Q(excuses=False) | ~Q(outcome="rejected"), name="what_is_excused_was_right_in_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id}: {self.outcome}"
