"""Who comes for devices keeps the appointment: noted with the hand-over, so that nobody has to think of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from inventory.associations.commands import remember
from inventory.handover.appointment_models import Appointment
from inventory.lifecycle import Actor


@transaction.atomic
def keep_appointments(references: Iterable[str], *, actor: Actor) -> None:
    """They came: what is booked for these requests is kept."""
    found = Appointment.objects.select_for_update().filter(request__reference__in=list(references), state="booked")
    for appointment in found.order_by("id"):
        appointment.state, appointment.ended_at = "came", timezone.now()
        appointment.save(update_fields=["state", "ended_at"])
        remember("appointment", appointment.number, "came", actor, {}, to_status="came")
