"""Sanitised, verified, validated: three acts on one medium, by evidence, never all by one person (NIST SP 800-88r2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import locked_medium, require, unaccounted
from inventory.devices.identity import serial_key
from inventory.devices.media import change_medium
from inventory.devices.models import Device, Medium
from inventory.devices.steps import take
from inventory.documents.commands import store_file
from inventory.documents.models import StoredFile
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.lifecycle import Actor, MediumState, Status, Word, medium_target
from inventory.wiping.certificates import certify, withdraw_certificates, withdrawn_certificate
from inventory.wiping.evidence import judge
from inventory.wiping.evidence.verdicts import Category, Outcome, Verdict
from inventory.wiping.models import Destruction, Sanitisation
from inventory.wiping.policy import leave
from inventory.wiping.quarantine import held, hold, quarantine_batch, reopen_device
from inventory.wiping.speaking import (
    FAILURES,
    MOST_FAILURES,
    SUCCESSES,
    Answer,
    Spoken,
    aware,
    medium_of_row,
    medium_spoken_of,
    operators_named,
    spoken_of,
    verdicts_of_table,
)
from inventory.wiping.techniques import VERIFICATION_LABELS
from inventory.wiping.unrecorded import Unrecorded

# What a technique can reach at most on each kind of medium (NIST SP 800-88r2, IEEE 2883-2022; standards §1.3).
MANUAL_METHODS: dict[str, str] = {
    "overwrite": "clear",
    "ata_secure_erase": "clear",
    "ata_sanitize_block_erase": "purge",
    "ata_sanitize_crypto": "purge",
    "ata_sanitize_overwrite": "purge",
    "nvme_format": "clear",
    "nvme_sanitize_block_erase": "purge",
    "nvme_sanitize_crypto": "purge",
    "factory_reset": "clear",
}
# What a person may say of how they verified; "by_tool" is the evidence's own word.
VERIFICATIONS = tuple(how for how in VERIFICATION_LABELS if how != "by_tool")
# Rows of a table after which whoever waits is told how far it is.
TOLD = 200
DESTRUCTION_METHODS = ("shred", "disintegrate", "incinerate", "melt", "pulverise")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one drive in an evidence file: its verdict, the medium it matched, and whether it counted."""

    verdict: Verdict
    medium: Medium | None
    recorded: bool
    why: Unrecorded | None


@transaction.atomic
def record_evidence(data: bytes, name: str, *, actor: Actor) -> list[Judged]:
    """Keep an evidence file and let each drive in it speak for the medium whose serial it bears.

    A drive without a serial, or with one that is not known exactly once, changes nothing and says why.
    Refuses: NotAllowed; BadFile (unreadable, empty, too large).
    """
    require(actor, Word.SANITISE)
    verdicts = judge(data, name)
    stored = store_file(data, name, actor=actor)
    spoken = spoken_of(verdicts, stored.sha256, lock=True)
    return [_apply(verdict, medium_spoken_of(verdict, spoken), spoken, stored, actor) for verdict in verdicts]


