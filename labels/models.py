"""The tables of labels: papers that people measured themselves, printers, and what was sent to them."""

from __future__ import annotations

import secrets
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import DecimalField, F, Q, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from labels.stocks import A4, LabelStock

# Further than this the paper lies wrong, and no number mends it; millimetres.
MOST_NUDGE: Final = 5


def _millimetres(usual: float | None = None, **words: Any) -> models.DecimalField[Any, Any]:
    if usual is not None:
        words["default"] = Decimal(str(usual))
    return models.DecimalField(max_digits=6, decimal_places=2, **words)


def _needed(number: str, label: str, gap: str, margin: str) -> Any:
    whole = DecimalField(max_digits=12, decimal_places=2)
    number_of = Cast(number, whole)
    return F(margin) + number_of * F(label) + (number_of - Value(Decimal(1), whole)) * F(gap)


_SPARE = Value(Decimal("0.01"), DecimalField(max_digits=12, decimal_places=2))


class LabelPaper(models.Model):
    """A paper that is not in the list of `stocks.py`; lengths in mm, margins from the page's upper left corner."""

    key = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    roll = models.BooleanField(default=False)
    page_width = _millimetres(A4[0])
    page_height = _millimetres(A4[1])
    label_width = _millimetres()
    label_height = _millimetres()
    columns = models.PositiveSmallIntegerField(default=1)
    rows = models.PositiveSmallIntegerField(default=1)
    gap_x = _millimetres(0)
    gap_y = _millimetres(0)
    left = _millimetres(0)
    top = _millimetres(0)
    # What the printer cannot reach, from the left and right, from top and bottom.
    edge_x = _millimetres(4.3)
    edge_y = _millimetres(4.3)
    # It stays, so that what was printed on it can be told.
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(label_width__gt=0, label_height__gt=0, columns__gte=1, rows__gte=1)
                & Q(gap_x__gte=0, gap_y__gte=0, left__gte=0, top__gte=0, edge_x__gte=0, edge_y__gte=0),
                name="label_paper_measures_positive",
            ),
            models.CheckConstraint(
                condition=Q(page_width__gte=_needed("columns", "label_width", "gap_x", "left") - _SPARE)
                & Q(page_height__gte=_needed("rows", "label_height", "gap_y", "top") - _SPARE),
                name="labels_within_their_page",
            ),
            models.CheckConstraint(condition=Q(roll=False) | Q(columns=1, rows=1), name="one_label_a_page_on_a_roll"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stock(self) -> LabelStock:
        """The same as the papers of `stocks.py` are."""
        return LabelStock(
            name=self.name,
            label=(float(self.label_width), float(self.label_height)),
            columns=self.columns,
            rows=self.rows,
            gap=(float(self.gap_x), float(self.gap_y)),
            margin=(float(self.left), float(self.top)),
            page=(float(self.page_width), float(self.page_height)),
            edge=(float(self.edge_x), float(self.edge_y)),
            roll=self.roll,
        )


class PrinterKind(StrEnum):
    """What language a printer speaks."""

    OFFICE = "office"
    ZEBRA = "zebra"
    BROTHER = "brother"

    @property
    def label(self) -> Promise:
        """The kind in the reader's language."""
        return KIND_LABELS[self]


KIND_LABELS: dict[PrinterKind, Promise] = {
    PrinterKind.OFFICE: _("Office printer (PDF)"),
    PrinterKind.ZEBRA: _("Zebra label printer (ZPL)"),
    PrinterKind.BROTHER: _("Brother QL label printer (raster)"),
}


class Printer(models.Model):
    """A printer of the house: where it is, what it speaks, which paper lies in it, how far it misses."""

    key = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    # Empty for a printer that is only ever reached from somebody's own computer.
    host = models.CharField(max_length=100, blank=True, default="")
    port = models.PositiveIntegerField(default=9100)
    dpi = models.PositiveSmallIntegerField(default=300)
    stock = models.CharField(max_length=30)
    # To the right and down, in mm: what the test page says is missing.
    nudge_x = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    nudge_y = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in PrinterKind]), name="printer_kind_known"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="printer_port_exists"),
            models.CheckConstraint(
                condition=Q(nudge_x__gte=-MOST_NUDGE, nudge_x__lte=MOST_NUDGE)
                & Q(nudge_y__gte=-MOST_NUDGE, nudge_y__lte=MOST_NUDGE),
                name="printer_nudge_small",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> Promise:
        """What it speaks, in the reader's language."""
        return PrinterKind(self.kind).label

    @property
    def nudge(self) -> tuple[float, float]:
        """To the right and down, in mm."""
        return float(self.nudge_x), float(self.nudge_y)


class Sending(StrEnum):
    """How far a print run has come: `SENDING` is written before the first byte leaves, and never taken back."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"


def _new_code() -> str:
    return secrets.token_hex(5)


class PrintRun(models.Model):
    """Labels on their way to a printer, once at most: a run that was begun is never begun again."""

    code = models.CharField(max_length=10, unique=True, default=_new_code, editable=False)
    # What the form bore: sent twice, it asks once.
    ticket = models.CharField(max_length=40, unique=True, default=_new_code)
    job = models.OneToOneField("inventory.Job", on_delete=models.PROTECT, related_name="+")
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="runs")
    design = models.CharField(max_length=10)
    codes = models.JSONField(default=list)
    logo = models.BooleanField(default=False)
    first = models.PositiveSmallIntegerField(default=1)
    copies = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default=Sending.WAITING)
    # Labels that had left when somebody last looked.
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in Sending]), name="print_run_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.state}"

    @property
    def outcome(self) -> str:
        """`waiting`, `sending`, `sent`, `not_sent` (nothing left), or `unsure` (some may have printed)."""
        if not self.job.ended or self.state == Sending.SENT:
            return str(self.state)
        return "unsure" if self.state == Sending.SENDING else "not_sent"

    def again_before(self) -> int:
        """How many runs that printed this one again have ended: tells a second wish from a double click."""
        again = PrintRun.objects.filter(ticket__startswith=f"again-{self.code}-")
        return again.filter(job__ended_at__isnull=False).count()
