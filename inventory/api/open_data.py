"""Open data and yearly statements through the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Text20, actor_of
from inventory.reports.open_data import commands, queries
from inventory.reports.open_data.files import spelt
from inventory.reports.open_data.models import Statement
from inventory.reports.open_data.register import DATASETS

router = Router()
Year = Annotated[int, Path(ge=1990, le=2099)]


class DatasetOut(Schema):
    """A data set, its licence, its columns and the years there are."""

    code: str
    title: str
    description: str
    licence: str
    columns: list[str]
    years: list[int]


class TableOut(Schema):
    """A year of a data set: values as the CSV for machines spells them; version 0 while nothing is frozen."""

    code: str
    year: int
    version: int
    columns: list[str]
    rows: list[list[str]]


class FileOut(Schema):
    """A frozen file and its fingerprint."""

    language: str
    form: str
    name: str
    sha256: str

    @staticmethod
    def resolve_name(found: Any) -> str:
        """As it is downloaded."""
        return str(found.file.name)

    @staticmethod
    def resolve_sha256(found: Any) -> str:
        """Of its bytes."""
        return str(found.file.sha256)


class StatementOut(Schema):
    """A frozen version of a year."""

    dataset: str
    year: int
    version: int
    reason: str
    row_count: int
    sha256: str
    frozen_at: dt.datetime
    files: list[FileOut]

    @staticmethod
    def resolve_files(found: Statement) -> list[Any]:
        """In a fixed order."""
        return list(found.files.all())


class FreezeIn(Schema):
    """A year of a data set; a reason code for every version after the first."""

    dataset: str
    year: int = Field(ge=1990, le=2099)
    reason: Text20 = ""


@router.get("/open-data", response={200: list[DatasetOut], **NO}, summary="Data sets of the open data")
def list_datasets(request: HttpRequest) -> list[dict[str, Any]]:
    """Their files stand under `/public/data/` for anybody."""
    years = queries.years()
    return [
        {
            "code": one.code,
            "title": str(one.title),
            "description": str(one.description),
            "licence": one.licence.address,
            "columns": [field.name for field in one.fields],
            "years": years,
        }
        for one in DATASETS.values()
    ]


@router.get("/open-data/{code}/{year}", response={200: TableOut, **NO}, summary="A year of a data set")
def get_table(request: HttpRequest, code: str, year: Year, version: int = 0) -> dict[str, Any]:
    """Frozen, or as it stands."""
    found = queries.shown(code, year, max(0, min(version, 9999)))
    return {
        "code": code,
        "year": year,
        "version": found.statement.version if found.statement else 0,
        "columns": [field.name for field in found.dataset.fields],
        "rows": [[spelt(value) for value in row] for row in found.rows],
    }


@router.get("/statements", response={200: list[StatementOut], **NO}, summary="Frozen statements, newest year first")
def list_statements(request: HttpRequest, limit: int = 100) -> list[Statement]:
    """At most 500."""
    return list(queries.statements()[: min(max(limit, 1), 500)])


@router.post("/statements", response={201: StatementOut, **NO}, summary="Freeze the statement of a year")
def freeze(request: HttpRequest, payload: FreezeIn) -> Status[Statement]:
    """What was frozen before keeps its bytes."""
    made = commands.freeze_statement(payload.dataset, payload.year, actor=actor_of(request), reason=payload.reason)
    return Status(201, made)
