"""The tables of labels: papers that people measured themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import DecimalField, F, Q, Value
from django.db.models.functions import Cast

from labels.stocks import A4, LabelStock


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
