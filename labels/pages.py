"""The pages on which people print labels: one of them, a sheet of many, and new ones before the devices come."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from inventory.devices.commands import reserve_tags
from inventory.devices.gatekeepers import require
from inventory.devices.tags import grouped, read_tag
from inventory.lifecycle import Actor, Word
from labels.contents import DESIGNS, USUAL_DESIGN, labels_of
from labels.forms import BeforehandForm, OneLabelForm, PaperForm, SheetForm
from labels.jobs import PREVIEW_PIXELS_PER_MM, Wish, preview, setting_of, why_no_preview
from labels.printing import send, take_file
from labels.queries import batch_of, batches, print_runs, tags_of_batch
from labels.stocks import USUAL_STOCK

PREVIEW_DPI = 300
# Buttons of the forms that give a file: what kind it is, and whether it is to be saved.
FILES = {"open": ("pdf", False), "save": ("pdf", True)} | {kind: (kind, True) for kind in ("png", "zpl", "brother")}


def sheet_page(request: HttpRequest) -> HttpResponse:
    """A form for labels; `tag` (repeated, in the address or posted by a list), `batch` and `design` fill it."""
    require(_actor(request), Word.LABEL)
    tags = request.GET.getlist("tag") or request.POST.getlist("tag")
    issued_at = parse_datetime(request.GET.get("batch", ""))
    if issued_at is not None:
        tags = tags_of_batch(issued_at, actor=_actor(request))
    design = request.GET.get("design", USUAL_DESIGN)
    filled = {"tags": "\n".join(map(_readable, tags)), "design": design if design in DESIGNS else USUAL_DESIGN}
    form = SheetForm(initial=filled | _usual(request))
    return _show_sheet_page(request, form, BeforehandForm(), chosen=len(tags))


@require_POST
def sheet_file(request: HttpRequest) -> HttpResponse:
    """What the form's buttons ask: a file, sending to a printer, or a look."""
    require(_actor(request), Word.LABEL)
    form = SheetForm(request.POST)
    if not form.is_valid():
        return _show_sheet_page(request, form, BeforehandForm(), status=422)
    if request.POST.get("act") == "show":
        return _show_sheet_page(request, form, BeforehandForm())
    return _printed(request, form, form.wish)


@require_POST
def reserve(request: HttpRequest) -> HttpResponse:
    """Give out new tags and go to the sheet that prints them."""
    form = BeforehandForm(request.POST)
    if not form.is_valid():
        return _show_sheet_page(request, SheetForm(), form, status=422)
    tags = reserve_tags(form.cleaned_data["count"], actor=_actor(request))
    batch = batch_of(tags[0]).isoformat()
    return redirect(f"{reverse('labels')}?{urlencode({'batch': batch})}")


@require_GET
def label_page(request: HttpRequest, tag: str) -> HttpResponse:
    """One label as it will look, with its paper to choose and its files to take."""
    return _show_label_page(request, tag, OneLabelForm(_asked(request)))


@require_POST
def label_file(request: HttpRequest, tag: str) -> HttpResponse:
    """What the buttons of one label's page ask."""
    form = OneLabelForm(request.POST)
    if not form.is_valid() or request.POST.get("act") == "show":
        return _show_label_page(request, tag, form)
    wish = form.wish
    return _printed(request, form, Wish((tag,), *(getattr(wish, name) for name in Wish.__slots__[1:])))


@require_GET
def preview_picture(request: HttpRequest) -> HttpResponse:
    """One label as it will look; the address says design, paper or printer, and code (nothing: an invented one)."""
    form = OneLabelForm(_asked(request))
    require(_actor(request), Word.LABEL)
    wish = form.wish if form.is_valid() else Wish()
    content = preview(wish, actor=_actor(request), code=request.GET.get("code", ""))
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "private, max-age=60"})


def _printed(request: HttpRequest, form: PaperForm, wish: Wish) -> HttpResponse:
    request.session["label_paper"] = {name: form.cleaned_data[name] for name in ("stock", "printer", "dpi", "logo")}
    act = request.POST.get("act", "open")
    if act == "send":
        run = send(wish, actor=_actor(request), ticket=form.cleaned_data["ticket"])
        return redirect("print_run", run.code)
    kind, save = FILES.get(act, FILES["open"])
    made = take_file(wish, kind, actor=_actor(request))
    disposition = "attachment" if save else "inline"
    headers = {"Content-Disposition": f'{disposition}; filename="{made.name}"', "Cache-Control": "no-store"}
    return HttpResponse(made.content, content_type=made.mime, headers=headers)


def _show_sheet_page(
    request: HttpRequest, form: SheetForm, beforehand: BeforehandForm, *, chosen: int = 0, status: int = 200
) -> HttpResponse:
    words = ngettext("%(count)s tag is on the list.", "%(count)s tags are on the list.", chosen) % {"count": chosen}
    wish = form.wish if form.is_bound and form.is_valid() else Wish(stock=_usual(request)["stock"])
    code = wish.codes[0] if wish.codes else ""
    context = {
        "form": form,
        "beforehand": beforehand,
        "batches": batches(actor=_actor(request)),
        "runs": print_runs(actor=_actor(request), most=5),
        "chosen": words if chosen else "",
        "count": len(wish.codes) * wish.copies or 1,
    }
    return render(request, "labels/sheet.html", context | _look(request, wish, code), status=status)


def _show_label_page(request: HttpRequest, tag: str, form: OneLabelForm) -> HttpResponse:
    wish = form.wish if form.is_valid() else Wish()
    design = form.data.get("design", USUAL_DESIGN)
    (label,) = labels_of([tag], actor=_actor(request), design=design if design in DESIGNS else USUAL_DESIGN)
    context = {"form": form, "label": label, "tag": label.tag, "printed": " ".join(label.headings[0])}
    return render(
        request,
        "labels/label.html",
        context | _look(request, wish, label.tag),
        status=200 if form.is_valid() else 422,
    )


def _look(request: HttpRequest, wish: Wish, code: str) -> dict[str, Any]:
    """What the preview needs: its address and size, or why there is none."""
    why_not = why_no_preview(wish, actor=_actor(request), code=code)
    setting = setting_of(wish)
    asked: dict[str, str | int] = {
        "design": wish.design,
        "stock": wish.stock,
        "printer": wish.printer,
        "dpi": wish.dpi,
        "code": code,
    }
    return {
        "preview": f"{reverse('label_preview')}?{urlencode(asked | ({'logo': 'on'} if wish.logo else {}))}",
        "why_no_preview": why_not,
        "width": round(setting.stock.label[0] * PREVIEW_PIXELS_PER_MM),
        "height": round(setting.stock.label[1] * PREVIEW_PIXELS_PER_MM),
        "wish": wish,
        "setting": setting,
        "code": code,
    }


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address says, with the usual answer to whatever it leaves out."""
    usual = {"first": "1", "copies": "1", "design": USUAL_DESIGN} | _usual(request)
    return usual | {name: value for name, value in request.GET.items() if value or name == "printer"}


def _usual(request: HttpRequest) -> dict[str, Any]:
    # Whoever printed on a paper today has that paper in the printer.
    return {"stock": USUAL_STOCK, "dpi": PREVIEW_DPI} | dict(request.session.get("label_paper", {}))


def _actor(request: HttpRequest) -> Actor:
    # The middleware lets nobody come here without signing in.
    return cast(Actor, request.user)


def _readable(tag: str) -> str:
    return grouped(read_tag(tag))
