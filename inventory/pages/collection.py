"""Collections for people: plan, pick up, deliver, late arrivals, and the manifest on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.collection import commands, planning, queries
from inventory.collection.models import Manifest
from inventory.collection.pickups import put_on_manifest
from inventory.devices.gatekeepers import require
from inventory.devices.queries import names_of
from inventory.devices.tags import grouped
from inventory.documents.commands import read_file
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of, bytes_of, page_of, posted
from inventory.pages.collection_forms import (
    CallOffForm,
    DeliverForm,
    ExpectForm,
    KeepPaperForm,
    LateForm,
    PickUpForm,
    PlanForm,
    WhenForm,
)


@require_GET
def collections(request: HttpRequest) -> HttpResponse:
    """Every collection with what was expected, taken and arrived; the filters stand in the address."""
    actor = actor_of(request)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    context = {
        "page": page_of(request, queries.manifests(actor, state=state, words=words)),
        "state": state,
        "q": words,
        "states": queries.MANIFEST_STATES,
        "may_plan": actor.holds(Word.DECLARE),
        "open_exceptions": queries.difference_list(actor).count(),
        "waiting_requests": queries.pickup_requests(actor, state="asked").count(),
    }
    return render(request, "inventory/collection/collections.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a collection; the departments that wait stand beside the form."""
    actor = actor_of(request)
    waiting = queries.departments_waiting(actor)[:50]
    department = request.GET.get("department", "")
    form = PlanForm(initial={"department": department, "all_declared": bool(department)})
    asked = queries.pickup_of(request.GET["pickup"], actor) if request.GET.get("pickup") else None
    if asked is not None:
        known = {"department": asked.department, "place": asked.place, "planned_on": asked.earliest_on}
        form = PlanForm(initial={**known, "all_declared": True})
    if request.method == "POST":
        form = PlanForm(request.POST)
        if form.is_valid():
            facts = form.cleaned_data
            tags = facts.pop("tags")
            if facts.pop("all_declared"):
                declared = queries.uncollected(actor).filter(department__iexact=facts["department"])
                tags = list(dict.fromkeys([*tags, *declared.values_list("tag", flat=True)]))
            manifest = planning.plan_collection(actor=actor, tags=tags, **facts)
            if asked is not None:
                put_on_manifest(asked.reference, manifest, actor=actor)
            messages.success(request, _("Collection %(number)s is planned.") % {"number": manifest.number})
            return redirect("collection", manifest.number)
    context = {"form": form, "waiting": waiting, "asked": asked}
    return render(request, "inventory/collection/plan.html", context, status=422 if form.errors else 200)


@require_GET
def collection(request: HttpRequest, number: str) -> HttpResponse:
    """One manifest: what comes next first, then what does not agree, then its devices and who signed."""
    return _show(request, queries.manifest_numbered(number, actor_of(request)), ExpectForm(), LateForm())


@require_POST
def expect(request: HttpRequest, number: str) -> HttpResponse:
    """Expect more devices on a planned manifest."""
    form = ExpectForm(request.POST)
    manifest = queries.manifest_numbered(number, actor_of(request))
    if not form.is_valid():
        return _show(request, manifest, form, LateForm())
    planning.expect(number, form.cleaned_data["tags"], actor=actor_of(request))
    count = len(form.cleaned_data["tags"])
    words = ngettext("%(count)s device was added.", "%(count)s devices were added.", count)
    messages.success(request, words % {"count": count})
    return redirect("collection", manifest.number)


