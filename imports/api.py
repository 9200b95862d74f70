"""Imports for programs: the same upload, preview, apply and report as the pages."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import LimitOffsetPagination, paginate

from imports import choosing
from imports import runs as importing
from imports.models import ImportRun, SavedMapping, StagedRow
from imports.queries import mappings, problem_rows, rows_of, run_coded, runs
from imports.runs import read_upload
from inventory.api.asking import NO, actor_of

router = Router()


class CountsOut(Schema):
    """How many rows the list has, by what applying would do with them."""

    rows: int
    new: int
    changed: int = Field(0, description="Known devices of which the list says something else.")
    unchanged: int
    problem: int
    results: dict[str, int] = Field(
        default_factory=dict, description="What comes of the rows, where the kind tells it."
    )
    without_act: int = Field(description="New rows that name no act or no date: give both when applying.")


class ColumnOut(Schema):
    """One column of the list."""

    heading: str
    field: str = Field(description="The field it feeds; empty when it feeds none.")
    why: str = Field(description="Why it feeds none: personal, ignored, unrecognised or doubled.")
    samples: list[str] = Field(description="Two of its values, while somebody may still choose.")


class MappingOut(Schema):
    """Which heading feeds which field, and the headings that feed none."""

    fields: dict[str, str]
    personal: list[str] = Field(description="They name people: dropped before anything was stored.")
    ignored: list[str]
    unrecognised: list[str]
    doubled: list[str]
    columns: list[ColumnOut] = Field(default_factory=list)


class RunOut(Schema):
    """One list that was uploaded."""

    code: str
    name: str
    sha256: str
    size_bytes: int
    source: str
    kind: str = Field(description="What it is a list of: a name as `./run manage read_list --kind` takes it.")
    state: str = Field(description="reading, refused, previewed, applying, applied, discarded, undoing or undone")
    job: str | None = Field(description="The long work that reads or applies it: see `/jobs/{code}`")
    counts: CountsOut | None = Field(description="null while it is being read")
    mapping: MappingOut | None
    mapped_for: str = Field(description="The department for which the meaning of its columns is kept; empty for none.")
    act_reference: str
    decommissioned_on: datetime.date | None
    uploaded_at: datetime.datetime
    settled_at: datetime.datetime | None

    @staticmethod
    def resolve_job(run: ImportRun) -> str | None:
        """The code of the job."""
        return run.job.code if run.job else None

    @staticmethod
    def resolve_counts(run: ImportRun) -> dict[str, int] | None:
        """Known once it is read."""
        return run.counts or None

    @staticmethod
    def resolve_mapping(run: ImportRun) -> dict[str, object] | None:
        """Known once it is read."""
        return run.mapping or None


class ProblemOut(Schema):
    """Why a row cannot be taken, and the mend."""

    column: str
    message: str
    mend: str


class RowOut(Schema):
    """One row as it was understood."""

    line: int = Field(description="As the spreadsheet numbers it.")
    fate: str = Field(description="new, changed, unchanged or problem")
    result: str = Field(description="What comes of it, where the kind of list tells it more closely; empty otherwise.")
    values: dict[str, Any]
    changes: dict[str, list[str]] = Field(description="Field: what stands there, what the list says.")
    problems: list[ProblemOut]
    notices: list[str]
    tag: str = Field(description="The device that is known already, or that the row became.")

    @staticmethod
    def resolve_tag(row: StagedRow) -> str:
        """A new device has none before it exists."""
        return row.shown_tag


class UploadIn(Schema):
    """Beside the file: where it comes from, and act and date for the rows that name none."""

    source: str = ""
    kind: str = Field("", description="What it is a list of; empty: its headings tell.")
    act_reference: str = ""
    decommissioned_on: datetime.date | None = None


class PasteIn(UploadIn):
    """A list as text: the cells that were copied, headings first, between tabs, semicolons or commas."""

    text: str = Field(max_length=2_000_000)


class ActIn(Schema):
    """Act and date for the rows that name none."""

    act_reference: str = Field("", max_length=100)
    decommissioned_on: datetime.date | None = None


class ColumnsIn(Schema):
    """What some columns mean; those not named are read as their headings tell, and give way."""

    fields: dict[str, str] = Field(description="Heading: the field it feeds, or nothing to leave the column out.")
    department: str = Field("", max_length=150, description="Keep the choice for lists of this department.")


class SavedOut(Schema):
    """What the columns of a department's lists mean."""

    code: str
    department: str
    kind: str
    fields: dict[str, str]
    saved_at: datetime.datetime


