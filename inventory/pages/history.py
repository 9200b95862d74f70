"""The ledger in words: each entry as a station of the relay line, with who, when and by which channel."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.devices.accessories import told as accessories_told
from inventory.devices.categories import GRADES, NO_DATA_CHECKS, REASONS
from inventory.devices.queries import names_of
from inventory.devices.tags import grouped
from inventory.handover.aftercare import KINDS
from inventory.handover.queries import papers_hidden_from
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor, MediumState, Status
from inventory.wiping.techniques import (
    BATCH_REASONS,
    CATEGORY_LABELS,
    DESTRUCTION_LABELS,
    METHOD_LABELS,
    VERIFICATION_LABELS,
)

EVENTS: dict[str, Promise] = {
    "device.declare": gettext_lazy("Declared"),
    "device.register_found": gettext_lazy("Found and registered"),
    "device.collect": gettext_lazy("Collected"),
    "device.withdraw": gettext_lazy("Announcement withdrawn"),
    "device.receive": gettext_lazy("Received"),
    "device.move": gettext_lazy("Moved"),
    "device.describe": gettext_lazy("Described"),
    "device.bind_tag": gettext_lazy("Another label stuck on"),
    "device.declare_no_data": gettext_lazy("Declared to hold no data"),
    "device.withdraw_no_data": gettext_lazy("Declaration withdrawn: a storage medium was found"),
    "device.inspect": gettext_lazy("Inspected"),
    "device.confirm_sanitised": gettext_lazy("Sanitised: every storage medium is proven"),
    "device.reopen_sanitisation": gettext_lazy("Sent back to sanitisation"),
    "device.start_refurbishment": gettext_lazy("Refurbishment started"),
    "device.record_tests": gettext_lazy("Tested"),
    "device.make_ready": gettext_lazy("Made ready"),
    "device.rework": gettext_lazy("Sent back to the bench"),
    "device.reserve": gettext_lazy("Reserved"),
    "device.release": gettext_lazy("Released"),
    "device.hand_over": gettext_lazy("Handed over"),
    "device.take_back": gettext_lazy("Taken back"),
    "device.value": gettext_lazy("Valued"),
    "device.reserve_instead": gettext_lazy("Reserved as a replacement"),
    "device.told": gettext_lazy("Told by its holder"),
    "device.accessories": gettext_lazy("Accessories written down"),
    "device.quarantine": gettext_lazy("Quarantined"),
    "device.lift_quarantine": gettext_lazy("Quarantine lifted"),
    "device.dismantle": gettext_lazy("Kept for parts"),
    "device.scrap": gettext_lazy("Sent to recycling"),
    "device.recycle": gettext_lazy("Recycled"),
    "device.report_lost": gettext_lazy("Reported lost"),
    "device.find_again": gettext_lazy("Found again"),
    "device.merge": gettext_lazy("Another record of the same device merged into it"),
    "device.absorb": gettext_lazy("Merged into another record of the same device"),
    "device.split": gettext_lazy("A merged record split off again"),
    "device.split_off": gettext_lazy("A record of its own again"),
    "device.recognise": gettext_lazy("An inspection file was found to be of it"),
    "device.tell_apart": gettext_lazy("Told apart from a device that seems to be the same"),
    "medium.list": gettext_lazy("Listed"),
    "medium.sanitise": gettext_lazy("Sanitised"),
    "medium.sanitise_verified": gettext_lazy("Sanitised, and verified by the tool"),
    "medium.verify": gettext_lazy("Verified"),
    "medium.validate": gettext_lazy("Validated"),
    "medium.fail": gettext_lazy("Sanitisation failed"),
    "medium.remove": gettext_lazy("Taken out of its device"),
    "medium.take_out": gettext_lazy("Taken out of its device"),
    "medium.fit_in": gettext_lazy("Put into a device"),
    "medium.miss": gettext_lazy("Not seen by an inspection of its device"),
    "medium.see_again": gettext_lazy("Seen again by an inspection"),
    "medium.carry": gettext_lazy("Followed its device to another record"),
    "medium.destroy": gettext_lazy("Destroyed"),
    "medium.doubt": gettext_lazy("Counts as unknown again"),
    "medium.withdraw_proof": gettext_lazy("Proof withdrawn: it has to be wiped again"),
    "medium.refit": gettext_lazy("Put back into a device"),
}

# A deed at the desk is the usual one and needs no word.
CHANNELS: dict[str, Promise] = {
    "api": gettext_lazy("by a program"),
    "import": gettext_lazy("by an import"),
    "system": gettext_lazy("by the system"),
}

# What of an entry's facts is told, under which name, in which words.
FACTS: dict[str, tuple[Promise, dict[str, Promise]]] = {
    "reason": (gettext_lazy("Reason"), {**BATCH_REASONS, **REASONS}),
    "location": (gettext_lazy("Location"), {}),
    "from_location": (gettext_lazy("Before"), {}),
    "grade": (gettext_lazy("Grade"), GRADES),
    "checked_how": (gettext_lazy("Checked"), NO_DATA_CHECKS),
    "bound": (gettext_lazy("Tag"), {}),
    "device": (gettext_lazy("Device"), {}),
    "medium": (gettext_lazy("Storage medium"), {}),
    "from_device": (gettext_lazy("Before"), {}),
    "absorbed": (gettext_lazy("Merged record"), {}),
    "into": (gettext_lazy("Kept record"), {}),
    "split_off": (gettext_lazy("Record of its own again"), {}),
    "other": (gettext_lazy("Other device"), {}),
    "method": (gettext_lazy("Method"), {**METHOD_LABELS, **DESTRUCTION_LABELS}),
    "how": (gettext_lazy("How"), VERIFICATION_LABELS),
    "tool": (gettext_lazy("Tool"), {}),
    "exception": (gettext_lazy("Exception"), {}),
    "batch": (gettext_lazy("Batch"), {}),
    "manifest": (gettext_lazy("Manifest"), {}),
    "agreement": (gettext_lazy("Agreement"), {}),
    "holder_says": (gettext_lazy("Its holder says"), {code: kind.label for code, kind in KINDS.items()}),
    "instead_of": (gettext_lazy("In the place of"), {}),
    "request": (gettext_lazy("Request"), {}),
    "decision": (gettext_lazy("Decision"), {}),
    "collector": (gettext_lazy("Collector"), {}),
    "document": (gettext_lazy("Document"), {}),
    "kilograms": (gettext_lazy("Kilograms"), {}),
}

# One fact of a learnt list, by the name of its column.
LEARNT: dict[str, Promise] = {
    "category": gettext_lazy("kind"),
    "manufacturer": gettext_lazy("manufacturer"),
    "model": gettext_lazy("model"),
    "serial": gettext_lazy("serial number"),
    "inventory_number": gettext_lazy("inventory number"),
    "smbios_uuid": gettext_lazy("system identifier"),
    "board_serial": gettext_lazy("board number"),
    "processor": gettext_lazy("processor"),
    "memory_mb": gettext_lazy("memory"),
    "weight_kg": gettext_lazy("weight"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the relay line, ready for `web/parts/relay.html`."""

    what: str | Promise
    who: str
    when: dt.datetime
    where: str | Promise
    more: str


