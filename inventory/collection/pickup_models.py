"""What departments ask for: a pickup, by a link without an account or through a clerk."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import Manifest


class PickupChannel(StrEnum):
    """How a department asked."""

    LINK = "link"
    COUNTER = "counter"
    TELEPHONE = "telephone"
    POST = "post"

    @property
    def label(self) -> Promise:
        """The channel in the reader's language."""
        return CHANNEL_LABELS[self]


CHANNEL_LABELS: dict[PickupChannel, Promise] = {
    PickupChannel.LINK: _("By its link"),
    PickupChannel.COUNTER: _("At the counter"),
    PickupChannel.TELEPHONE: _("By telephone"),
    PickupChannel.POST: _("On paper"),
}


def _new_code() -> str:
    return secrets.token_hex(8)


class PickupInvitation(models.Model):
    """A department may ask for pickups by a signed link, without an account, until a day or until it is withdrawn."""

    code = models.CharField(max_length=16, unique=True, default=_new_code)
    department = models.CharField(max_length=150)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    valid_until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.department} ({self.code})"


class PickupRequest(models.Model):
    """A department asks that equipment be fetched: about how much of which kind, where, and between which days."""

    reference = models.CharField(max_length=20, unique=True)
    department = models.CharField(max_length=150)
    place = models.CharField(max_length=200)
    # Whom to ask for there, by function and the service's telephone: no name is needed.
    contact_function = models.CharField(max_length=100)
    contact_phone = models.CharField(max_length=40, blank=True, default="")
    access = models.CharField(max_length=300, blank=True, default="")
    # About how many of each kind of device: {"laptop": 12}.
    quantities = models.JSONField()
    earliest_on = models.DateField()
    latest_on = models.DateField(null=True, blank=True)
    channel = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    invitation = models.ForeignKey(
        PickupInvitation, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    # The form's own mark: the same form sent twice is one request.
    form_mark = models.CharField(max_length=32, unique=True, null=True, blank=True)
    state = models.CharField(max_length=10, default="asked")
    manifest = models.ForeignKey(
        Manifest, on_delete=models.PROTECT, null=True, blank=True, related_name="pickup_requests"
    )
    reason = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "planned", "declined", "withdrawn"]), name="pickup_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in PickupChannel]), name="pickup_channel_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(manifest__isnull=False), name="a_planned_pickup_has_its_manifest"
            ),
            models.CheckConstraint(
                condition=Q(latest_on__isnull=True) | Q(latest_on__gte=F("earliest_on")), name="pickup_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False) | Q(invitation__isnull=False), name="a_pickup_has_its_sender"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def pieces(self) -> int:
        """About how many devices there are in all."""
        return sum(self.quantities.values())
