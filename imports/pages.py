"""The wizard that brings a list in: upload, preview row by row, apply, report."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from imports.choosing import choose_columns, forget_mapping
from imports.forms import ActForm, ColumnsForm, UploadForm
from imports.kinds import COLLECT, Field, Kind, Result, kind_named
from imports.models import Fate, ImportRun, StagedRow, State
from imports.queries import check_brings_lists, kinds_of, mappings, problem_rows, rows_of, run_coded, runs, same_rows
from imports.runs import apply, discard, stage, undo
from imports.sources import SOURCES
from imports.templates_to_fill import CSV, XLSX, template_csv, template_xlsx
from imports.words import done, fate_label, next_step
from inventory.lifecycle import Actor, Word
from inventory.pages.files import csv_file

ROWS_A_PAGE = 50
RUNS_A_PAGE = 20
# A row that says more than this is told in one cell: its columns would not fit beside one another.
MOST_COLUMNS = 6


@require_http_methods(["GET", "POST"])
def upload_page(request: HttpRequest) -> HttpResponse:
    """Choose a list; below it, the lists that came before."""
    actor = _actor(request)
    earlier = Paginator(runs(actor=actor), RUNS_A_PAGE).get_page(request.GET.get("page"))
    kinds = kinds_of(actor)
    form = UploadForm(kinds)
    if request.method == "POST":
        check_brings_lists(actor)
        form = UploadForm(kinds, request.POST, request.FILES)
        if form.is_valid():
            run = stage(form.cleaned_data["upload"], actor=actor, place=_place)
            return redirect(_place(run.code) + ("?again" if run.state == State.APPLIED else ""))
    context = {"form": form, "page": earlier, "may_upload": bool(kinds), "kinds": kinds}
    context["mappings"] = mappings(actor=actor)
    context["may_sanitise"] = actor.holds(Word.SANITISE)
    return render(request, "imports/upload.html", context, status=422 if form.errors else 200)


@require_GET
def run_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a list would do, or has done, row by row; problems first."""
    run = run_coded(code, actor=_actor(request))
    initial = {"act_reference": run.act_reference, "decommissioned_on": run.decommissioned_on}
    return _show_run(request, run, ActForm(initial=initial))


@require_POST
def apply_run(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the devices of a previewed list, all of them or none."""
    run = run_coded(code, actor=_actor(request))
    form = ActForm(request.POST)
    if run.counts["without_act"] and not form.is_valid():
        return _show_run(request, run, form, status=422)
    given = form.cleaned_data if run.counts["without_act"] else {}
    apply(code, actor=_actor(request), place=_place, **given)
    return redirect("import_run", code=code)


@require_POST
def columns_run(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the columns of a previewed list mean; its rows are read anew."""
    run = run_coded(code, actor=_actor(request))
    form = ColumnsForm(run, request.POST)
    if not form.is_valid():
        return _show_run(request, run, ActForm(), columns=form, status=422)
    department = form.cleaned_data["department"]
    choose_columns(code, actor=_actor(request), fields=form.choice, department=department, place=_place)
    return redirect("import_run", code=code)


@require_POST
def forget_saved(request: HttpRequest, code: str) -> HttpResponse:
    """Forget what a department's columns mean."""
    forget_mapping(code, actor=_actor(request))
    return redirect("imports")


@require_POST
def discard_run(request: HttpRequest, code: str) -> HttpResponse:
    """Put a previewed list aside."""
    discard(code, actor=_actor(request))
    return redirect("imports")


@require_POST
def undo_run(request: HttpRequest, code: str) -> HttpResponse:
    """Undo an applied list as a whole."""
    undo(code, actor=_actor(request), place=_place)
    return redirect("import_run", code=code)


@require_GET
def problems_file(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The rows with a problem as they came, in the same columns plus one that says what is wrong."""
    run = run_coded(code, actor=_actor(request))
    return csv_file(f"{PurePath(run.name).stem}-problems", problem_rows(run))


@require_GET
def template_file(request: HttpRequest, form: str) -> HttpResponse:
    """An empty list of a kind (devices to collect unless the address says another), in the reader's language."""
    kind = kind_named(request.GET.get("kind", COLLECT.name))
    content, media_type = (template_xlsx(kind), XLSX) if form == "xlsx" else (template_csv(kind), CSV)
    name = "list" if kind is COLLECT else kind.name
    headers = {"Content-Disposition": f'attachment; filename="relais-{name}.{form}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _show_run(
    request: HttpRequest, run: ImportRun, form: ActForm, *, columns: ColumnsForm | None = None, status: int = 200
) -> HttpResponse:
    kind = kind_named(run.kind)
    may = _actor(request).holds(kind.needs)
    show = request.GET.get("show", "")
    page = Paginator(rows_of(run, fate=show), ROWS_A_PAGE).get_page(request.GET.get("page"))
    read = run.mapping.get("fields", {})
    # The tag of a device of ours stands in the column of the device.
    fields = [one for one in kind.fields if one.name in read and one.name != "tag" and not one.people]
    context = {
        "run": run,
        "form": form,
        "page": page,
        "show": show,
        "state": State(run.state),
        "source": SOURCES[run.source].label if run.source in SOURCES else run.source,
        "kind": kind,
        "rows": [] if kind is COLLECT else [_row(row, kind, fields) for row in page],
        "headings": [one.heading for one in fields],
        "folded": len(fields) > MOST_COLUMNS,
        "next_step": next_step(run),
        "done": done(run),
        "results": [(kind.results[name].label, count) for name, count in run.counts.get("results", {}).items()],
        "tallies": [(str(fate), fate_label(fate, run.kind), run.counts.get(str(fate), 0)) for fate in Fate],
        "may_apply": run.state == State.PREVIEWED and may,
        "columns": columns or ColumnsForm(run),
        "may_undo": run.state == State.APPLIED and may,
        "job": run.job,
        "same": same_rows(run),
        "again": "again" in request.GET,
        "tagged": any(row.shown_tag for row in page),
    }
    return render(request, "imports/run.html", context, status=status)


def _row(row: StagedRow, kind: Kind, fields: list[Field]) -> dict[str, Any]:
    mark = kind.results.get(row.result)
    # What proves nothing to anybody is no good news, whatever the list says.
    silent = bool(kind.changing) and row.fate == Fate.UNCHANGED
    return {
        "row": row,
        "word": mark.label if mark and silent else "",
        "said": row.cells_of(fields),
        "changes": row.changes_of(kind),
        "mark": Result(fate_label(Fate.UNCHANGED, kind.name), "plain", "minus") if silent else mark,
    }


def _place(code: str) -> str:
    return reverse("import_run", args=[code])


def _actor(request: HttpRequest) -> Actor:
    # The middleware lets nobody come here without signing in.
    return cast(Actor, request.user)
