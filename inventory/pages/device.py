"""The page of one device: what can be done next first, then what blocks the rest, its media, facts and history."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inventory.allocation.models import Reservation
from inventory.allocation.queries import reservation_of
from inventory.devices.accessories import counts_of, told
from inventory.devices.categories import CATEGORIES, GRADES, NO_DATA_CHECKS
from inventory.devices.gatekeepers import require
from inventory.devices.genealogy.queries import absorbed_by
from inventory.devices.inspections.commands import record_inspection
from inventory.devices.models import Device
from inventory.devices.queries import device_of, labels_printed, media_of, other_tags, possible_steps, whole_history
from inventory.devices.steps import take_step
from inventory.handover.queries import given_with
from inventory.lifecycle import LEFT_CUSTODY, STRAIGHT_WAY, LegalStatus, Status, Step, Word, step_named, steps_from
from inventory.pages.acts import ACTS
from inventory.pages.asking import actor_of, bytes_of, posted
from inventory.pages.device_forms import GraveForm, InspectionForm
from inventory.pages.history import stations
from inventory.refurbishment.queries import TestLine, tests_of
from inventory.wiping.queries import certificates_in_force

# As many stations as a person reads; the auditor has the whole ledger.
MOST_STATIONS = 200

# Steps that begin elsewhere: at the section where their papers are.
ELSEWHERE: dict[str, str] = {
    "collect": "collections",
    "reserve": "requests",
    "hand_over": "handovers",
    "reserve_instead": "aftercare",
}

# What a bare step leads to, for steps that one confirms.
WARNINGS: dict[str, Promise] = {
    "dismantle": gettext_lazy("It will be taken apart: from then on it can only go to recycling."),
    "scrap": gettext_lazy("It leaves re-use for good: from then on it can only be recycled."),
}

# Acts besides the steps; some are for what stands in our house.
BESIDE = ("move", "accessories", "describe", "bind-tag")
_ONLY_HERE = ("move", "accessories")
NOT_IN_OUR_HANDS = frozenset({Status.DECLARED, Status.LOST, Status.WITHDRAWN, *LEFT_CUSTODY})


@dataclass(frozen=True, slots=True)
class Next:
    """A step as the page draws it: a button when it is bare, otherwise a link; with what blocks it."""

    step: Step
    why_not: str
    route: str = ""
    elsewhere: str = ""

    @property
    def onward(self) -> bool:
        """Whether the step leads on along the straight way: its button is the main one."""
        places = [STRAIGHT_WAY.index(place) for place in self.step.origin if place in STRAIGHT_WAY]
        target = self.step.target
        return bool(places) and target in STRAIGHT_WAY and STRAIGHT_WAY.index(target) > max(places)


@require_safe
def device_page(request: HttpRequest, tag: str) -> HttpResponse:
    """Everything about one device; a tag in another spelling leads to the one address."""
    actor = actor_of(request)
    device = device_of(tag, actor)
    if tag != device.tag:
        return redirect("device", device.tag)
    tests = tests_of(device)
    nexts = [_next(one.step, one.why_not) for one in possible_steps(device, actor)]
    if Status(device.status) is Status.IN_REFURBISHMENT:
        nexts = [_with_tests(one, tests) for one in nexts]
    media = list(media_of(device))
    kept = reservation_of(device, actor)
    in_our_hands = Status(device.status) not in NOT_IN_OUR_HANDS
    further = other_tags(device)
    context = {
        "device": device,
        "kind": CATEGORIES[device.category],
        "legal": LegalStatus(device.legal_status).label,
        "grade": GRADES.get(device.grade, ""),
        "nexts": [one for one in nexts if not one.why_not],
        "blocked": [one for one in nexts if one.why_not],
        "elsewhere": [] if nexts else list(steps_from(device.status)),
        "media": media,
        "certificates": list(certificates_in_force(device).order_by("id")),
        # Before anything else somebody says what media there are.
        "media_first": device.status == Status.RECEIVED and not media and device.no_data_declared_at is None,
        "may_list": in_our_hands and actor.holds(Word.INSPECT),
        "may_say_no_data": device.no_data_declared_at is None and not any(one.device_id == device.pk for one in media),
        "no_data": NO_DATA_CHECKS.get(device.no_data_checked_how, ""),
        "tests": tests if device.status in _TESTED else [],
        "tests_done": sum(line.result is not None and line.result.outcome != "not_done" for line in tests),
        "may_test": actor.holds(Word.REFURBISH) and device.status == Status.IN_REFURBISHMENT,
        "custody": custody(device, kept),
        "reservation": kept,
        "beside": [
            ACTS[name] for name in BESIDE if actor.holds(ACTS[name].word) and (in_our_hands or name not in _ONLY_HERE)
        ],
        "accessories": told(counts_of([device]).get(device.pk, {})) if in_our_hands else told(given_with(device)),
        "may_label": actor.holds(Word.LABEL),
        "may_replace": device.status == Status.HANDED_OVER and not device.told and actor.holds(Word.HAND_OVER),
        "other_tags": further,
        "labels_printed": labels_printed([device.tag, *further]),
        "merges": absorbed_by(device),
        "may_merge": actor.holds(Word.INSPECT),
        "stations": stations(whole_history(device)[:MOST_STATIONS], actor, device.tag),
    }
    return render(request, "inventory/devices/device.html", context)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, tag: str, name: str) -> HttpResponse:
    """Take a bare step; a grave one asks first."""
    actor = actor_of(request)
    row = step_named(name)
    require(actor, row.needs)
    device = device_of(tag, actor)
    asked = request.method == "POST"
    form = GraveForm(request.POST if asked and "confirmed" in request.POST else None)
    if asked and (not row.grave or form.is_valid()):
        done = take_step(device.tag, name, actor=actor)
        said = _("%(tag)s: %(step)s. It is now '%(status)s'.")
        messages.success(request, said % {"tag": done, "step": row.label, "status": Status(done.status).label})
        return redirect("device", done.tag)
    context = {"device": device, "step": row, "form": form, "warning": WARNINGS.get(name, "")}
    return render(request, "inventory/devices/step.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def inspection(request: HttpRequest, tag: str) -> HttpResponse:
    """Take up an inspection file: facts and storage media of the machine."""
    actor = actor_of(request)
    require(actor, Word.INSPECT)
    device = device_of(tag, actor)
    form = InspectionForm(*posted(request))
    if form.is_valid():
        data, name = bytes_of(form.cleaned_data["file"])
        done = record_inspection(device.tag, data, name, actor=actor, anyway=form.cleaned_data["anyway"])
        count = len(done.added)
        said = ngettext(
            "The file is kept. %(count)s storage medium was added.",
            "The file is kept. %(count)s storage media were added.",
            count,
        )
        messages.success(request, said % {"count": count})
        for warning in done.inspection.warnings:
            messages.warning(request, str(warning))
        return redirect("device", device.tag)
    context = {"device": device, "form": form}
    return render(request, "inventory/devices/inspection.html", context, status=422 if form.is_bound else 200)


_TOLD_OF: dict[str, Promise] = {
    "lost": gettext_lazy("Lost by %(holder)s"),
    "stolen": gettext_lazy("Stolen from %(holder)s"),
    "transfer": gettext_lazy("Passed on by %(holder)s, which answers for it"),
}
_TESTED = (Status.IN_REFURBISHMENT, Status.READY, Status.RESERVED, Status.HANDED_OVER)


def _next(row: Step, why_not: str) -> Next:
    if row.name in ELSEWHERE:
        return Next(row, why_not, elsewhere=ELSEWHERE[row.name])
    return Next(row, why_not, route=f"device_{row.name}" if row.name in ACTS else "")


def _with_tests(one: Next, tests: list[TestLine]) -> Next:
    missing = [line for line in tests if line.result is None or line.result.outcome in ("fail", "not_done")]
    if one.step.name != "make_ready" or one.why_not or not missing:
        return one
    names = ", ".join(str(line.label) for line in missing)
    return Next(one.step, _("These tests are not done or failed: %(tests)s.") % {"tests": names})


def custody(device: Device, kept: Reservation | None) -> str:
    """In whose hands the device is; `kept` as far as this reader may know it."""
    place = Status(device.status)
    if place is Status.DECLARED:
        return device.department or _("The department that declared it")
    if place is Status.IN_TRANSIT:
        return _("The driver, on the way to the warehouse")
    if place is Status.HANDED_OVER:
        holder = str(kept.line.request.association) if kept else _("An association")
        return _TOLD_OF[device.told] % {"holder": holder} if device.told else holder
    if place is Status.RECYCLED:
        return _("The recycling collector")
    if place is Status.LOST:
        return _("Unknown")
    return _("The city")


urls = [
    path("devices/<str:tag>/", device_page, name="device"),
    path("devices/<str:tag>/inspection/", inspection, name="device_inspection"),
    path("devices/<str:tag>/steps/<str:name>/", step, name="device_step"),
]