@require_http_methods(["GET", "POST"])
def pick_up(request: HttpRequest, number: str) -> HttpResponse:
    """The driver takes what was scanned; `?all=1` fills in everything that is expected."""
    actor = actor_of(request)
    require(actor, Word.COLLECT)
    manifest = queries.manifest_numbered(number, actor)
    expected = [line.device.tag for line in queries.lines_of(manifest) if line.expected and not line.taken_at]
    form = PickUpForm(initial={"place": manifest.place, "tags": _filled(request, expected)})
    if request.method == "POST":
        form = PickUpForm(request.POST, request.FILES)
        if form.is_valid():
            facts = form.cleaned_data
            commands.pick_up(
                number,
                facts["tags"],
                actor=actor,
                released=form.signature,
                place=facts["place"],
                seal=facts["seal"],
                counted=facts["counted"],
                occurred_at=facts["occurred_at"],
                paper=bytes_of(facts["paper"]) if facts["paper"] else None,
            )
            taken = queries.manifest_numbered(number, actor).taken  # type: ignore[attr-defined]
            messages.success(request, _counted(taken, taken=True))
            return redirect("collection", manifest.number)
    context = {"manifest": manifest, "form": form, "expected": len(expected)}
    return render(request, "inventory/collection/pick_up.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """The warehouse receives what it scans from the driver; `?all=1` fills in everything that was taken."""
    actor = actor_of(request)
    people = queries.drivers(actor)
    manifest = queries.manifest_numbered(number, actor)
    lines = queries.lines_of(manifest)
    taken = [line.device.tag for line in lines if line.taken_at and not line.arrived_at]
    crates = queries.sealed_crates(manifest)
    pickup = queries.custody_of(manifest).filter(leg="pickup").last()
    initial = {"released_by": pickup.received_by.get_username() if pickup else "", "tags": _filled(request, taken)}
    form = DeliverForm(people, crates, initial=initial)
    if request.method == "POST":
        form = DeliverForm(people, crates, request.POST, request.FILES)
        if form.is_valid():
            facts = form.cleaned_data
            commands.deliver(
                number,
                facts["tags"],
                actor=actor,
                released=form.signature,
                seal=facts["seal"],
                seals=facts["seals"],
                counted=facts["counted"],
                occurred_at=facts["occurred_at"],
                paper=bytes_of(facts["paper"]) if facts["paper"] else None,
            )
            arrived = queries.manifest_numbered(number, actor).arrived  # type: ignore[attr-defined]
            messages.success(request, _counted(arrived, taken=False))
            return redirect("collection", manifest.number)
    scanned = sum(1 for line in lines if line.arrived_at)
    context = {"manifest": manifest, "form": form, "taken": len(taken), "scanned": scanned, "pickup": pickup}
    return render(request, "inventory/collection/deliver.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def when(request: HttpRequest, number: str) -> HttpResponse:
    """Another day, vehicle or stop for a planned collection."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    manifest = queries.manifest_numbered(number, actor)
    known = {"planned_on": manifest.planned_on, "stop": manifest.stop}
    form = WhenForm(*posted(request), initial={**known, "vehicle": manifest.vehicle and manifest.vehicle.code})
    if form.is_valid():
        planning.reschedule(number, actor=actor, **form.cleaned_data)
        messages.success(request, _("Collection %(number)s is planned.") % {"number": manifest.number})
        return redirect("collection", manifest.number)
    context = {"manifest": manifest, "form": form}
    return render(request, "inventory/collection/when.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, number: str) -> HttpResponse:
    """Call a planned collection off, after asking."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    manifest = queries.manifest_numbered(number, actor)
    form = CallOffForm(*posted(request))
    if form.is_valid():
        planning.cancel_collection(number, actor=actor, **form.cleaned_data)
        messages.success(request, _("Collection %(number)s is called off.") % {"number": manifest.number})
        return redirect("collection", manifest.number)
    context = {"manifest": manifest, "form": form}
    return render(request, "inventory/collection/call_off.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def keep_paper(request: HttpRequest, number: str, leg: str) -> HttpResponse:
    """Add the photo or scan of what was signed on paper."""
    actor = actor_of(request)
    manifest = queries.manifest_numbered(number, actor)
    form = KeepPaperForm(*posted(request))
    if form.is_valid():
        commands.keep_paper(number, leg, bytes_of(form.cleaned_data["paper"]), actor=actor)
        messages.success(request, _("The signed paper is kept."))
        return redirect("collection", manifest.number)
    context = {"manifest": manifest, "leg": leg, "form": form}
    return render(request, "inventory/collection/keep_paper.html", context, status=422 if form.errors else 200)


@require_POST
def late(request: HttpRequest, number: str) -> HttpResponse:
    """A device that was missing at delivery has turned up."""
    form = LateForm(request.POST)
    manifest = queries.manifest_numbered(number, actor_of(request))
    if not form.is_valid():
        return _show(request, manifest, ExpectForm(), form)
    device = commands.arrive_late(number, form.cleaned_data["tag"], actor=actor_of(request))
    messages.success(request, _("%(tag)s has arrived after all.") % {"tag": grouped(device.tag)})
    return redirect("collection", manifest.number)


@require_GET
def on_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The manifest to print: a list with boxes to tick and two places to sign, for when the network is down."""
    manifest = queries.manifest_numbered(number, actor_of(request))
    context = {"manifest": manifest, "lines": queries.lines_of(manifest)}
    return render(request, "inventory/collection/on_paper.html", context)


@require_GET
def signed_paper(request: HttpRequest, number: str, leg: str) -> HttpResponse:
    """The photo or scan of what was signed at the pick-up or the delivery."""
    manifest = queries.manifest_numbered(number, actor_of(request))
    paper = queries.custody_paper(manifest, leg).paper
    assert paper is not None  # the query finds only those that have one  # noqa: S101
    headers = {"Content-Disposition": f'attachment; filename="{manifest.number}-{leg}"'}
    return HttpResponse(read_file(paper), content_type=paper.media_type, headers=headers)


def _show(request: HttpRequest, manifest: Manifest, expect_form: ExpectForm, late_form: LateForm) -> HttpResponse:
    actor = actor_of(request)
    state: str = manifest.state
    context: dict[str, Any] = {
        "manifest": manifest,
        "lines": queries.lines_of(manifest),
        "differences": queries.differences(manifest),
        "custody": _hands(manifest, actor),
        "exceptions": queries.differences_of(manifest),
        "crates": queries.crates_of(manifest),
        "may_keep_paper": any(actor.holds(word) for word in (Word.COLLECT, Word.RECEIVE, Word.DECLARE)),
        "expect_form": expect_form,
        "late_form": late_form,
        "may_pick_up": state == "planned" and actor.holds(Word.COLLECT),
        "may_expect": state == "planned" and actor.holds(Word.DECLARE),
        "may_deliver": state == "under_way" and actor.holds(Word.RECEIVE),
        "may_open_devices": actor.holds(Word.READ_DEVICES),
    }
    context["may_add_late"] = (
        state == "arrived" and bool(context["differences"].not_arrived) and actor.holds(Word.RECEIVE)
    )
    wrong = expect_form.errors or late_form.errors
    return render(request, "inventory/collection/collection.html", context, status=422 if wrong else 200)


def _hands(manifest: Manifest, actor: Actor) -> list[dict[str, Any]]:
    custody = list(queries.custody_of(manifest))
    people: list[Any] = [person for one in custody for person in (one.released_by, one.received_by) if person]
    names = names_of([person.key for person in people], actor)
    named = {person.pk: names[person.key] for person in people}
    return [
        {
            "deed": one,
            "released": named.get(one.released_by_id, one.released_function),
            "received": named[one.received_by_id],
            "ways": {signature.side: signature for signature in one.signatures.all()},
            "paper_missing": one.paper is None and any(way.how == "paper" for way in one.signatures.all()),
        }
        for one in reversed(custody)
    ]


def _filled(request: HttpRequest, tags: list[str]) -> str:
    return "\n".join(grouped(tag) for tag in tags) if request.GET.get("all") else ""


def _counted(count: int, *, taken: bool) -> str:
    if taken:
        words = ngettext("%(count)s device is under way.", "%(count)s devices are under way.", count)
    else:
        words = ngettext("%(count)s device was received.", "%(count)s devices were received.", count)
    return words % {"count": count}


urls = [
    path("collections/", collections, name="collections"),
    path("collections/new/", plan, name="collection_new"),
    path("collections/<str:number>/", collection, name="collection"),
    path("collections/<str:number>/expect/", expect, name="collection_expect"),
    path("collections/<str:number>/pick-up/", pick_up, name="collection_pick_up"),
    path("collections/<str:number>/deliver/", deliver, name="collection_deliver"),
    path("collections/<str:number>/when/", when, name="collection_when"),
    path("collections/<str:number>/call-off/", call_off, name="collection_call_off"),
    path("collections/<str:number>/paper/<slug:leg>/", keep_paper, name="collection_keep_paper"),
    path("collections/<str:number>/late/", late, name="collection_late"),
    path("collections/<str:number>/paper/", on_paper, name="collection_on_paper"),
    path("collections/<str:number>/signed/<slug:leg>/", signed_paper, name="collection_signed_paper"),
]
