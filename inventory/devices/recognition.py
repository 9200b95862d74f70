"""Inspection files sorted into machines without keeping any: the answer of the command and of the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.inspections import Inspection, read_inspection
from inventory.devices.matching import group
from inventory.errors import BadFile, BadInput
from inventory.lifecycle import Actor, Word

# Files in one call of the API; the command takes any number.
MOST_FILES = 500


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
