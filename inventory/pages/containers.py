"""Crates, pallets and bags for people: pack them, seal them, break the seal, print what lies in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.containers import commands, queries
from inventory.devices.containers.models import ContainerKind
from inventory.devices.gatekeepers import require_one
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of, posted
from inventory.pages.collection_forms import location_choices
from inventory.pages.fields import PastMomentField, TagsField

STATES = (("", gettext_lazy("All")), ("open", gettext_lazy("Not sealed")), ("sealed", gettext_lazy("Sealed")))


class MakeForm(forms.Form):
    """A tag printed beforehand becomes a crate."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[(kind.value, kind.label) for kind in ContainerKind],
        widget=forms.RadioSelect,
        initial=ContainerKind.CRATE,
    )
    tag = forms.CharField(
        label=gettext_lazy("Tag"),
        max_length=80,
        help_text=gettext_lazy("Scan the label that was printed beforehand and stuck on it."),
        widget=forms.TextInput(
            attrs={"class": "tag", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    location = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False, choices=location_choices)


class ThingsForm(forms.Form):
    """What goes in, or comes out."""

    codes = TagsField(label=gettext_lazy("Tags"))
    occurred_at = PastMomentField()


class SealForm(forms.Form):
    """The number on the seal."""

    seal = forms.CharField(label=gettext_lazy("Number on the seal"), max_length=60)
    occurred_at = PastMomentField()


class BreakForm(forms.Form):
    """The number on the seal, as whoever breaks it reads it."""

    found = forms.CharField(
        label=gettext_lazy("Number on the seal, as you read it"),
        max_length=60,
        help_text=gettext_lazy("Read it before you break it: it says whether somebody was here before you."),
    )
    occurred_at = PastMomentField()


class PlaceForm(forms.Form):
    """Where it goes."""

    location = forms.ChoiceField(label=gettext_lazy("Where it goes"), choices=location_choices)


@require_safe
def containers(request: HttpRequest) -> HttpResponse:
    """Every crate, pallet and bag; the filters stand in the address."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "state", "q")}
    found = queries.containers(actor, kind=asked["kind"], state=asked["state"], words=asked["q"])
    context = {
        "page": page_of(request, found),
        "asked": asked,
        "kinds": list(ContainerKind),
        "states": STATES,
        "may_pack": _may_pack(request),
        "may_label": actor.holds(Word.LABEL),
    }
    return render(request, "inventory/containers/containers.html", context)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Turn a tag printed beforehand into a crate, a pallet or a bag."""
    actor = actor_of(request)
    require_one(actor, *commands.PACKERS)
    form = MakeForm(*posted(request), initial={"tag": request.GET.get("tag", "")})
    if form.is_valid():
        made = commands.make_container(actor=actor, **form.cleaned_data)
        messages.success(request, _("It is ready to be packed."))
        return redirect("container", made.code)
    return render(request, "inventory/containers/make.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def container(request: HttpRequest, code: str) -> HttpResponse:
    """One container: what comes next, what lies in it, the seals it bore."""
    return _show(request, code)


@require_POST
def put_in(request: HttpRequest, code: str) -> HttpResponse:
    """Put devices or storage media in."""
    form = ThingsForm(request.POST)
    if not form.is_valid():
        return _show(request, code, put_form=form)
    count = commands.put_in(code, actor=actor_of(request), **form.cleaned_data)
    words = ngettext("%(count)s thing was put in.", "%(count)s things were put in.", count)
    messages.success(request, words % {"count": count})
    return redirect("container", code)


@require_POST
def take_out(request: HttpRequest, code: str) -> HttpResponse:
    """Take things out again."""
    form = ThingsForm(request.POST)
    if not form.is_valid():
        return _show(request, code, take_form=form)
    count = commands.take_out(code, actor=actor_of(request), **form.cleaned_data)
    words = ngettext("%(count)s thing was taken out.", "%(count)s things were taken out.", count)
    messages.success(request, words % {"count": count})
    return redirect("container", code)


@require_POST
def seal(request: HttpRequest, code: str) -> HttpResponse:
    """Put a seal on."""
    form = SealForm(request.POST)
    if not form.is_valid():
        return _show(request, code, seal_form=form)
    sealing = commands.seal_container(code, actor=actor_of(request), **form.cleaned_data)
    messages.success(request, _("Sealed with %(seal)s: what lies in it is frozen.") % {"seal": sealing.seal})
    return redirect("container", code)


@require_POST
def break_seal(request: HttpRequest, code: str) -> HttpResponse:
    """Break the seal."""
    form = BreakForm(request.POST)
    if not form.is_valid():
        return _show(request, code, break_form=form)
    broken = commands.break_seal(code, actor=actor_of(request), **form.cleaned_data)
    if broken.differs:
        words = _("The seal that was put on is %(seal)s, and you read %(found)s. Count what lies in it.")
        messages.warning(request, words % {"seal": broken.seal, "found": broken.seal_found})
    else:
        messages.success(request, _("The seal is broken."))
    return redirect("container", code)


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Move it with everything in it."""
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _show(request, code, place_form=form)
    moved = commands.move_container(code, actor=actor_of(request), **form.cleaned_data)
    messages.success(request, _("It stands at %(place)s now.") % {"place": moved.location})
    return redirect("container", code)


@require_safe
def on_paper(request: HttpRequest, code: str) -> HttpResponse:
    """What lies in it, to print and to stick on it; under a seal just what was frozen then."""
    found = queries.container_of(code, actor_of(request))
    context = {"container": found, "sealing": queries.sealing_on(found), "items": queries.lying_in(found)}
    return render(request, "inventory/containers/on_paper.html", context)


def _show(request: HttpRequest, code: str, **bound: forms.Form) -> HttpResponse:
    actor = actor_of(request)
    found = queries.container_of(code, actor)
    context: dict[str, Any] = {
        "container": found,
        "sealing": queries.sealing_on(found),
        "items": queries.lying_in(found),
        "seals": queries.seals_of(found),
        "put_form": ThingsForm(),
        "take_form": ThingsForm(auto_id="take_%s"),
        "seal_form": SealForm(auto_id="seal_%s"),
        "break_form": BreakForm(auto_id="break_%s"),
        "place_form": PlaceForm(auto_id="place_%s"),
        "may_pack": _may_pack(request),
        "may_move": actor.holds(Word.STORE),
        "may_open_devices": actor.holds(Word.READ_DEVICES),
        **bound,
    }
    return render(request, "inventory/containers/container.html", context, status=422 if bound else 200)


def _may_pack(request: HttpRequest) -> bool:
    return any(actor_of(request).holds(word) for word in commands.PACKERS)


urls = [
    path("containers/", containers, name="containers"),
    path("containers/new/", make, name="container_new"),
    path("containers/<str:code>/", container, name="container"),
    path("containers/<str:code>/put/", put_in, name="container_put"),
    path("containers/<str:code>/take/", take_out, name="container_take"),
    path("containers/<str:code>/seal/", seal, name="container_seal"),
    path("containers/<str:code>/break/", break_seal, name="container_break"),
    path("containers/<str:code>/move/", move, name="container_move"),
    path("containers/<str:code>/paper/", on_paper, name="container_on_paper"),
]
