"""The codes: every word of the other sheets that is meant for machines, with its meaning for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inventory.devices.categories import CATEGORIES, GRADES, MEDIUM_KINDS, REASONS
from inventory.lifecycle import LIFECYCLE, LegalStatus, MediumState, Status
from inventory.reports.completeness import CHECKS
from inventory.reports.long_sheet import Column, LongSheet


def code_sheet() -> LongSheet:
    """The sheet of codes, empty."""
    return LongSheet(
        _("Codes"),
        [Column(_("List"), width=24), Column(_("Code"), width=30), Column(_("Meaning"), width=60)],
        code="codes",
        checked=True,
    )


def code_rows() -> Iterator[tuple[Any, ...]]:
    """List by list, each in its own order."""
    for name, codes in _lists():
        for code, meaning in codes.items():
            yield (name, code, str(meaning))


def _lists() -> Iterator[tuple[str, dict[str, Promise | str]]]:
    yield _("Statuses of devices"), {status.value: status.label for status in Status}
    yield _("Kinds of device"), dict(CATEGORIES)
    yield _("Steps of devices"), {f"device.{step.name}": step.label for step in LIFECYCLE}
    yield _("States of storage media"), {state.value: state.label for state in MediumState}
    yield _("Kinds of storage medium"), dict(MEDIUM_KINDS)
    yield _("Legal statuses"), {status.value: status.label for status in LegalStatus}
    yield _("Grades"), dict(GRADES)
    yield _("Reasons"), dict(REASONS)
    yield _("Checks for completeness"), {code: check.label for code, check in CHECKS.items()}
