"""The awards: what associations asked for, what was decided with which number, and what they have received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.allocation.models import DecisionLine
from inventory.devices.categories import CATEGORIES
from inventory.handover.models import AgreementItem
from inventory.ledger.rows import among
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.sheets.anchors import anchor_columns, anchored

_AT_ONCE = 500


def award_sheet() -> LongSheet:
    """The sheet of awards and refusals, empty: one row a line of a decision."""
    return LongSheet(
        _("Awards"),
        [
            Column(_("Decision"), width=16),
            Column(_("Decided (Brussels time)"), "moment", 21),
            Column(_("Outcome (code)"), width=12),
            Column(_("Round"), width=14),
            Column(_("Request"), width=16),
            Column(_("Received (Brussels time)"), "moment", 21),
            Column(_("Channel"), width=10),
            Column(_("Association"), width=30),
            Column(_("Enterprise number"), width=14),
            Column(_("Line"), "int", 7),
            Column(_("Kind"), width=18),
            Column(_("Asked"), "int", 9),
            Column(_("Granted"), "int", 9),
            Column(_("Handed over"), "int", 9),
            Column(_("Agreements"), width=24),
            *anchor_columns(),
        ],
        code="awards",
        printed=15,
        checked=True,
    )


def award_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Every line decided in the period; devices handed over until its end."""
    yield from anchored("decision", _lines(scope), scope.end)


def _lines(scope: Scope) -> Iterator[tuple[Any, ...]]:
    found = DecisionLine.objects.filter(decision__decided_at__gte=scope.start, decision__decided_at__lt=scope.end)
    # A refusal has no device: awards are chosen by who asked, and for what kind.
    if scope.filter.association:
        found = found.filter(decision__request__association__code__in=scope.filter.association)
    if scope.filter.kind:
        found = found.filter(line__category__in=scope.filter.kind)
    found = found.select_related("decision__round", "decision__request__association", "line").order_by("id")
    lines: list[DecisionLine] = []
    for line in found.iterator(chunk_size=_AT_ONCE):
        lines.append(line)
        if len(lines) == _AT_ONCE:
            yield from _told(lines, scope)
            lines.clear()
    yield from _told(lines, scope)


def _told(lines: list[DecisionLine], scope: Scope) -> Iterator[tuple[Any, ...]]:
    given = _given([one.line_id for one in lines], scope)
    for one in lines:
        decision, request = one.decision, one.decision.request
        count, agreements = given.get((one.decision_id, one.line_id), (0, ""))
        yield (
            *(decision.number, timezone.localtime(decision.decided_at), decision.outcome),
            *(decision.round.number if decision.round else "", request.reference),
            *(timezone.localtime(request.received_at), request.channel),
            *(request.association.name, request.association.enterprise_number),
            *(one.line.position, str(CATEGORIES.get(one.line.category, one.line.category))),
            *(one.line.quantity, one.granted, count, agreements),
        )


def _given(lines: list[int], scope: Scope) -> dict[tuple[int, int], tuple[int, str]]:
    """By decision and line: how many devices were handed over, under which agreements."""
    items = AgreementItem.objects.filter(
        among("reservation__line_id", lines),
        ~Q(end_reason__in=["left_out", "cancelled"]),
        agreement__signed_at__lt=scope.end,
    )
    counted = items.values_list("reservation__decision_id", "reservation__line_id", "agreement__number")
    told: dict[tuple[int, int], tuple[int, str]] = {}
    for decision, line, number, count in counted.annotate(n=Count("id")).order_by("agreement__number"):
        before, numbers = told.get((decision, line), (0, ""))
        told[(decision, line)] = (before + count, f"{numbers}, {number}" if numbers else number)
    return told
