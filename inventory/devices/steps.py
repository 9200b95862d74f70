"""The one place where a device's status changes: may the actor? is it lawful? do the guards agree? then remember."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import locked, pass_guards, require
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.errors import BadInput, Conflict, Refusal, StepRefused
from inventory.ledger.commands import Deed, record, record_alike
from inventory.ledger.rows import among, change_rows
from inventory.lifecycle import Actor, Status, Step, step_named, steps_from


def take(
    device: Device,
    name: str,
    *,
    actor: Actor,
    facts: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
    occurred_at: dt.datetime | None = None,
    evidence_sha256: str = "",
) -> Device:
    """Take the step called `name` with a device locked by the caller's transaction; save it with its ledger entry.

    Refuses: NotAllowed (the actor's roles), StepRefused (the law), RuleBroken (a guard), Conflict (somebody was
    first), BadInput (a moment in the future).
    """
    step = step_named(name)
    require(actor, step.needs)
    _lawful_here(device, step)
    pass_guards(device, step.guards)
    now = timezone.now()
    if occurred_at is not None and occurred_at > now + dt.timedelta(minutes=5):
        raise BadInput(_("That moment is still to come. Check the date and time."), field="occurred_at")
    before, device.status = device.status, step.target
    device.seq += 1
    device.changed_at = now
    record(
        Deed(
            event=f"device.{step.name}",
            kind="device",
            key=device.tag,
            seq=device.seq,
            from_status=before,
            to_status=device.status,
            facts=facts or {},
            private=private,
            occurred_at=occurred_at,
            evidence_sha256=evidence_sha256,
        ),
        actor=actor,
    )
    _save(device, expected_seq=device.seq - 1)
    return device


def note(
    device: Device,
    event: str,
    *,
    actor: Actor,
    facts: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
    occurred_at: dt.datetime | None = None,
) -> Device:
    """Save a change that leaves the status as it is (a move, facts learnt), with its ledger entry.

    The device is locked by the caller's transaction. Refuses (Conflict) when somebody was first.
    """
    return _note(device, event, (device.status, device.status), actor, facts, private, occurred_at)


def leave_play(
    device: Device, *, actor: Actor, into: Device, facts: dict[str, Any], private: dict[str, Any] | None = None
) -> Device:
    """Put a locked device out of play: the ledger counts it no more, its status waits as it is. Refuses Conflict."""
    device.merged_into = into
    return _note(device, "absorb", (device.status, ""), actor, {"into": into.tag, **facts}, private)


def come_into_play(
    device: Device, *, actor: Actor, facts: dict[str, Any], private: dict[str, Any] | None = None
) -> Device:
    """Bring a locked device back as it left, the ledger counting it again. Refuses Conflict."""
    device.merged_into = None
    return _note(device, "split_off", ("", device.status), actor, facts, private)


def _note(
    device: Device,
    event: str,
    places: tuple[str, str],
    actor: Actor,
    facts: dict[str, Any] | None,
    private: dict[str, Any] | None,
    occurred_at: dt.datetime | None = None,
) -> Device:
    device.seq += 1
    device.changed_at = timezone.now()
    record(
        Deed(
            event=f"device.{event}",
            kind="device",
            key=device.tag,
            seq=device.seq,
            from_status=places[0],
            to_status=places[1],
            facts=facts or {},
            private=private,
            occurred_at=occurred_at,
        ),
        actor=actor,
    )
    _save(device, expected_seq=device.seq - 1)
    return device


@transaction.atomic
def take_step(tag: str, name: str, *, actor: Actor, occurred_at: dt.datetime | None = None) -> Device:
    """Take a step that needs no facts.

    Refuses as `take` does, and (StepRefused) a step that needs facts and so has a command of its own.
    """
    step = step_named(name)
    # Before the device is looked for: who may not learns nothing of which tags exist.
    require(actor, step.needs)
    if not step.bare:
        raise StepRefused(
            _("'%(step)s' needs more than the device: %(facts)s."),
            step=step.label,
            facts=", ".join(step.facts),
        )
    return take(locked(tag), name, actor=actor, occurred_at=occurred_at)


@transaction.atomic
def take_steps(tags: Iterable[str], name: str, *, actor: Actor) -> int:
    """Take a bare step with many devices, all or none. Returns how many.

    Refuses: NotAllowed; StepRefused, naming the first devices that cannot, and how many they are.
    """
    require(actor, step_named(name).needs)
    refused: list[tuple[str, str]] = []
    count = 0
    for tag in tags:
        try:
            take_step(tag, name, actor=actor)
        except Refusal as refusal:
            refused.append((tag, str(refusal)))
        count += 1
    if refused:
        raise StepRefused(
            _("Nothing was changed: %(refused)s of %(count)s devices cannot take this step. %(first)s"),
            refused=len(refused),
            count=count,
            first=" ".join(f"{tag}: {why}" for tag, why in refused[:5]),
            tags=[tag for tag, _why in refused[:200]],
        )
    return count


# Devices in one statement.
_AT_ONCE = 5_000


def take_all(tags: Sequence[str], name: str, *, actor: Actor, facts: dict[str, Any], seq: int) -> int:
    """Take a step without guards with devices nothing has happened to since their entry number `seq`; returns how many.

    Inside the caller's transaction, an entry each, at the speed of the bulk gateway. Refuses: NotAllowed; Conflict,
    naming the first devices with which something has happened since.
    """
    step = step_named(name)
    require(actor, step.needs)
    now = timezone.now()
    for start in range(0, len(tags), _AT_ONCE):
        some = tags[start : start + _AT_ONCE]
        untouched = Device.objects.filter(among("tag", some), seq=seq, status__in=step.origin, merged_into__isnull=True)
        before = dict(untouched.select_for_update().values_list("tag", "status"))
        if missing := [tag for tag in some if tag not in before]:
            raise Conflict(
                _("Nothing was changed: something has happened since with %(count)s of these devices (%(first)s)."),
                count=len(missing),
                first=", ".join(grouped(tag) for tag in missing[:5]),
                tags=missing[:200],
            )
        for status in sorted(set(before.values())):
            deed = Deed(f"device.{step.name}", "device", "", seq + 1, from_status=status, to_status=step.target)
            record_alike(deed, ((tag, facts) for tag in some if before[tag] == status), actor=actor)
        untouched.update(status=step.target, seq=seq + 1, changed_at=now)
    return len(tags)


def note_all(
    devices: Sequence[Device], event: str, columns: Sequence[str], *, actor: Actor, facts: Sequence[dict[str, Any]]
) -> None:
    """Save these columns of many devices, whose statuses stay, with an entry and facts of its own for each.

    The devices are locked by the caller's transaction. Refuses (Conflict) when somebody was first.
    """
    now = timezone.now()
    alike: dict[tuple[int, str], list[tuple[str, dict[str, Any]]]] = {}
    for device, told in zip(devices, facts, strict=True):
        alike.setdefault((device.seq, device.status), []).append((device.tag, told))
    for (seq, status), subjects in alike.items():
        deed = Deed(f"device.{event}", "device", "", seq + 1, from_status=status, to_status=status)
        record_alike(deed, subjects, actor=actor)
    rows = ((one.pk, *(getattr(one, name) for name in columns), one.seq + 1, now) for one in devices)
    if change_rows(Device, (*columns, "seq", "changed_at"), rows) != len(devices):
        raise Conflict(_("Somebody else has just changed one of these devices. Try again."))


def _lawful_here(device: Device, step: Step) -> None:
    if Status(device.status) not in step.origin:
        allowed = steps_from(device.status)
        raise StepRefused(
            _("'%(label)s' cannot be taken from '%(status)s'. From there: %(then)s.")
            if allowed
            else _("'%(label)s' cannot be taken from '%(status)s', which is final."),
            label=step.label,
            status=Status(device.status).label,
            then=", ".join(str(row.label) for row in allowed),
            tag=device.tag,
            step=step.name,
            allowed=[row.name for row in allowed],
        )


def _save(device: Device, *, expected_seq: int) -> None:
    fields = {
        field.attname: getattr(device, field.attname) for field in device._meta.concrete_fields if not field.primary_key
    }
    # `select_for_update` does nothing on SQLite, so the row's own counter is what keeps two people apart.
    changed = Device.objects.filter(pk=device.pk, seq=expected_seq).update(**fields)
    if changed != 1:
        raise Conflict(_("Somebody else has just changed %(tag)s. Look at it again."), tag=device.tag)
