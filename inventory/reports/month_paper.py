"""The monthly report: a month of the ledger on one sheet with a checkpoint as QR code, signed by hand and filed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Decision
from inventory.disposal.models import RecyclingRecord
from inventory.documents.letters import qr_svg, set_paper
from inventory.errors import BadInput, NotFound, RuleBroken
from inventory.handover.models import AgreementItem
from inventory.ledger.checkpoints import checkpoints
from inventory.ledger.models import Checkpoint
from inventory.ledger.notes import parse_key
from inventory.lifecycle import Actor, Status
from inventory.reports.period import Scope, scope_of
from inventory.reports.proof import proof_of_now
from inventory.reports.samples.populations import POPULATIONS
from inventory.reports.selection import movements_of
from inventory.reports.sheets.movements import movement_rows
from inventory.reports.sheets.stock import Stock


def month_pdf(month: dt.date, language: str, actor: Actor) -> bytes:
    """The report of the month of a day, as a tagged PDF in `fr` or `nl`; the same bytes each time.

    It bears the first checkpoint that was made when the month was over, else the newest. Refuses: NotAllowed; BadInput
    (language); RuleBroken (the month is not over); NotFound (there is no checkpoint yet).
    """
    if language not in {"fr", "nl"}:
        raise BadInput(_("This paper is in French or Dutch."), field="language")
    first = month.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    made = checkpoints(actor)
    if last >= timezone.localdate():
        raise RuleBroken(_("This month is not over yet. Its report is made when it is."))
    scope = scope_of(first, last, language)
    checkpoint = made.filter(made_at__gte=scope.end).order_by("id").first() or made.order_by("-id").first()
    if checkpoint is None:
        raise NotFound(_("There is no checkpoint yet: make one."))
    with translation.override(language):
        return set_paper(
            "month",
            {
                "language": language,
                "month": formats.date_format(first, "F Y"),
                "day": [last.year, last.month, last.day],
                "balance": _balance(scope),
                "counts": _counts(scope),
                **_signed(checkpoint),
            },
        )


def day_of(year: int, month: int) -> dt.date:
    """The first day of a month. Refuses BadInput."""
    if not (1990 <= year < 2100 and 1 <= month <= 12):
        raise BadInput(_("Choose a period between 1990 and 2099."), field="month")
    return dt.date(year, month, 1)


def months_over(today: dt.date, count: int = 3) -> list[dt.date]:
    """The first days of the last months that are over, the newest first."""
    found = [today.replace(day=1)]
    for _month in range(count):
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found[1:]


def _balance(scope: Scope) -> list[list[str]]:
    """By status: its name, opening, in, out and closing; the last row holds the sums."""
    stock, size = Stock(), proof_of_now().size
    for _row in movement_rows(scope, stock, size):
        pass
    for _device in stock.standing(scope, size):
        pass
    parts = {name: Counter[str]() for name in ("opening", "came", "left", "closing")}
    for cell, balance in stock.balances().items():
        for name, counted in parts.items():
            counted[cell.status] += getattr(balance, name)
    rows = [
        [str(status.label), *(str(counted[status]) for counted in parts.values())]
        for status in Status
        if any(counted[status] for counted in parts.values())
    ]
    return [*rows, ["", *(str(counted.total()) for counted in parts.values())]]


def _counts(scope: Scope) -> list[str]:
    """Movements, decisions, devices given, their value in euro, kilograms recycled."""
    decided = Decision.objects.filter(decided_at__gte=scope.start, decided_at__lt=scope.end).count()
    valued = sum(one.amount for one in POPULATIONS["valued"].members(scope))
    given = AgreementItem.objects.filter(agreement__signed_at__gte=scope.start, agreement__signed_at__lt=scope.end)
    recycled = RecyclingRecord.objects.filter(recorded_at__gte=scope.start, recorded_at__lt=scope.end)
    kilograms = recycled.aggregate(all=Sum("kilograms"))["all"] or 0
    return [
        str(movements_of(scope).count()),
        str(decided),
        str(given.exclude(end_reason__in=["left_out", "cancelled"]).count()),
        formats.number_format(valued / 100, 2),
        formats.number_format(kilograms, 3),
    ]


def _signed(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "made": timezone.localtime(checkpoint.made_at).strftime("%d/%m/%Y %H:%M"),
        "size": str(checkpoint.size),
        "root": [checkpoint.root[start : start + 8] for start in range(0, 64, 8)],
        "key_id": parse_key(checkpoint.key).key_id,
        "address": f"{settings.RELAIS_PUBLIC_HOST}/keys/",
        "phone": settings.RELAIS_PHONE,
        "qr": qr_svg(checkpoint.note),
    }
