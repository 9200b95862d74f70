"""The list of devices, what one does with many of them at once, and how a device enters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.categories import CATEGORIES, GRADES, TOLD
from inventory.devices.commands import declare, location_named, move_all, register_found
from inventory.devices.entrance import Announced
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.devices.queries import DeviceFilter, devices
from inventory.devices.steps import take_steps
from inventory.devices.tags import read_tag
from inventory.errors import BadInput, Conflict
from inventory.lifecycle import LIFECYCLE, Actor, Status, Step, Word, step_named
from inventory.pages.asking import PAGE_SIZES, actor_of, page_of, posted
from inventory.pages.device_forms import DeclareForm, FoundForm, location_choices
from inventory.reports.device_list import device_csv, device_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Labels are printed from a list of tags; the printer's page takes so many.
MOST_LABELS = 2000
# So many devices are named on the page that asks whether one is sure.
MOST_NAMED = 10


class FilterForm(forms.Form):
    """What somebody looks for; it stands in the address."""

    q = forms.CharField(label=_("Tag, serial, model, department"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any status")), *((status.value, status.label) for status in Status)],
    )
    category = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *CATEGORIES.items()])
    location = forms.ChoiceField(
        label=_("Location"), required=False, choices=lambda: [("", _("Anywhere")), *location_choices()[1:]]
    )
    grade = forms.ChoiceField(label=_("Grade"), required=False, choices=[("", _("Any grade")), *GRADES.items()])
    told = forms.ChoiceField(label=_("Its holder says"), required=False, choices=[("", _("Anything")), *TOLD.items()])
    size = forms.ChoiceField(
        label=_("Rows a page"),
        required=False,
        choices=[(size, size) for size in PAGE_SIZES],
        widget=forms.Select(attrs={"form": "filters"}),
    )


@require_safe
def device_list(request: HttpRequest) -> HttpResponse:
    """Devices that fit the filters in the address."""
    actor = actor_of(request)
    wanted = filter_of(request.GET)
    found = devices(actor, wanted)
    page = page_of(request, found)
    asked = FilterForm(initial={**request.GET.dict(), "size": page.paginator.per_page})
    present = wanted.status or tuple({device.status for device in page.object_list})
    context = {
        "form": asked,
        "page": page,
        "narrowed": bool(wanted != DeviceFilter(sort=wanted.sort)),
        "query": request.GET.urlencode(),
        "steps": bulk_steps(actor, present),
        "locations": location_choices()[1:] if actor.holds(Word.STORE) else [],
        "may_label": actor.holds(Word.LABEL),
        "may_register": actor.holds(Word.RECEIVE),
        "may_declare": actor.holds(Word.DECLARE),
        "may_inspect": actor.holds(Word.INSPECT),
    }
    return render(request, "inventory/devices/list.html", context)


@require_safe
def device_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The devices that fit the filters in the address, all of them, as CSV or Excel that our own import reads."""
    found = devices(actor_of(request), filter_of(request.GET))
    if form == "xlsx":
        return FileResponse(
            device_workbook(found), as_attachment=True, filename="relais-devices.xlsx", content_type=XLSX
        )
    headers = {"Content-Disposition": 'attachment; filename="relais-devices.csv"'}
    return StreamingHttpResponse(device_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def filter_of(query: QueryDict) -> DeviceFilter:
    """The filter that an address says; `status` and `category` may stand in it several times."""
    return DeviceFilter(
        words=query.get("q", ""),
        status=tuple(filter(None, query.getlist("status"))),
        category=tuple(filter(None, query.getlist("category"))),
        location=query.get("location", ""),
        grade=query.get("grade", ""),
        told=query.get("told", ""),
        sort=query.get("sort", "newest"),
        merged="merged" in query,
    )


def bulk_steps(actor: Actor, statuses: Sequence[str]) -> list[Step]:
    """Bare steps that this person may take from any of these statuses."""
    places = {Status(status) for status in statuses}
    return [step for step in LIFECYCLE if step.bare and actor.holds(step.needs) and step.origin & places]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is asked of many devices: their tags, the act, and how the page that confirms it says so."""

    tags: list[str]
    label: str
    grave: bool
    act: Callable[[], int]


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask whether one is sure, then act on all devices or none: those picked, or all that match the filter."""
    actor = actor_of(request)
    everything = request.POST.get("all_matching") == "on"
    tags = _matching(request, actor) if everything else [read_tag(tag) for tag in request.POST.getlist("tag")]
    if not tags:
        raise BadInput(_("Pick at least one device."), field="tag")
    if request.POST.get("act") == "labels":
        return _labels(request, actor, tags)
    asked = _asked(request, actor, tags)
    if request.POST.get("confirmed") != str(len(tags)):
        if "confirmed" in request.POST:
            raise Conflict(
                _("Meanwhile %(count)s devices match, not %(before)s. Nothing was changed: look at the list again."),
                count=len(tags),
                before=request.POST["confirmed"],
            )
        named = {name: request.POST.get(name, "") for name in ("act", "step", "location", "query")}
        context = {
            "asked": asked,
            "count": len(tags),
            "named": tags[:MOST_NAMED],
            "more": max(0, len(tags) - MOST_NAMED),
            "tags": [] if everything else tags,
            "all_matching": everything,
            "hidden": named,
            "back": _list_address(request),
        }
        return render(request, "inventory/devices/bulk.html", context)
    count = asked.act()
    said = ngettext("%(label)s: done with %(count)s device.", "%(label)s: done with %(count)s devices.", count)
    messages.success(request, said % {"label": asked.label, "count": count})
    return redirect(_list_address(request))


@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Register a device that is simply there, on no list."""
    actor = actor_of(request)
    require(actor, Word.RECEIVE)
    initial = {name: request.GET.get(name, "") for name in ("tag", "location")}
    form = FoundForm(*posted(request), initial=initial)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        tag, location = facts.pop("tag"), facts.pop("location")
        device = register_found(Announced(**facts), actor=actor, tag=tag, location=location)
        messages.success(request, gettext("%(tag)s is registered and received.") % {"tag": device})
        return redirect("device", device.tag)
    context = {"form": form, "may_inspect": actor.holds(Word.INSPECT)}
    return render(request, "inventory/devices/found.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def declared(request: HttpRequest) -> HttpResponse:
    """Declare one device by hand."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    form = DeclareForm(*posted(request))
    if form.is_valid():
        device: Device = declare([Announced(**form.cleaned_data)], actor=actor)[0]
        messages.success(request, gettext("%(tag)s is declared.") % {"tag": device})
        return redirect("device", device.tag)
    return render(request, "inventory/devices/declare.html", {"form": form}, status=422 if form.is_bound else 200)


def _matching(request: HttpRequest, actor: Actor) -> list[str]:
    # No list of tags travels: the server runs the filter again.
    query = QueryDict(request.POST.get("query", ""))
    return list(devices(actor, filter_of(query)).values_list("tag", flat=True))


def _asked(request: HttpRequest, actor: Actor, tags: list[str]) -> Bulk:
    if request.POST.get("act") == "move":
        require(actor, Word.STORE)
        place = location_named(request.POST.get("location", ""))
        label = gettext("Move to %(place)s") % {"place": place}
        return Bulk(tags, label, False, lambda: move_all(tags, actor=actor, location=place.code))
    step = step_named(request.POST.get("step", ""))
    require(actor, step.needs)
    return Bulk(tags, str(step.label), step.grave, lambda: take_steps(tags, step.name, actor=actor))


def _labels(request: HttpRequest, actor: Actor, tags: list[str]) -> HttpResponse:
    require(actor, Word.LABEL)
    if len(tags) > MOST_LABELS:
        raise BadInput(_("Print at most %(most)s labels at once: narrow the list first."), most=MOST_LABELS)
    return render(request, "inventory/devices/bulk_labels.html", {"tags": tags, "back": _list_address(request)})


def _list_address(request: HttpRequest) -> str:
    # Only what follows the question mark, so that nobody can be sent elsewhere.
    query: Any = urlsplit(f"?{request.POST.get('query', '')}").query
    return f"{reverse('devices')}?{query}" if query else reverse("devices")


urls = [
    path("devices/", device_list, name="devices"),
    path("devices/export.csv", device_export, {"form": "csv"}, name="devices_csv"),
    path("devices/export.xlsx", device_export, {"form": "xlsx"}, name="devices_xlsx"),
    path("devices/bulk/", bulk, name="devices_bulk"),
    path("devices/found/", found, name="device_found"),
    path("devices/declare/", declared, name="device_declare"),
]
