"""Evidence judged without being kept: what a file proves, told to whoever may sanitise, and nothing stored."""

from __future__ import annotations

from inventory.devices.gatekeepers import require
from inventory.errors import BadFile
from inventory.lifecycle import Actor, Word
from inventory.wiping.evidence import judge
from inventory.wiping.evidence.verdicts import Outcome, Verdict


def verdicts_on(data: bytes, name: str) -> list[Verdict]:
    """The verdict on each drive in a file; one that no reader can open is itself a verdict, with the reason."""
    try:
        return judge(data, name)
    except BadFile as refusal:
        return [Verdict("", Outcome.UNREADABLE, reasons=(str(refusal),))]


def judged_for(actor: Actor, data: bytes, name: str) -> list[Verdict]:
    """The verdicts on a file, for somebody who may sanitise. Refuses: NotAllowed."""
    require(actor, Word.SANITISE)
    return verdicts_on(data, name)
