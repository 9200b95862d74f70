"""The places a device and a storage medium can be in their lives, with their names for readers."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(StrEnum):
    """Where a device is in its life (DOMAIN §2)."""

    DECLARED = "declared"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    AWAITING_SANITISATION = "awaiting_sanitisation"
    SANITISED = "sanitised"
    IN_REFURBISHMENT = "in_refurbishment"
    READY = "ready"
    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    IN_QUARANTINE = "in_quarantine"
    FOR_PARTS = "for_parts"
    TO_RECYCLE = "to_recycle"
    RECYCLED = "recycled"
    LOST = "lost"
    # Announced by mistake, or by a list that was undone: it was never in our hands. (Beside the statuses of DOMAIN.)
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Promise:
        """The status in the reader's language."""
        return STATUS_LABELS[self]


STATUS_LABELS: dict[Status, Promise] = {
    Status.DECLARED: _("Declared"),
    Status.IN_TRANSIT: _("In transit"),
    Status.RECEIVED: _("Received"),
    Status.AWAITING_SANITISATION: _("Awaiting sanitisation"),
    Status.SANITISED: _("Sanitised"),
    Status.IN_REFURBISHMENT: _("In refurbishment"),
    Status.READY: _("Ready"),
    Status.RESERVED: _("Reserved"),
    Status.HANDED_OVER: _("Handed over"),
    Status.IN_QUARANTINE: _("In quarantine"),
    Status.FOR_PARTS: _("For parts"),
    Status.TO_RECYCLE: _("To recycle"),
    Status.RECYCLED: _("Recycled"),
    Status.LOST: _("Lost"),
    Status.WITHDRAWN: _("Withdrawn"),
}

# The straight way, in order: what the board draws as a line from collection to association.
STRAIGHT_WAY: tuple[Status, ...] = (
    Status.DECLARED,
    Status.IN_TRANSIT,
    Status.RECEIVED,
    Status.AWAITING_SANITISATION,
    Status.SANITISED,
    Status.IN_REFURBISHMENT,
    Status.READY,
    Status.RESERVED,
    Status.HANDED_OVER,
)

# NIST SP 800-88 Rev. 2: nothing may pass beyond sanitisation while a medium is unaccounted for.
PROVEN_CLEAN: frozenset[Status] = frozenset(
    {
        Status.SANITISED,
        Status.IN_REFURBISHMENT,
        Status.READY,
        Status.RESERVED,
        Status.HANDED_OVER,
        Status.RECYCLED,
    }
)

# A record of a machine that stands here twice may go into the other from these: nothing else hangs on it.
ABSORBABLE: tuple[Status, ...] = (
    Status.DECLARED,
    Status.RECEIVED,
    Status.AWAITING_SANITISATION,
    Status.SANITISED,
    Status.IN_REFURBISHMENT,
    Status.READY,
)

LEFT_CUSTODY: frozenset[Status] = frozenset({Status.HANDED_OVER, Status.RECYCLED})


class MediumState(StrEnum):
    """How far the proof for one storage medium has come: three acts, not one tick (NIST SP 800-88 Rev. 2)."""

    PENDING = "pending"
    SANITISED = "sanitised"
    VERIFIED = "verified"
    VALIDATED = "validated"
    FAILED = "failed"
    REMOVED = "removed"
    DESTROYED = "destroyed"

    @property
    def label(self) -> Promise:
        """The state in the reader's language."""
        return MEDIUM_LABELS[self]


MEDIUM_LABELS: dict[MediumState, Promise] = {
    MediumState.PENDING: _("Pending"),
    MediumState.SANITISED: _("Sanitised, not verified"),
    MediumState.VERIFIED: _("Verified"),
    MediumState.VALIDATED: _("Validated"),
    MediumState.FAILED: _("Failed"),
    MediumState.REMOVED: _("Removed"),
    MediumState.DESTROYED: _("Destroyed"),
}

ACCOUNTED: frozenset[MediumState] = frozenset({MediumState.VALIDATED, MediumState.DESTROYED})


class LegalStatus(StrEnum):
    """Whether the law sees a product or waste (Directive 2008/98/EC; Brudalex)."""

    PRODUCT = "product"
    WASTE_PREPARED = "waste_prepared_for_reuse"
    WASTE_TO_RECYCLING = "waste_to_recycling"
    DESTROYED = "destroyed"

    @property
    def label(self) -> Promise:
        """The legal status in the reader's language."""
        return LEGAL_LABELS[self]


LEGAL_LABELS: dict[LegalStatus, Promise] = {
    LegalStatus.PRODUCT: _("Product"),
    LegalStatus.WASTE_PREPARED: _("Waste prepared for re-use"),
    LegalStatus.WASTE_TO_RECYCLING: _("Waste to recycling"),
    LegalStatus.DESTROYED: _("Destroyed"),
}
