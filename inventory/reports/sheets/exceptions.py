"""The exceptions: what every check for completeness found, and that it was made where it found nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.reports.completeness import CHECKS, Finding
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.selection import in_pieces, known_of

# Things that a filter can choose.
_THINGS = ("device", "medium")


def exception_sheet() -> LongSheet:
    """The sheet of exceptions, empty: one row a finding, and one a check that found nothing."""
    return LongSheet(
        _("Exceptions"),
        [
            Column(_("Check (code)"), width=14),
            Column(_("What was looked for"), width=44),
            Column(_("Kind of thing"), width=18),
            Column(_("Thing"), width=20),
            Column(_("Recorded (Brussels time)"), "moment", 21),
            Column(_("How much"), "int", 10),
            Column(_("Of what"), width=10),
            Column(_("Detail (code)"), width=28),
        ],
        code="exceptions",
        checked=True,
    )


def exception_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Check by check; a check that found nothing says so with a nought.

    Of a filtered report only what is about the chosen devices and their media, and no noughts: it is not complete.
    """
    for code, check in CHECKS.items():
        found = False
        for finding in _chosen(check.find(scope), scope):
            found = True
            yield (code, str(check.label), *_told(finding), str(check.amount), finding.detail)
        if not found and not scope.filter:
            yield (code, str(check.label), "", "", None, 0, "", "")


def _chosen(findings: Iterator[Finding], scope: Scope) -> Iterator[Finding]:
    if not scope.filter:
        yield from findings
        return
    for some in in_pieces(findings):
        known = {kind: known_of(scope, kind, (one.key for one in some if one.thing == kind)) for kind in _THINGS}
        yield from (one for one in some if one.key in known.get(one.thing, ()))


def _told(finding: Finding) -> tuple[Any, ...]:
    at = timezone.localtime(finding.at) if finding.at else None
    return finding.thing, finding.key, at, finding.amount
