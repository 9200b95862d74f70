"""What an auditor reads, without trusting us: the root, a verification, the workbook, every entry. Nothing to edit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.devices.queries import names_of
from inventory.ledger.models import Entry
from inventory.ledger.proofs import provable
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.audit_forms import CheckForm, WorkbookForm, presets
from inventory.pages.audit_words import EVENTS, KINDS
from inventory.reports import queries
from inventory.reports.checking import SCRIPT, check_workbook
from inventory.reports.filters import PARTS, read_filter
from inventory.reports.period import Scope, scope_of
from inventory.reports.twin import schema_of, twin_chunks
from inventory.reports.verification import Verified, root_now, verify_ledger
from inventory.reports.workbook import workbook_chunks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENTRIES_A_PAGE = 100


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Size and root of the ledger, the workbook, and the latest entries."""
    return _show(request, WorkbookForm(initial=_usual()))


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the tree, replay the law, compare with the tables; say that it holds, or the first fault."""
    queries.auditor(actor_of(request))
    return _show(request, WorkbookForm(initial=_usual()), verified=verify_ledger())


@require_GET
def workbook(request: HttpRequest) -> HttpResponseBase:
    """The ledger of a period as an Excel workbook, first and last day included; a filter may stand in the address."""
    queries.auditor(actor_of(request))
    form = WorkbookForm(request.GET)
    if not form.is_valid():
        return _show(request, form)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    wanted = read_filter({name: request.GET.getlist(name) for name in PARTS})
    scope = scope_of(first, last, form.cleaned_data["language"], wanted)
    make, ending, media_type = FORMS[form.cleaned_data["form"] or "xlsx"]
    return sent(make(scope), f"relais-{first}-{last}{ending}", media_type)


def sent(chunks: Iterator[bytes], name: str, media_type: str) -> StreamingHttpResponse:
    """A file as it comes into being: its beginning is there at once."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=media_type, headers=headers)


# What an auditor takes along: who makes it, how its name ends, what it is.
FORMS: dict[str, tuple[Callable[[Scope], Iterator[bytes]], str, str]] = {
    "xlsx": (workbook_chunks, ".xlsx", XLSX),
    "csv": (twin_chunks, ".csv", "text/csv; charset=utf-8"),
    "schema": (lambda scope: iter([schema_of(scope)]), ".schema.json", "application/json"),
}


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """An auditor drops a workbook: the stand-alone script says whether it holds, and where not."""
    actor = queries.auditor(actor_of(request))
    form = CheckForm(*posted(request))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        language = (translation.get_language() or "fr")[:2]
        holds, said = check_workbook(form.cleaned_data["file"].read(), language, actor=actor)
        context |= {"holds": holds, "said": said, "name": form.cleaned_data["file"].name, "form": CheckForm()}
    return render(request, "inventory/audit/check.html", context, status=422 if form.errors else 200)


@require_GET
def script(request: HttpRequest) -> FileResponse:
    """The script that checks a workbook without us."""
    queries.auditor(actor_of(request))
    return FileResponse(SCRIPT.open("rb"), as_attachment=True, filename=SCRIPT.name, content_type="text/x-python")


@require_GET
def entry(request: HttpRequest, kind: str, key: str, seq: int) -> HttpResponse:
    """One entry: the text that is hashed, its leaf, and what is kept apart, for who may read that."""
    actor = actor_of(request)
    found = queries.entry_of(actor, kind, key, seq)
    may_read_private = actor.holds(Word.PERSONAL_DATA)
    private = queries.private_of(found, actor) if may_read_private else None
    body = json.loads(found.body)
    context = {
        "entry": found,
        "event": EVENTS.get(found.event, found.event),
        "kind": KINDS.get(found.subject_kind, found.subject_kind),
        "who": names_of([found.actor_key], actor).get(found.actor_key, found.actor_key),
        "body": json.dumps(body, ensure_ascii=False, indent=2),
        "commitment": body.get("private", ""),
        "private": json.dumps(json.loads(private), ensure_ascii=False, indent=2) if private else "",
        "may_read_private": may_read_private,
        "leaf": getattr(found, "leaf", None),
        "provable": provable(found.subject_kind, found.subject_key, seq=found.subject_seq),
        "thing_provable": provable(found.subject_kind, found.subject_key),
    }
    return render(request, "inventory/audit/entry.html", context)


def _show(request: HttpRequest, form: WorkbookForm, verified: Verified | None = None) -> HttpResponse:
    actor = queries.auditor(actor_of(request))
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "key", "event", "after")}
    wanted = queries.entries(actor, kind=asked["kind"], key=asked["key"], event=asked["event"])
    rows = list(queries.before(wanted, asked["after"])[: ENTRIES_A_PAGE + 1])
    shown = rows[:ENTRIES_A_PAGE]
    names = names_of([one.actor_key for one in shown], actor)
    # The root is computed over the whole ledger: not again for every page of a search.
    front = form.is_bound or not any(asked.values())
    size, root = (verified.size, verified.root) if verified and not verified.fault else root_now() if front else (0, "")
    context = {
        "front": front,
        "size": size,
        "root": root,
        "verified": verified,
        "form": form,
        "presets": presets(timezone.localdate(), translation.get_language() or "fr"),
        "asked": asked,
        "kinds": KINDS,
        "events": EVENTS,
        "entries": [_row(one, names) for one in shown],
        "older": shown[-1].pk if len(rows) > ENTRIES_A_PAGE else "",
    }
    return render(request, "inventory/audit/audit.html", context, status=422 if form.errors else 200)


def _row(one: Entry, names: dict[str, str]) -> dict[str, Any]:
    return {
        "entry": one,
        "leaf": getattr(one, "leaf", None),
        "event": EVENTS.get(one.event, one.event),
        "kind": KINDS.get(one.subject_kind, one.subject_kind),
        "who": names.get(one.actor_key, one.actor_key),
    }


def _usual() -> dict[str, Any]:
    today = timezone.localdate()
    return {"first": today.replace(day=1), "last": today, "language": translation.get_language() or "fr"}


urls = [
    path("audit/", audit, name="audit"),
    path("audit/verify/", verify, name="audit_verify"),
    path("audit/check/", check, name="audit_check"),
    path("audit/script/", script, name="audit_script"),
    path("audit/workbook/", workbook, name="audit_workbook"),
    path("audit/entries/<slug:kind>/<str:key>/<int:seq>/", entry, name="audit_entry"),
]
