"""The end of a stock-take, its difference and settling; and a sheet of paper to print and to enter later."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.fields import PastMomentField
from inventory.pages.files import csv_file
from inventory.scanning import queries
from inventory.scanning.acts import ACTS
from inventory.scanning.batches import lines_of, scan_all
from inventory.scanning.models import ActName, Outcome
from inventory.scanning.stocktake import settle, settled_difference, table_of_difference

LINES_OF_A_SHEET = 40


class SettleForm(forms.Form):
    """What becomes of each part of the difference; who may not write off is not asked."""

    lost = forms.BooleanField(label=_("Report what was not scanned as lost"), required=False, initial=True)
    moved = forms.BooleanField(label=_("Move what stood elsewhere to this place"), required=False, initial=True)
    found_again = forms.BooleanField(
        label=_("Take back into stock what was reported lost"), required=False, initial=True
    )

    def __init__(self, may_write_off: bool, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not may_write_off:
            del self.fields["lost"], self.fields["found_again"]


class SheetForm(forms.Form):
    """What was written down on paper, and when."""

    q = forms.CharField(
        label=_("Codes"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "tag-list", "autocapitalize": "characters"}),
        help_text=_("Tags, links, serial or inventory numbers, one a line, at most 500."),
    )
    occurred_at = PastMomentField()


@require_http_methods(["GET", "POST"])
def difference_page(request: HttpRequest, code: str) -> HttpResponse:
    """Expected, found, not scanned, misplaced, unexpected; and what becomes of them when the count is closed."""
    actor = actor_of(request)
    session = queries.session_of(code, actor)
    may_write_off = actor.holds(Word.WRITE_OFF)
    form = SettleForm(may_write_off, posted(request)[0])
    if request.method == "POST" and form.is_valid():
        chosen = {"lost": False, "found_again": False, **form.cleaned_data}
        settled = settle(code, actor=actor, **chosen).settled
        count = sum(len(settled[name]) for name in ("lost", "moved", "found_again"))
        words = ngettext(
            "The stock-take is closed: %(count)s entry.", "The stock-take is closed: %(count)s entries.", count
        )
        messages.success(request, words % {"count": count})
        return redirect("scan_difference", code)
    told = settled_difference(session)
    may = session.act == ActName.COUNT and session.closed_at is None and actor.holds(ACTS[session.act].needs)
    context = {"session": session, "told": told, "groups": list(told.groups()), "form": form if may else None}
    return render(request, "inventory/scan/difference.html", context)


@require_safe
def difference_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The whole difference as a table."""
    return csv_file(f"stock-take-{code}", table_of_difference(queries.session_of(code, actor_of(request))))


@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet to print that says nothing of what is expected, and the field to enter it in afterwards."""
    actor = actor_of(request)
    session = queries.session_of(code, actor)
    form = SheetForm(posted(request)[0])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            rows = scan_all(code, lines_of(form.cleaned_data["q"], form.cleaned_data["occurred_at"]), actor=actor)
            done = sum(row.outcome == Outcome.DONE for row in rows)
            words = ngettext(
                "%(done)s of %(count)s line is done. Each has its answer below.",
                "%(done)s of %(count)s lines are done. Each has its answer below.",
                len(rows),
            )
            messages.info(request, words % {"done": done, "count": len(rows)})
            return redirect("scan_session", code)
    may = session.closed_at is None and actor.holds(ACTS[session.act].needs)
    numbers = range(1, LINES_OF_A_SHEET + 1)
    context = {"session": session, "act": ACTS[session.act], "form": form if may else None, "numbers": numbers}
    return render(request, "inventory/scan/paper.html", context, status=status)


urls = [
    path("scan/sessions/<str:code>/difference/", difference_page, name="scan_difference"),
    path("scan/sessions/<str:code>/difference.csv", difference_csv, name="scan_difference_csv"),
    path("scan/sessions/<str:code>/paper/", paper, name="scan_paper"),
]
