"""The pages of printers: set up by the administrator, moved by a millimetre by those who print, and what was sent."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.devices.gatekeepers import require
from inventory.lifecycle import Actor, Word
from labels.commands import correct_printer, nudge_printer, set_up_printer, withdraw_printer
from labels.contents import DESIGNS
from labels.jobs import Wish, file_for, file_kind, stock_named, trial
from labels.printer_forms import NudgeForm, PrinterFactsForm, PrinterForm, facts_of
from labels.printing import send_again
from labels.queries import print_run_of, printer_of, printers
from labels.stocks import USUAL_STOCK


@require_GET
def printers_page(request: HttpRequest) -> HttpResponse:
    """The printers of the house."""
    actor = _actor(request)
    found = [(printer, stock_named(printer.stock)) for printer in printers(actor=actor)]
    context = {"printers": found, "may_set_up": actor.holds(Word.ADMINISTER)}
    return render(request, "labels/printers.html", context)


def printer_new(request: HttpRequest) -> HttpResponse:
    """Make a printer known."""
    require(_actor(request), Word.ADMINISTER)
    form = PrinterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        printer = set_up_printer(form.cleaned_data["name"], form.facts, actor=_actor(request))
        return redirect("label_printer", printer.key)
    return render(request, "labels/printer_new.html", {"form": form}, status=422 if form.is_bound else 200)


def printer_page(request: HttpRequest, key: str) -> HttpResponse:
    """One printer: its test page, its correction, and for the administrator its facts."""
    actor = _actor(request)
    printer = printer_of(key, actor=actor)
    form = PrinterFactsForm(request.POST) if request.method == "POST" else PrinterFactsForm(initial=facts_of(printer))
    if request.method == "POST":
        require(actor, Word.ADMINISTER)
        if form.is_valid():
            correct_printer(key, form.facts, actor=actor)
            messages.success(request, _("The printer is kept as you said."))
            return redirect("label_printer", key)
    return _show(request, key, {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def printer_nudge(request: HttpRequest, key: str) -> HttpResponse:
    """Keep by how much a printer misses."""
    form = NudgeForm(request.POST)
    if not form.is_valid():
        return _show(request, key, {"nudge": form}, status=422)
    nudge_printer(key, actor=_actor(request), right=form.cleaned_data["right"], down=form.cleaned_data["down"])
    messages.success(request, _("Kept. Print the test page again to see it."))
    return redirect("label_printer", key)


@require_POST
def printer_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Take a printer off the list."""
    withdraw_printer(key, actor=_actor(request))
    return redirect("label_printers")


@require_GET
def trial_page(request: HttpRequest) -> HttpResponse:
    """A test page of a paper, or as a printer prints it."""
    actor = _actor(request)
    printer = printer_of(request.GET["printer"], actor=actor) if request.GET.get("printer") else None
    wish = Wish(stock=request.GET.get("stock", USUAL_STOCK), printer=printer.key if printer else "")
    kind = file_for(printer) if printer else "pdf"
    made = file_kind(kind)
    content = trial(wish, kind, actor=actor)
    headers = {"Content-Disposition": f'inline; filename="test-page.{made.suffix}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=made.mime, headers=headers)


@require_GET
def print_run_page(request: HttpRequest, code: str) -> HttpResponse:
    """What was sent to a printer, and what is sure about it."""
    run = print_run_of(code, actor=_actor(request))
    context = {"run": run, "job": run.job, "design": DESIGNS[run.design].label, "outcome": run.outcome}
    return render(request, "labels/run.html", context)


@require_POST
def print_again(request: HttpRequest, code: str) -> HttpResponse:
    """The same labels anew, after a look at the printer."""
    return redirect("print_run", send_again(code, actor=_actor(request)).code)


def _show(request: HttpRequest, key: str, forms: dict[str, Any], *, status: int) -> HttpResponse:
    actor = _actor(request)
    printer = printer_of(key, actor=actor)
    context = {
        "printer": printer,
        "stock": stock_named(printer.stock),
        "form": PrinterFactsForm(initial=facts_of(printer)),
        "nudge": NudgeForm(initial={"right": printer.nudge_x, "down": printer.nudge_y}),
        "may_set_up": actor.holds(Word.ADMINISTER),
        "may_label": actor.holds(Word.LABEL),
    }
    return render(request, "labels/printer.html", context | forms, status=status)


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.user)
