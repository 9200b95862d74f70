"""Elimination lists on pages: what is due, each list from the drawing up to its report, and what is held back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of
from inventory.pages.elimination_forms import AuthorisationForm, CarryOutForm, HoldForm, WithdrawForm
from inventory.privacy import eliminations as commands
from inventory.privacy import listed
from inventory.privacy.bag import pack_sample
from inventory.privacy.dossiers import HOLDS, KINDS
from inventory.privacy.elimination_paper import list_pdf

_MARKS = {
    "drawn_up": ("warn", "clock"),
    "authorised": ("info", "shield"),
    "carried_out": ("good", "check"),
    "withdrawn": ("plain", "cross"),
}


@require_http_methods(["GET", "POST"])
def eliminations(request: HttpRequest) -> HttpResponse:
    """Every list, what is due for one, and what is held back; the form holds one more record."""
    actor = actor_of(request)
    page = page_of(request, listed.elimination_lists(actor))
    form = HoldForm(request.POST or None)
    if form.is_valid():
        commands.hold_record(actor=actor, **form.cleaned_data)
        messages.success(request, _("It is held back: no list destroys it."))
        return redirect("eliminations")
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "due": listed.due_classes(),
        "most": commands.MOST,
        "holds": [(one, KINDS[one.kind], HOLDS[one.why]) for one in listed.holds(actor)],
        "officer": actor.holds(Word.ERASE),
        "form": form,
    }
    return render(request, "inventory/privacy/eliminations.html", context, status=422 if form.errors else 200)


@require_POST
def draw_up(request: HttpRequest) -> HttpResponse:
    """Draw a list up for one class."""
    made = commands.draw_up(request.POST.get("class", ""), actor=actor_of(request))
    messages.success(request, _("The list is drawn up. Send its PDF to the State Archivist; nothing is destroyed yet."))
    return redirect("elimination", made.number)


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Let a record follow its rule again."""
    given = request.POST
    commands.lift_hold(given.get("kind", ""), given.get("key", ""), actor=actor_of(request))
    messages.success(request, _("It follows its rule again."))
    return redirect("eliminations")


@require_safe
def elimination(request: HttpRequest, number: str) -> HttpResponse:
    """One list: its rule, its records, and what can be done now."""
    return _show(request, number)


@require_POST
def authorise(request: HttpRequest, number: str) -> HttpResponse:
    """Record the State Archivist's number."""
    form = AuthorisationForm(request.POST)
    if not form.is_valid():
        return _show(request, number, form)
    commands.record_authorisation(number, actor=actor_of(request), **form.cleaned_data)
    messages.success(request, _("The authorisation is recorded. Another person can carry the list out now."))
    return redirect("elimination", number)


@require_POST
def carry_out(request: HttpRequest, number: str) -> HttpResponse:
    """Destroy what the list names."""
    form = CarryOutForm(request.POST)
    if not form.is_valid():
        return _show(request, number, form)
    commands.carry_out(number, actor=actor_of(request))
    messages.success(request, _("The list is carried out. Its report stands below."))
    return redirect("elimination", number)


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Give the list up."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show(request, number, form)
    commands.withdraw_list(number, actor=actor_of(request), why=form.cleaned_data["why"])
    messages.success(request, _("The list is withdrawn: its records are free for another one."))
    return redirect("elimination", number)


@require_safe
def paper(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The list as a PDF, in French or Dutch."""
    pdf = list_pdf(number, language, actor_of(request))
    headers = {"Content-Disposition": f'inline; filename="{number}-{language}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_safe
def lines(request: HttpRequest, number: str) -> HttpResponse:
    """The records as CSV."""
    headers = {"Content-Disposition": f'attachment; filename="{number}.csv"'}
    return HttpResponse(
        listed.list_csv(number, actor_of(request)), content_type="text/csv; charset=utf-8", headers=headers
    )


@require_POST
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """The kept records as a bag for the archives: a worker packs it."""
    return redirect("job", pack_sample(number, actor=actor_of(request)).code)


def _row(made: Any) -> dict[str, Any]:
    tone, icon = _MARKS[made.state]
    return {"made": made, "name": listed.name_of(made), "state": listed.STATES[made.state], "tone": tone, "icon": icon}


def _show(request: HttpRequest, number: str, bound: forms.Form | None = None) -> HttpResponse:
    actor = actor_of(request)
    made = listed.list_numbered(number, actor)
    page = page_of(request, listed.lines_of(made))
    given = {type(bound): bound}
    context = {
        **_row(made),
        "page": page,
        "lines": [(one, KINDS[one.kind], listed.fate_of(one)) for one in page],
        "rule": listed.rule_of(made),
        "why": commands.WHY_WITHDRAWN.get(made.withdrawn_why, ""),
        "officer": actor.holds(Word.ERASE),
        "own": made.drawn_up_by_id == actor.pk,
        "goes": made.size - made.kept,
        "authorise": given.get(AuthorisationForm) or AuthorisationForm(),
        "carry_out": given.get(CarryOutForm) or CarryOutForm(),
        "withdraw": given.get(WithdrawForm) or WithdrawForm(),
    }
    return render(request, "inventory/privacy/elimination.html", context, status=422 if bound else 200)


urls = [
    path("privacy/eliminations/", eliminations, name="eliminations"),
    path("privacy/eliminations/draw-up/", draw_up, name="elimination_draw_up"),
    path("privacy/eliminations/lift/", lift, name="elimination_lift"),
    path("privacy/eliminations/<str:number>/", elimination, name="elimination"),
    path("privacy/eliminations/<str:number>/authorise/", authorise, name="elimination_authorise"),
    path("privacy/eliminations/<str:number>/carry-out/", carry_out, name="elimination_carry_out"),
    path("privacy/eliminations/<str:number>/sample/", sample, name="elimination_sample"),
    path("privacy/eliminations/<str:number>/withdraw/", withdraw, name="elimination_withdraw"),
    path("privacy/eliminations/<str:number>/list-<str:language>.pdf", paper, name="elimination_paper"),
    path("privacy/eliminations/<str:number>/list.csv", lines, name="elimination_csv"),
]
