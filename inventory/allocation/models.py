"""Rounds, decisions with their reasons, and which device is reserved for which line of a request."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from inventory.associations.models import Request, RequestLine
from inventory.devices.models import Device


class Round(models.Model):
    """A period in which requests are gathered and the stock is shared."""

    number = models.CharField(max_length=20, unique=True)
    opens_on = models.DateField()
    # The same moment for all channels: what bears a date before it takes part.
    closes_at = models.DateTimeField()
    # Until then the post may bring what bears such a date: nothing is frozen earlier.
    entries_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(entries_until__gte=models.F("closes_at")), name="the_post_has_time_after_the_closing"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> str:
        """Where it stands: open (requests take part), sharing (closed, the stock is shared out) or finished."""
        if self.finished_at:
            return "finished"
        return "sharing" if self.closes_at <= timezone.now() else "open"


class Decision(models.Model):
    """A person's answer to a request, with the reasons the law asks for (Act of 29 July 1991 on formal reasons)."""

    number = models.CharField(max_length=20, unique=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="decisions")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    outcome = models.CharField(max_length=20)
    reasons = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["award", "partial", "waiting", "refuse"]), name="decision_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="a_decision_has_reasons"),
        ]

    def __str__(self) -> str:
        return self.number


class DecisionLine(models.Model):
    """How many of one request line were granted."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(RequestLine, on_delete=models.PROTECT, related_name="decision_lines")
    granted = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["decision", "line"], name="a_line_once_per_decision")]

    def __str__(self) -> str:
        return f"{self.granted} of {self.line_id}"


class Reservation(models.Model):
    """One device kept for one line of a request by one decision, until released or handed over."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="reservations")
    line = models.ForeignKey(RequestLine, on_delete=models.PROTECT, related_name="reservations")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reservations")
    reserved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reserved_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(released_at__isnull=True), name="a_device_is_reserved_once"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(release_reason=""), name="a_release_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} for {self.line_id}"
