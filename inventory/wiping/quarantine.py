"""When one proof turns out not to hold, everything wiped the same way goes back to be wiped again (R-1.7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import locked_medium, require
from inventory.devices.media import change_medium, note_medium
from inventory.devices.models import Device, Medium
from inventory.devices.steps import take
from inventory.documents.commands import next_number
from inventory.errors import Conflict, RuleBroken
from inventory.ledger.commands import Deed, record
from inventory.lifecycle import PROVEN_CLEAN, Actor, Status, Word, lawful
from inventory.wiping.certificates import withdraw_certificates
from inventory.wiping.models import QuarantinedBatch, QuarantinedMedium, Sanitisation
from inventory.wiping.proofs import standing_proofs

# Series of numbers: Q-2026-00001.
SERIES = "Q"


@transaction.atomic
def quarantine_batch(failed: Sanitisation, *, actor: Actor, reason: str) -> QuarantinedBatch:
    """Send every medium of the same tool, version, model and day back to be wiped, with the one that failed (R-1.7).

    Called by the commands that find a failure; `reason` is a code of `BATCH_REASONS`. What is in a device that cannot
    go back at once (reserved, handed over, recycled) is held: its proof is withdrawn, and the device passes no gate.
    """
    medium = failed.medium
    day = timezone.localdate(failed.sanitised_at)
    batch = QuarantinedBatch.objects.create(
        number=next_number(SERIES, timezone.localdate()),
        tool=failed.tool,
        tool_version=failed.tool_version,
        model=medium.model,
        day=day,
        reason=reason,
        failed=failed,
        opened_at=timezone.now(),
        opened_by_id=actor.pk,
    )
    proofs = [failed, *of_one_batch(failed).exclude(pk=failed.pk)]
    facts = {
        "tool": batch.tool,
        "tool_version": batch.tool_version,
        "model": batch.model,
        "day": day,
        "reason": reason,
        "medium": medium.code,
        "media": len(proofs),
    }
    record(Deed("batch.quarantine", "batch", batch.number, 1, facts=facts, to_status="quarantined"), actor=actor)
    for proof in proofs:
        held_by = _withdraw(proof, batch, actor)
        QuarantinedMedium.objects.create(batch=batch, medium=proof.medium, sanitisation=proof, held_by=held_by)
    return batch


def of_one_batch(failed: Sanitisation) -> Any:
    """Proofs that stand, of media of the same model wiped with the same tool and version on the same day in Brussels.

    The failed one is among them while its own proof stands.
    """
    day = timezone.localdate(failed.sanitised_at)
    begin = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    return standing_proofs().filter(
        tool__iexact=failed.tool,
        tool_version__iexact=failed.tool_version,
        medium__model__iexact=failed.medium.model,
        sanitised_at__gte=begin,
        sanitised_at__lt=end,
    )


@transaction.atomic
def send_back(code: str, *, actor: Actor) -> Medium:
    """Send a medium whose proof was withdrawn back to be wiped, now that its device can go back.

    Refuses: NotAllowed; NotFound; Conflict (its proof was not withdrawn, or it went back already); RuleBroken (its
    device is still reserved, or has left the house).
    """
    require(actor, Word.SANITISE)
    medium = locked_medium(code)
    if not medium.proof_withdrawn:
        raise Conflict(_("The proof of the storage medium %(code)s was not withdrawn."), code=medium.code)
    device = reopen_device(medium, actor=actor, facts={})
    if device is not None and held(device):
        raise RuleBroken(
            _("%(tag)s is '%(status)s': release it or take it back first."),
            tag=device.tag,
            status=Status(device.status).label,
        )
    medium.cycle += 1
    return change_medium(medium, "doubt", actor=actor, facts={"reason": "second_check_failed"})


def reopen_device(medium: Medium, *, actor: Actor, facts: dict[str, Any]) -> Device | None:
    """Send the device of a medium whose proof falls back to sanitisation where the law has that step.

    Returns the device as it then stands; None for a medium that is in none. Within the caller's transaction.
    """
    device = Device.objects.select_for_update().filter(media=medium).first()
    if device is not None and lawful("reopen_sanitisation", device.status):
        take(device, "reopen_sanitisation", actor=actor, facts={"reason": "second_check_failed", **facts})
    return device


def held(device: Device | None) -> bool:
    """Whether a device keeps its media where they are: reserved, handed over, recycled."""
    if device is None or lawful("reopen_sanitisation", device.status):
        return False
    return Status(device.status) in PROVEN_CLEAN


def hold(medium: Medium, *, actor: Actor, facts: dict[str, Any]) -> Medium:
    """Withdraw the proof of a medium that cannot go back yet: its device passes no gate from now on.

    Within the caller's transaction.
    """
    medium.proof_withdrawn = True
    return note_medium(medium, "withdraw_proof", actor=actor, facts=facts)


def _withdraw(proof: Sanitisation, batch: QuarantinedBatch, actor: Actor) -> str:
    medium = Medium.objects.select_for_update().get(pk=proof.medium_id)
    proof.medium = medium
    is_failed = proof.pk == batch.failed_id
    facts = {"batch": batch.number, "reason": batch.reason}
    device = reopen_device(medium, actor=actor, facts={"batch": batch.number})
    medium.failures += is_failed
    if held(device):
        hold(medium, actor=actor, facts=facts)
    else:
        # A validated proof ends with its cycle: it may not vouch for what is on the medium after the next wipe.
        medium.cycle += 1
        change_medium(medium, "fail" if is_failed else "doubt", actor=actor, facts=facts)
    withdraw_certificates(medium, actor=actor, reason=batch.reason)
    return device.status if device is not None and held(device) else ""
