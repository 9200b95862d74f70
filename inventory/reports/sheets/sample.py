"""The samples drawn from the period of the workbook: what anybody needs to draw them again, and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.samples.models import Sample


def sample_sheet() -> LongSheet:
    """The sheet of samples, empty: one row a thing drawn."""
    return LongSheet(
        _("Sample"),
        [
            Column(_("Sample"), width=16),
            Column(_("Population (code)"), width=16),
            Column(_("Size of the population"), "int", 12),
            Column(_("Population (SHA-256)"), width=20),
            Column(_("Confidence (%)"), "int", 11),
            Column(_("Tolerable (‰)"), "int", 11),
            Column(_("Method (code)"), width=12),
            Column(_("Seed"), width=24),
            Column(_("Interval"), "int", 12),
            Column(_("Place"), "int", 8),
            Column(_("Thing"), width=18),
            Column(_("Rank"), width=20),
            Column(_("Amount"), "int", 12),
            Column(_("Result (code)"), width=14),
        ],
        code="sample",
        checked=True,
    )


def sample_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Every thing drawn from this very period, sample by sample in the order of the draw; none in a filtered report."""
    if scope.filter:
        return  # their populations were not filtered
    found = Sample.objects.filter(first=scope.first, last=scope.last, drawn_at__isnull=False).defer("text")
    for sample in found.order_by("id"):
        said = (sample.number, sample.population, sample.size, sample.sha256, sample.confidence, sample.tolerable)
        for item in sample.items.order_by("place").iterator(chunk_size=2000):
            yield (
                *said,
                sample.method,
                sample.seed,
                sample.interval,
                item.place,
                item.key,
                item.rank,
                item.amount,
                item.result,
            )
