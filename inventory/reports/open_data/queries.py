"""Reads of the open data: which years there are, the table of a year, and its files, frozen or as they stand."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.documents.commands import read_file
from inventory.errors import NotFound
from inventory.ledger.models import Entry
from inventory.reports.open_data.datasets import Check, Dataset, Field, Rows
from inventory.reports.open_data.files import FORMS, made
from inventory.reports.open_data.models import Statement
from inventory.reports.open_data.register import DATASETS


@dataclass(frozen=True, slots=True)
class Shown:
    """The table of a year as it is shown: its last frozen version, or as it stands today."""

    dataset: Dataset
    year: int
    rows: Rows
    statement: Statement | None

    @property
    def lines(self) -> list[list[tuple[Field, Any]]]:
        """The rows with their columns, as a template walks them."""
        return [self._on_page(row) for row in self.told]

    @property
    def foot(self) -> list[tuple[Field, Any]]:
        """The totals with their columns."""
        return self._on_page(self.totals)

    @property
    def heads(self) -> list[Field]:
        """The columns of the page."""
        return [field for field in self.dataset.fields if not field.in_files]

    def _on_page(self, row: list[Any]) -> list[tuple[Field, Any]]:
        return [(field, cell) for field, cell in zip(self.dataset.fields, row, strict=True) if not field.in_files]

    @property
    def told(self) -> list[list[Any]]:
        """The rows in the words of the reader's language."""
        fields = self.dataset.fields
        return [[field.told(value) for field, value in zip(fields, row, strict=True)] for row in self.rows]

    @property
    def totals(self) -> list[Any]:
        """A foot for the table: sums where they make sense, else nothing."""
        return [
            sum((row[place] for row in self.rows if row[place] is not None), Decimal(0))
            if field.name in self.dataset.sums
            else None
            for place, field in enumerate(self.dataset.fields)
        ]

    @property
    def checks(self) -> list[Check]:
        """What must agree, counted two ways today."""
        return self.dataset.checks(self.year, self.rows)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file to take along, with its fingerprint."""

    name: str
    form: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


def dataset_named(code: str) -> Dataset:
    """A data set by its code. Refuses NotFound."""
    found = DATASETS.get(code)
    if found is None:
        raise NotFound(_("There is no data set “%(code)s”."), code=code)
    return found


def years() -> list[int]:
    """The years of which the ledger tells something, newest first."""
    first = Entry.objects.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    this = timezone.localdate().year
    return list(range(this, min(timezone.localtime(first).year if first else this, this) - 1, -1))


def year_of(code: str, year: int) -> Dataset:
    """The data set, if there is a table of that year. Refuses NotFound."""
    dataset = dataset_named(code)
    _statement(code, year, 0)
    return dataset


def latest(code: str, year: int) -> Statement | None:
    """The version of a year's statement that holds now; None while nothing is frozen."""
    return Statement.objects.filter(dataset=code, year=year).order_by("-version").first()


def statements(code: str = "", year: int = 0) -> QuerySet[Statement]:
    """Frozen statements, newest year first, of one data set or year if asked."""
    found = Statement.objects.prefetch_related("files__file")
    found = found.filter(dataset=code) if code else found
    return found.filter(year=year) if year else found


def shown(code: str, year: int, version: int = 0) -> Shown:
    """The table of a year: of the version asked for, of the last frozen one, or as it stands. Refuses NotFound."""
    dataset = dataset_named(code)
    statement = _statement(code, year, version)
    if statement is None:
        return Shown(dataset, year, dataset.rows(year), None)
    return Shown(dataset, year, _read(dataset, _stored(statement, "", "csv")), statement)


def taken(code: str, year: int, language: str, form: str, version: int = 0) -> Taken:
    """One file of a year: the frozen bytes once there are any. Refuses NotFound."""
    dataset = dataset_named(code)
    end = {(tongue, kind): end for end, tongue, kind in FORMS}.get((language, form))
    if end is None:
        raise NotFound(_("There is no such file."))
    statement = _statement(code, year, version)
    name = f"{code}-{year}{end}.{form}"
    data = _stored(statement, language, form) if statement else made(dataset, year, dataset.rows(year), language, form)
    return Taken(name, form, data)


def _statement(code: str, year: int, version: int) -> Statement | None:
    if version:
        found = Statement.objects.filter(dataset=code, year=year, version=version).first()
        if found is None:
            raise NotFound(_("There is no version %(version)s of %(year)s."), version=version, year=year)
        return found
    if year not in years() and not Statement.objects.filter(dataset=code, year=year).exists():
        raise NotFound(_("There is nothing of the year %(year)s."), year=year)
    return latest(code, year)


def _stored(statement: Statement, language: str, form: str) -> bytes:
    return read_file(statement.files.select_related("file").get(language=language, form=form).file)


_READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "decimal": Decimal,
    "date": dt.date.fromisoformat,
}


def _read(dataset: Dataset, data: bytes) -> Rows:
    """The rows of a frozen file, as they were."""
    found = list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
    return [
        tuple(
            _READ.get(field.kind, str)(cell) if cell or field.kind == "text" else None
            for field, cell in zip(dataset.fields, row, strict=True)
        )
        for row in found
    ]
