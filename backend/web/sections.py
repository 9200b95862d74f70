"""The sections of the desk, as data: what stands in the navigation, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.lifecycle import Word


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation: shown to who holds any of the words (no words: to everybody signed in)."""

    # The name of its address; pages below that address belong to the section too.
    route: str
    label: Promise
    words: tuple[Word, ...] = ()
    # Other addresses whose pages belong to it, by their names.
    more: tuple[str, ...] = ()


SECTIONS: tuple[Section, ...] = (
    Section("board", _("Board")),
    Section("devices", _("Devices"), (Word.READ_DEVICES,), more=("found_reports",)),
    Section("scan_sessions", _("Scanning"), (Word.RECEIVE, Word.STORE, Word.INSPECT, Word.REFURBISH, Word.HAND_OVER)),
    Section(
        "collections",
        _("Collections"),
        (Word.DECLARE, Word.COLLECT, Word.RECEIVE, Word.AUDIT),
        more=("pickups", "planning", "containers", "custody_exceptions"),
    ),
    Section("wiping", _("Wiping bench"), (Word.SANITISE, Word.VALIDATE), more=("certificates",)),
    Section("policy", _("Wiping policy"), (Word.POLICY,)),
    Section("wordings", _("Agreement text"), (Word.ADMINISTER, Word.ALLOCATE, Word.DECIDE)),
    Section(
        "requests",
        _("Requests"),
        (Word.READ_REQUESTS, Word.REQUEST),
        more=("rounds", "points", "interests", "statements", "complaints", "supervised"),
    ),
    Section("counter", _("Counter"), (Word.REQUEST_FOR_OTHERS,)),
    Section(
        "handovers",
        _("Hand-overs"),
        (Word.HAND_OVER, Word.TAKE_BACK, Word.AUDIT),
        more=("appointments", "aftercare", "recall"),
    ),
    Section(
        "associations",
        _("Associations"),
        (Word.REGISTER_ASSOCIATION, Word.DECIDE_ELIGIBILITY, Word.AUDIT, Word.ADMINISTER),
    ),
    Section(
        "imports",
        _("Imports"),
        (Word.DECLARE, Word.RECEIVE, Word.REGISTER_ASSOCIATION, Word.STORE, Word.SANITISE, Word.INSPECT),
    ),
    Section("labels", _("Labels"), (Word.LABEL,)),
    Section("label_printers", _("Printers"), (Word.ADMINISTER,)),
    Section("audit", _("Audit"), (Word.AUDIT,)),
    Section("privacy", _("Data protection"), (Word.PERSONAL_DATA,), more=("erase",)),
)