class Pages(LimitOffsetPagination):
    """Lists are short and rows at most a spreadsheet's: counted, and never asked for beyond what a database counts."""

    class Input(Schema):
        """Which part of the list."""

        limit: int = Field(100, ge=1, le=1000)
        offset: int = Field(0, ge=0, le=2_000_000)


@router.get("", response={200: list[RunOut], **NO}, summary="Lists that were uploaded, newest first")
@paginate(Pages)
def all_runs(request: HttpRequest) -> QuerySet[ImportRun]:
    """Every run with its counts."""
    return runs(actor=actor_of(request))


@router.post("", response={201: RunOut, **NO}, summary="Upload a list and preview it")
def upload(request: HttpRequest, file: File[UploadedFile], more: Form[UploadIn]) -> Status[ImportRun]:
    """Nothing is entered yet. The same file again answers with the same run."""
    taken = read_upload(file, file.name or "", source=more.source, kind=more.kind)  # type: ignore[arg-type]
    run = importing.stage(
        taken,
        actor=actor_of(request),
        act_reference=more.act_reference,
        decommissioned_on=more.decommissioned_on,
        place=lambda code: reverse("import_run", args=[code]),
    )
    return Status(201, run)


@router.post("/pasted", response={201: RunOut, **NO}, summary="Paste a list and preview it")
def paste(request: HttpRequest, more: PasteIn) -> Status[ImportRun]:
    """As an uploaded one."""
    taken = read_upload(BytesIO(more.text.encode("utf-8", "replace")), "pasted.txt", source=more.source, kind=more.kind)
    run = importing.stage(
        taken,
        actor=actor_of(request),
        act_reference=more.act_reference,
        decommissioned_on=more.decommissioned_on,
        place=lambda code: reverse("import_run", args=[code]),
    )
    return Status(201, run)


@router.get("/mappings", response={200: list[SavedOut], **NO}, summary="What departments' columns mean")
@paginate(Pages)
def saved(request: HttpRequest) -> QuerySet[SavedMapping]:
    """As somebody chose; used at once for lists with the same headings."""
    return mappings(actor=actor_of(request))


@router.post(
    "/mappings/{code}/forget", response={200: SavedOut, **NO}, summary="Forget what a department's columns mean"
)
def forget(request: HttpRequest, code: str) -> SavedMapping:
    """Lists that were read stay as they are."""
    return choosing.forget_mapping(code, actor=actor_of(request))


@router.get("/{code}", response={200: RunOut, **NO}, summary="One list")
def one_run(request: HttpRequest, code: str) -> ImportRun:
    """Its state, counts and mapping."""
    return run_coded(code, actor=actor_of(request))


@router.get("/{code}/rows", response={200: list[RowOut], **NO}, summary="The rows of a list, problems first")
@paginate(Pages)
def rows(request: HttpRequest, code: str, fate: str = "") -> QuerySet[StagedRow]:
    """All rows, or those of one fate."""
    return rows_of(run_coded(code, actor=actor_of(request)), fate=fate)


@router.post("/{code}/columns", response={200: RunOut, **NO}, summary="Say what columns mean, and preview anew")
def columns(request: HttpRequest, code: str, more: ColumnsIn) -> ImportRun:
    """The rows are read again from the file, which is kept for a day at most."""
    return choosing.choose_columns(
        code,
        actor=actor_of(request),
        fields=more.fields,
        department=more.department,
        place=lambda code: reverse("import_run", args=[code]),
    )


@router.post("/{code}/apply", response={200: RunOut, **NO}, summary="Enter the devices of a list, all of them or none")
def apply(request: HttpRequest, code: str, act: ActIn) -> ImportRun:
    """One ledger entry per new device; devices that are known already stay as they are."""
    return importing.apply(
        code, actor=actor_of(request), act_reference=act.act_reference, decommissioned_on=act.decommissioned_on
    )


@router.post("/{code}/discard", response={200: RunOut, **NO}, summary="Put a previewed list aside")
def discard(request: HttpRequest, code: str) -> ImportRun:
    """Its rows are forgotten; the file can be uploaded again."""
    return importing.discard(code, actor=actor_of(request))


@router.post("/{code}/undo", response={200: RunOut, **NO}, summary="Undo an applied list")
def undo(request: HttpRequest, code: str) -> ImportRun:
    """As a whole, while nothing has happened with its devices since."""
    return importing.undo(code, actor=actor_of(request))


@router.get("/{code}/problems", response={200: list[list[str]], **NO}, summary="Rows with a problem")
def problems(request: HttpRequest, code: str) -> list[list[str]]:
    """As they came, headings first, in the same columns plus one that says what is wrong."""
    return list(problem_rows(run_coded(code, actor=actor_of(request))))
