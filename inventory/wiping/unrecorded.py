"""Why a drive's verdict changed nothing: the closed list of reasons, so that each reader has them in their language."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unrecorded(StrEnum):
    """What kept the verdict on one drive from speaking for a storage medium."""

    NO_SERIAL = "no_serial"
    NOT_LISTED = "not_listed"
    SEVERAL = "several"
    DESTROYED = "destroyed"
    PROVES_NOTHING = "proves_nothing"
    RECORDED_BEFORE = "recorded_before"
    PROVEN_ALREADY = "proven_already"
    OTHER_DEVICE = "other_device"
    OTHERS_WORK = "others_work"

    @property
    def label(self) -> Promise:
        """The reason as a sentence, with the mend."""
        return REASONS[self]


REASONS: dict[Unrecorded, Promise] = {
    Unrecorded.NO_SERIAL: _("No serial number: match it by hand, with a reason."),
    Unrecorded.NOT_LISTED: _("No storage medium with this serial number is listed."),
    Unrecorded.SEVERAL: _("Several storage media bear this serial number: match by hand."),
    Unrecorded.DESTROYED: _("It was destroyed: record the destruction with its witness."),
    Unrecorded.PROVES_NOTHING: _("This evidence proves nothing about the storage medium."),
    Unrecorded.RECORDED_BEFORE: _("This file was recorded for it before."),
    Unrecorded.PROVEN_ALREADY: _("It is proven already."),
    Unrecorded.OTHER_DEVICE: _("It names another device than the one that holds this storage medium: look at both."),
    Unrecorded.OTHERS_WORK: _("Somebody else of ours sanitised it: let them bring in their own results."),
}
