"""Gives each place in a life its tone and icon, so that a status looks the same on every page."""

from __future__ import annotations

from inventory.lifecycle import MediumState, Status

# tone (a class of relais.css), icon. The word stands beside them always: colour alone says nothing.
Mark = tuple[str, str]

DEVICE_MARKS: dict[Status, Mark] = {
    Status.DECLARED: ("plain", "list"),
    Status.IN_TRANSIT: ("info", "truck"),
    Status.RECEIVED: ("info", "box"),
    Status.AWAITING_SANITISATION: ("warn", "clock"),
    Status.SANITISED: ("good", "shield"),
    Status.IN_REFURBISHMENT: ("info", "bench"),
    Status.READY: ("good", "check"),
    Status.RESERVED: ("brand", "bookmark"),
    Status.HANDED_OVER: ("brand", "hands"),
    Status.IN_QUARANTINE: ("bad", "warning"),
    Status.FOR_PARTS: ("plain", "parts"),
    Status.TO_RECYCLE: ("plain", "recycle"),
    Status.RECYCLED: ("plain", "recycle"),
    Status.LOST: ("bad", "question"),
    Status.WITHDRAWN: ("plain", "minus"),
}

MEDIUM_MARKS: dict[MediumState, Mark] = {
    MediumState.PENDING: ("warn", "clock"),
    MediumState.SANITISED: ("info", "disk"),
    MediumState.VERIFIED: ("info", "check"),
    MediumState.VALIDATED: ("good", "shield"),
    MediumState.FAILED: ("bad", "cross"),
    MediumState.REMOVED: ("warn", "minus"),
    MediumState.DESTROYED: ("plain", "cross"),
}