@transaction.atomic
def record_table(
    data: bytes,
    name: str,
    rows: list[dict[str, str]],
    *,
    actor: Actor,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[Judged]:
    """Keep the table of a wiping station and let each of its rows, as they were read, speak for its medium.

    `rows`: by the names of `evidence.station.NAMES`, and `device_serial`, `operator` (a person, not kept). A row that
    cannot speak changes nothing and says why. `progress` is told now and then how many rows are done. Refuses:
    NotAllowed; BadFile; RuleBroken (failed three times).
    """
    require(actor, Word.SANITISE)
    verdicts = verdicts_of_table(rows, name)
    stored = store_file(data, name, actor=actor)
    operators = operators_named(row.get("operator", "") for row in rows)
    spoken = spoken_of(verdicts, stored.sha256, lock=True)
    judged = []
    for verdict, row in zip(verdicts, rows, strict=True):
        answer = medium_of_row(verdict, row, spoken, operators, actor.pk)
        judged.append(_apply(verdict, answer, spoken, stored, actor))
        if len(judged) % TOLD == 0:
            progress(len(judged))
    return judged


@transaction.atomic
def match_by_hand(code: str, *, actor: Actor, data: bytes, name: str, device_name: str, reason: str) -> Sanitisation:
    """Say, as a person and with a reason, that one drive of an evidence file is this medium.

    Refuses: NotAllowed; NotFound; BadInput (no reason, no such drive); RuleBroken (the serials contradict each
    other, or the verdict proves nothing).
    """
    require(actor, Word.SANITISE)
    if len(reason.strip()) < 10:
        raise BadInput(_("Say in a sentence why this evidence belongs to this storage medium."), field="reason")
    medium = locked_medium(code)
    verdict = next((one for one in judge(data, name) if one.device == device_name), None)
    if verdict is None:
        raise BadInput(_("The file has no drive called '%(device)s'."), device=device_name, field="device_name")
    if verdict.serial and medium.serial_key and serial_key(verdict.serial) != medium.serial_key:
        raise RuleBroken(
            _("The file says serial %(found)s, the storage medium has %(known)s: they are not the same."),
            found=verdict.serial,
            known=medium.serial,
        )
    if verdict.category == Category.DESTROY:
        raise RuleBroken(_("It was destroyed: record the destruction with its witness."), verdict=verdict.verdict)
    if verdict.verdict not in SUCCESSES | FAILURES:
        raise RuleBroken(_("This evidence proves nothing about the storage medium."), verdict=verdict.verdict)
    return _record(medium, verdict, store_file(data, name, actor=actor), actor, by_hand=reason.strip()[:200])


@transaction.atomic
def record_manual_sanitisation(
    code: str,
    *,
    actor: Actor,
    method: str,
    tool: str,
    data: bytes,
    name: str,
    succeeded: bool = True,
    tool_version: str = "",
    sanitised_at: dt.datetime | None = None,
) -> Sanitisation:
    """Record a sanitisation by hand with its evidence file (a photo, a screen, a log of another tool).

    Refuses: NotAllowed; NotFound; BadInput (method, tool); BadFile; StepRefused (the medium's state);
    RuleBroken (three failures: destroy it).
    """
    require(actor, Word.SANITISE)
    if method not in MANUAL_METHODS:
        raise BadInput(_("Choose the method from the list."), field="method", method=method)
    if not tool.strip():
        raise BadInput(_("Name the tool that was used."), field="tool")
    medium = locked_medium(code)
    category = MANUAL_METHODS[method]
    if medium.kind in {"emmc", "card", "usb"} or (medium.kind in {"sata_ssd", "nvme"} and "overwrite" in method):
        category = "clear"  # over-provisioned cells stay; eMMC never reaches Purge this way (IEEE 2883-2022)
    verdict = Verdict(
        tool=tool.strip()[:60],
        tool_version=tool_version.strip()[:40],
        device="",
        serial=medium.serial or None,
        verdict=Outcome.OVERWRITTEN_NOT_VERIFIED if succeeded else Outcome.FAILED,
        category=Category(category) if succeeded else None,
        verified=False,
        method=method,
        ended_at=sanitised_at,
    )
    return _record(medium, verdict, store_file(data, name, actor=actor), actor)


@transaction.atomic
def verify(code: str, *, actor: Actor, how: str, passed: bool = True) -> Sanitisation:
    """Verify that the technique completed as intended, when the tool did not do so itself.

    `how` is a code of `VERIFICATIONS`. When it did not complete (`passed` is False), the medium failed and its whole
    batch is quarantined (R-1.7). Refuses: NotAllowed; NotFound; BadInput (how); StepRefused.
    """
    if not actor.holds(Word.SANITISE):
        require(actor, Word.VALIDATE)
    if how not in VERIFICATIONS:
        raise BadInput(_("Say how the result was verified."), field="how")
    medium = locked_medium(code)
    record = _current(medium)
    if not passed:
        medium_target("verify", medium.state)
        quarantine_batch(record, actor=actor, reason="verification_failed")
        return record
    change_medium(medium, "verify", actor=actor, facts={"how": how})
    record.verified_at = timezone.now()
    record.verified_by_id = actor.pk
    record.verification = how
    record.save(update_fields=["verified_at", "verified_by", "verification"])
    return record


@transaction.atomic
def validate(code: str, *, actor: Actor, exception_reference: str = "") -> Sanitisation:
    """Decide, as another person than the sanitiser, that the outcome is good enough (NIST SP 800-88r2).

    The certificate is issued at once. When it was the last open medium of a device awaiting sanitisation, the
    device becomes `sanitised` too.
    Refuses: NotAllowed; NotFound; RuleBroken (own work; less than the policy of the day asks, without a written
    exception valid today, or by one's own exception); StepRefused.
    """
    require(actor, Word.VALIDATE)
    medium = locked_medium(code)
    medium_target("validate", medium.state)
    record = _current(medium)
    if record.sanitised_by_id == actor.pk:
        raise RuleBroken(_("You sanitised this storage medium yourself: somebody else has to validate it."))
    now = timezone.now()
    found = leave(medium.kind, record.category, exception_reference, moment=now, actor=actor)
    record.validated_at = now
    record.validated_by_id = actor.pk
    record.exception_reference = found.exception.reference if found.exception else ""
    record.save(update_fields=["validated_at", "validated_by", "exception_reference"])
    facts = {"category": record.category, "exception": record.exception_reference}
    change_medium(medium, "validate", actor=actor, facts=facts, evidence_sha256=record.evidence.sha256)
    certify(medium, record, actor=actor, supersedes=withdrawn_certificate(medium))
    _device_is_clean(medium, actor)
    return record


@transaction.atomic
def destroy(
    code: str,
    *,
    actor: Actor,
    witness: Actor,
    method: str,
    data: bytes,
    name: str,
    particle_mm: Decimal | None = None,
    batch: str = "",
) -> Destruction:
    """Record that a medium was physically destroyed, with a photo or certificate and a witness.

    Refuses: NotAllowed; NotFound; BadInput (method); RuleBroken (one's own witness); BadFile; StepRefused.
    """
    require(actor, Word.SANITISE)
    if method not in DESTRUCTION_METHODS:
        # Degaussing is no Destroy technique any more and does nothing to flash (NIST SP 800-88r2).
        raise BadInput(_("Choose a method that destroys: degaussing is not one."), field="method")
    if witness.pk == actor.pk:
        raise RuleBroken(_("Somebody else has to witness a destruction."))
    medium = locked_medium(code)
    stored = store_file(data, name, actor=actor)
    record = Destruction.objects.create(
        medium=medium,
        method=method,
        particle_mm=particle_mm,
        batch=batch.strip()[:60],
        evidence=stored,
        destroyed_by_id=actor.pk,
        witnessed_by_id=witness.pk,
        destroyed_at=timezone.now(),
    )
    facts = {"method": method, "particle_mm": particle_mm, "batch": record.batch, "witness": witness.key}
    change_medium(medium, "destroy", actor=actor, facts=facts, evidence_sha256=stored.sha256)
    certify(medium, record, actor=actor, supersedes=withdrawn_certificate(medium))
    _device_is_clean(medium, actor)
    return record


def _apply(verdict: Verdict, answer: Answer, spoken: Spoken, stored: StoredFile, actor: Actor) -> Judged:
    medium, why = answer
    if medium is not None and why is None:
        _record(medium, verdict, stored, actor)
        spoken.of_file.add(medium.pk)
    return Judged(verdict, medium, why is None, why)


def _record(medium: Medium, verdict: Verdict, stored: StoredFile, actor: Actor, by_hand: str = "") -> Sanitisation:
    succeeded = verdict.verdict in SUCCESSES
    if succeeded and medium.failures >= MOST_FAILURES:
        raise RuleBroken(_("This storage medium failed three times: destroy it (R-1.7)."), code=medium.code)
    # In whatever cycle: an old log proves nothing of a medium that came back, or that has to be wiped again.
    if Sanitisation.objects.filter(medium=medium, evidence=stored).exists():
        raise Conflict(_("This file was recorded for this storage medium before."), code=medium.code)
    now = timezone.now()
    facts = {
        "verdict": verdict.verdict,
        "category": verdict.category,
        "method": verdict.method,
        "tool": verdict.tool,
        "tool_version": verdict.tool_version,
        "verified_by_tool": verdict.verified,
        "matched_by_hand": bool(by_hand),
    }
    act = "sanitise_verified" if verdict.verified else "sanitise"
    stays = False
    if not succeeded:
        act = "fail"
        medium.failures += 1
        stays = held(reopen_device(medium, actor=actor, facts={}))
        if MediumState(medium.state) is MediumState.VALIDATED and not stays:
            medium.cycle += 1  # the proof that was validated ends here
    record = Sanitisation.objects.create(
        medium=medium,
        cycle=medium.cycle,
        succeeded=succeeded,
        verdict=verdict.verdict,
        category=(verdict.category or "") if succeeded else "",
        method=verdict.method[:100],
        tool=verdict.tool[:60],
        tool_version=verdict.tool_version[:40],
        evidence=stored,
        reasons=[str(reason) for reason in verdict.reasons],
        matched_by_hand=by_hand,
        sanitised_by_id=actor.pk,
        sanitised_at=aware(verdict.ended_at) if verdict.ended_at else now,
        recorded_at=now,
        verified_at=now if succeeded and verdict.verified else None,
        verification="by_tool" if succeeded and verdict.verified else "",
    )
    if stays:
        hold(medium, actor=actor, facts=facts)
    else:
        change_medium(medium, act, actor=actor, facts=facts, evidence_sha256=stored.sha256)
    if not succeeded:
        withdraw_certificates(medium, actor=actor, reason="sanitised_badly")
    return record


def _current(medium: Medium) -> Sanitisation:
    record = medium.sanitisations.filter(cycle=medium.cycle, succeeded=True).select_related("evidence").last()
    if record is None:
        raise RuleBroken(_("The storage medium %(code)s has no sanitisation on record."), code=medium.code)
    return record


def _device_is_clean(medium: Medium, actor: Actor) -> None:
    # The last proof of a device that waits for it is also the device's own step: two things changed, two entries.
    device = Device.objects.select_for_update().filter(media=medium).first()
    if device is None or device.status != Status.AWAITING_SANITISATION or unaccounted(device):
        return
    if actor.holds(Word.SANITISE):
        take(device, "confirm_sanitised", actor=actor)
