"""Hours at which associations fetch their devices: so many places each, and who has taken one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inventory.associations.models import Request
from inventory.devices.models import Location


class Slot(models.Model):
    """An hour at a warehouse, with so many places."""

    code = models.CharField(max_length=40, unique=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["location", "starts_at"], name="an_hour_once_per_warehouse")
        ]

    def __str__(self) -> str:
        return self.code


class Appointment(models.Model):
    """A place at an hour, for the devices of one request; moved, cancelled, kept, or nobody came."""

    number = models.CharField(max_length=20, unique=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="appointments")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    # Which of the places of that hour: two people never have the same.
    seat = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="booked")
    channel = models.CharField(max_length=20)
    moved = models.PositiveSmallIntegerField(default=0)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    # What was let go after nobody came twice.
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["slot__starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slot", "seat"], condition=~Q(state="cancelled"), name="a_place_is_taken_once"
            ),
            models.UniqueConstraint(fields=["request"], condition=Q(state="booked"), name="one_appointment_at_a_time"),
            models.CheckConstraint(
                condition=Q(state__in=["booked", "cancelled", "came", "no_show"]), name="appointment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "telephone", "post"]), name="appointment_channel_known"
            ),
            models.CheckConstraint(condition=Q(seat__gte=1), name="places_count_from_one"),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at__isnull=True)
                | (~Q(state="booked") & Q(ended_at__gte=F("booked_at"))),
                name="an_appointment_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number