def stations(entries: Iterable[Entry], reader: Actor, own: str = "") -> list[Station]:
    """The entries in their order, in the reader's language; names only as far as the reader may see them.

    Entries of another thing than `own` (a record merged into it) name theirs.
    """
    listed = list(entries)
    names = names_of({entry.actor_key for entry in listed}, reader)
    hidden = papers_hidden_from(reader)
    return [
        Station(
            what=EVENTS.get(entry.event, entry.event),
            who=names.get(entry.actor_key, entry.actor_key[:8]),
            when=entry.occurred_at,
            where=CHANNELS.get(entry.channel, ""),
            more=_more(entry, own, hidden),
        )
        for entry in listed
    ]


def _more(entry: Entry, own: str, hidden: set[str]) -> str:
    facts: dict[str, Any] = json.loads(entry.body)["facts"]
    told = [grouped(entry.subject_key)] if own and entry.subject_key != own else []
    # A record merged into another stands nowhere until it is split off.
    if entry.from_status and entry.to_status and entry.from_status != entry.to_status:
        told.append(_from_to(entry))
    for name, (label, words) in FACTS.items():
        value = facts.get(name)
        if value:
            said = (
                _("hidden from you")
                if isinstance(value, str) and value in hidden
                else words.get(value) or _code(name, value)
            )
            told.append(_("%(name)s: %(value)s") % {"name": label, "value": said})
    if facts.get("accessories"):
        told.append(accessories_told(facts["accessories"]))
    category = CATEGORY_LABELS.get(facts.get("category", "")) if entry.subject_kind == "medium" else None
    if category:
        told.append(str(category))
    if facts.get("learnt"):
        told.append(get_text_list([str(LEARNT.get(name, name)) for name in facts["learnt"]], _("and")))
    if facts.get("tests"):
        outcomes = list(facts["tests"].values())
        told.append(_("%(passed)s of %(count)s passed") % {"passed": outcomes.count("pass"), "count": len(outcomes)})
    return " · ".join(told)


def _from_to(entry: Entry) -> str:
    places: type[Status] | type[MediumState] = Status if entry.subject_kind == "device" else MediumState
    return f"{places(entry.from_status).label} → {places(entry.to_status).label}"


def _code(name: str, value: Any) -> str:
    return grouped(str(value)) if name in _TAGS else str(value)


_TAGS = frozenset({"bound", "device", "medium", "from_device", "absorbed", "into", "split_off", "other"})
