"""The kinds of long work, as data: what people call them and which lane they run in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Lane(StrEnum):
    """Work of one lane waits for its like only: an import of an hour holds up nobody's evidence."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work."""

    name: str
    label: Promise
    lane: Lane
    # The name of the file it makes; empty when its outcome is a page.
    gives: str = ""


JOB_KINDS: dict[str, JobKind] = {
    kind.name: kind
    for kind in (
        JobKind("evidence", _("Evidence of sanitisation"), Lane.SHORT),
        JobKind("import", _("List to bring in"), Lane.LONG),
        JobKind("labels", _("Labels to a printer"), Lane.SHORT),
        JobKind("certificates", _("Certificates to print"), Lane.LONG, gives="certificates.zip"),
        JobKind("recall", _("Letters of a recall"), Lane.LONG, gives="recall.zip"),
        JobKind("sample_bag", _("Sample of an elimination list"), Lane.LONG, gives="sample.zip"),
        JobKind("letters", _("Letters to print"), Lane.LONG, gives="letters.zip"),
    )
}
