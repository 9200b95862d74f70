"""The pages on which people print labels: one device's, a sheet of many, and new ones before the devices come."""

from __future__ import annotations

from typing import cast

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
from labels.forms import BeforehandForm, OneLabelForm, SheetForm
from labels.jobs import picture, sheet, stock_named
from labels.queries import batch_of, batches, labels_of, tags_of_batch
from labels.stocks import USUAL_STOCK

# A preview is shown at one and a half times its size on paper (CSS counts 96 pixels an inch).
PREVIEW_DPI = 300
PREVIEW_PIXELS_PER_MM = 1.5 * 96 / 25.4


def sheet_page(request: HttpRequest) -> HttpResponse:
    """A form for a sheet of labels; `tag` (repeated, in the address or posted by a list) or `batch` fill it."""
    require(_actor(request), Word.LABEL)
    tags = request.GET.getlist("tag") or request.POST.getlist("tag")
    issued_at = parse_datetime(request.GET.get("batch", ""))
    if issued_at is not None:
        tags = tags_of_batch(issued_at, actor=_actor(request))
    form = SheetForm(initial={"tags": "\n".join(map(_readable, tags)), "stock": _usual_stock(request)})
    return _show_sheet_page(request, form, BeforehandForm(), chosen=len(tags))


@require_POST
def sheet_file(request: HttpRequest) -> HttpResponse:
    """The PDF of a filled-in sheet form."""
    require(_actor(request), Word.LABEL)
    form = SheetForm(request.POST)
    if not form.is_valid():
        return _show_sheet_page(request, form, BeforehandForm(), status=422)
    wish = form.cleaned_data
    content = sheet(wish["tags"], wish["stock"], first=wish["first"], copies=wish["copies"], actor=_actor(request))
    request.session["label_stock"] = wish["stock"]
    return _file(content, "application/pdf", f"labels-{wish['stock']}.pdf", save="save" in request.POST)


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
    form = OneLabelForm(_asked(request))
    (label,) = labels_of([tag], actor=_actor(request))
    stock = stock_named(form.cleaned_data["stock"] if form.is_valid() else USUAL_STOCK)
    context = {
        "form": form,
        "label": label,
        "tag": label.tag,
        "printed": grouped(label.tag),
        "width": round(stock.label[0] * PREVIEW_PIXELS_PER_MM),
        "height": round(stock.label[1] * PREVIEW_PIXELS_PER_MM),
        "stock": form.data["stock"] if form.is_valid() else USUAL_STOCK,
        "dpi": PREVIEW_DPI,
    }
    return render(request, "labels/label.html", context, status=200 if form.is_valid() else 422)


@require_GET
def label_pdf(request: HttpRequest, tag: str) -> HttpResponse:
    """One device's label on a page of its paper, at the free place asked for."""
    form = OneLabelForm(_asked(request))
    if not form.is_valid():
        return label_page(request, tag)
    wish = form.cleaned_data
    content = sheet([tag], wish["stock"], first=wish["first"], copies=wish["copies"], actor=_actor(request))
    request.session["label_stock"] = wish["stock"]
    return _file(content, "application/pdf", f"label-{read_tag(tag)}.pdf", save=request.GET.get("save") == "pdf")


@require_GET
def label_picture(request: HttpRequest, tag: str) -> HttpResponse:
    """One device's label as a 1-bit picture."""
    form = OneLabelForm(_asked(request))
    if not form.is_valid():
        return label_page(request, tag)
    wish = form.cleaned_data
    content = picture(tag, wish["stock"], dpi=wish["dpi"], actor=_actor(request))
    return _file(content, "image/png", f"label-{read_tag(tag)}.png", save=request.GET.get("save") == "png")


def _show_sheet_page(
    request: HttpRequest, form: SheetForm, beforehand: BeforehandForm, *, chosen: int = 0, status: int = 200
) -> HttpResponse:
    words = ngettext("%(count)s tag is on the list.", "%(count)s tags are on the list.", chosen) % {"count": chosen}
    context = {
        "form": form,
        "beforehand": beforehand,
        "batches": batches(actor=_actor(request)),
        "chosen": words if chosen else "",
    }
    return render(request, "labels/sheet.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address says, with the usual answer to whatever it leaves out."""
    usual = {"stock": _usual_stock(request), "first": "1", "copies": "1", "dpi": str(PREVIEW_DPI)}
    return {name: request.GET.get(name) or answer for name, answer in usual.items()}


def _usual_stock(request: HttpRequest) -> str:
    # Whoever printed on a paper today has that paper in the printer.
    return str(request.session.get("label_stock", USUAL_STOCK))


def _actor(request: HttpRequest) -> Actor:
    # The middleware lets nobody come here without signing in.
    return cast(Actor, request.user)


def _readable(tag: str) -> str:
    return grouped(read_tag(tag))


def _file(content: bytes, kind: str, name: str, *, save: bool) -> HttpResponse:
    disposition = "attachment" if save else "inline"
    headers = {"Content-Disposition": f'{disposition}; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
