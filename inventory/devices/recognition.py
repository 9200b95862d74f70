"""What inspection files tell without keeping any: which are of one machine, and which stored device one is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.inspections import Inspection, read_inspection
from inventory.devices.inspections.commands import device_is_clear, fingerprint
from inventory.devices.likely import likely_devices
from inventory.devices.matching import Likeness, group, is_anonymous
from inventory.devices.models import Device
from inventory.errors import BadFile, BadInput
from inventory.lifecycle import Actor, Word

# Files in one call of the API; the command takes any number.
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose inspection a file is: of one stored device (`same`), of none (`new`), or a person decides (`ask`)."""

    inspection: Inspection
    sha256: str
    decision: Literal["same", "new", "ask"]
    candidates: list[tuple[Device, Likeness]]


def recognise(data: bytes, name: str, *, actor: Actor) -> Recognised:
    """Compare an inspection file with the stored devices; nothing is stored. Refuses: NotAllowed; BadFile."""
    require(actor, Word.INSPECT)
    return recognised(read_inspection(data, name), fingerprint(data))


def recognised(seen: Inspection, sha256: str) -> Recognised:
    """The same for a file that was read before. A file without any number of its machine always asks."""
    likely = likely_devices(seen)
    decision: Literal["same", "new", "ask"] = "ask" if likely or is_anonymous(seen) else "new"
    if device_is_clear(likely):
        decision = "same"
    return Recognised(seen, sha256, decision, likely)


def machines_in(files: Iterable[tuple[str, bytes]]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Names and contents in; plain facts out: one for each machine, then one for each file refused, with why.

    A machine's facts: `files`, `decision` (`same`, `new` or `ask`), `confidence` from 0 to 1, `reasons`, and
    `ask_about`, files of other machines that a person should compare with these.
    """
    names: list[str] = []
    seen: list[Inspection] = []
    refused: list[dict[str, str]] = []
    for name, data in files:
        try:
            inspection = read_inspection(data, name)
        except BadFile as refusal:
            refused.append({"file": name, "refused": str(refusal)})
        else:
            names.append(name)
            seen.append(inspection)
    machines = [
        {
            "files": [names[place] for place in one.members],
            "decision": one.decision,
            "confidence": round(one.confidence, 2),
            "reasons": [str(reason) for reason in one.reasons],
            "ask_about": [names[place] for place in one.ask_about],
        }
        for one in group(seen)
    ]
    return machines, refused


def machines_for(actor: Actor, files: list[tuple[str, bytes]]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The same, for somebody who may inspect. Refuses: NotAllowed; BadInput (more than `MOST_FILES`)."""
    require(actor, Word.INSPECT)
    if len(files) > MOST_FILES:
        raise BadInput(_("Send at most %(most)s files at once."), most=MOST_FILES, field="file")
    return machines_in(files)
