"""Acts on one device that ask for more than a button: one row each, one page for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation import commands as allocation
from inventory.devices import accessories, commands, media
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.devices.queries import device_of
from inventory.disposal import commands as disposal
from inventory.handover import commands as handover
from inventory.handover.queries import given_with
from inventory.lifecycle import Word
from inventory.pages import device_forms
from inventory.pages.asking import actor_of, posted
from inventory.refurbishment import commands as refurbishment


def _nothing_known(device: Device) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Act:
    """A form that leads to one command. `done` says what happened; it may name the device as %(tag)s."""

    name: str
    label: Promise
    word: Word
    form: type[forms.Form]
    command: Callable[..., Any]
    done: Promise
    lead: Promise | str = ""
    warning: Promise | str = ""
    initial: Callable[[Device], dict[str, Any]] = _nothing_known


def _where_it_is(device: Device) -> dict[str, Any]:
    return {"location": device.location.code if device.location else ""}


def _what_is_known(device: Device) -> dict[str, Any]:
    return {name: getattr(device, name) for name in device_forms.DescribeForm.base_fields}


def _what_goes_with_it(device: Device) -> dict[str, Any]:
    return dict(accessories.counts_of([device]).get(device.pk, {}))


# Those whose name is a step's are the step's form; the others change no status.
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            "receive",
            _("Receive"),
            Word.RECEIVE,
            device_forms.ReceiveForm,
            commands.receive,
            _("%(tag)s was received."),
            _("From now on it is in the warehouse's hands."),
        ),
        Act(
            "move",
            _("Move"),
            Word.STORE,
            device_forms.PlaceForm,
            commands.move,
            _("%(tag)s was moved."),
            initial=_where_it_is,
        ),
        Act(
            "describe",
            _("Write down what it is"),
            Word.INSPECT,
            device_forms.DescribeForm,
            commands.describe,
            _("What you wrote about %(tag)s is kept."),
            _("What you leave empty stays as it is."),
            initial=_what_is_known,
        ),
        Act(
            "accessories",
            _("Write down its accessories"),
            Word.STORE,
            device_forms.AccessoriesForm,
            accessories.note_accessories,
            _("The accessories of %(tag)s are on record."),
            _("They stand on the pick list and in the agreement."),
            initial=_what_goes_with_it,
        ),
        Act(
            "list-medium",
            _("List a storage medium"),
            Word.INSPECT,
            device_forms.MediumForm,
            media.list_medium,
            _("The storage medium is listed. Is there another one?"),
            _("Every disk, card and stick inside, one by one."),
        ),
        Act(
            "no-data",
            _("Declare that it holds no data"),
            Word.INSPECT,
            device_forms.NoDataForm,
            media.declare_no_data,
            _("You declared that %(tag)s holds no data."),
            _("Your declaration, under your name. If a medium is found later, it is withdrawn."),
        ),
        Act(
            "bind-tag",
            _("Stick on another label"),
            Word.LABEL,
            device_forms.BindForm,
            commands.bind_tag,
            _("From now on both tags open %(tag)s."),
            _("For a label that was printed beforehand, or to replace a torn one."),
        ),
        Act(
            "quarantine",
            _("Quarantine"),
            Word.QUARANTINE,
            device_forms.QuarantineForm,
            commands.quarantine,
            _("%(tag)s is in quarantine."),
            _("Set it apart until somebody lifts the quarantine."),
        ),
        Act(
            "reopen_sanitisation",
            _("Send back to sanitisation"),
            Word.SANITISE,
            device_forms.ReopenForm,
            commands.reopen_sanitisation,
            _("%(tag)s waits for sanitisation again."),
        ),
        Act(
            "make_ready",
            _("Make ready"),
            Word.REFURBISH,
            device_forms.GradeForm,
            refurbishment.make_ready,
            _("%(tag)s is ready and in stock."),
            _("It has passed its tests. How does it look?"),
        ),
        Act(
            "release",
            _("Release"),
            Word.ALLOCATE,
            device_forms.ReleaseForm,
            allocation.release,
            _("%(tag)s is back in the stock."),
            _("It is no longer kept for the request."),
        ),
        Act(
            "take_back",
            _("Take back"),
            Word.TAKE_BACK,
            device_forms.TakeBackForm,
            handover.take_back,
            _("%(tag)s is back. Its storage media count as unknown again."),
            _("It begins again as received: to be inspected, sanitised and tested once more."),
            initial=given_with,
        ),
        Act(
            "recycle",
            _("Record recycling"),
            Word.RECYCLE,
            device_forms.RecycleForm,
            disposal.recycle,
            _("The recycling of %(tag)s is on record."),
            warning=_("A recycled device is gone for good: no step leads back."),
        ),
        Act(
            "report_lost",
            _("Report lost"),
            Word.WRITE_OFF,
            device_forms.LostForm,
            disposal.report_lost,
            _("%(tag)s is reported lost."),
            warning=_("When it is found again, its storage media count as unknown and all work on it begins anew."),
        ),
        Act(
            "find_again",
            _("Found again"),
            Word.WRITE_OFF,
            device_forms.PlaceForm,
            disposal.find_again,
            _("%(tag)s is back. Its storage media count as unknown again."),
            _("Where is it now?"),
        ),
    )
}


def perform(request: HttpRequest, tag: str, act: Act) -> HttpResponse:
    """Show the act's form, or do it and go back to the device."""
    actor = actor_of(request)
    require(actor, act.word)
    device = device_of(tag, actor)
    form = act.form(*posted(request), initial=act.initial(device))
    if form.is_valid():
        act.command(device.tag, actor=actor, **form.cleaned_data)
        messages.success(request, act.done % {"tag": device})
        return redirect("device", device.tag)
    context = {"act": act, "device": device, "form": form}
    return render(request, "inventory/devices/act.html", context, status=422 if form.is_bound else 200)


urls = [
    path(f"devices/<str:tag>/{act.name}/", perform, {"act": act}, name=f"device_{act.name}") for act in ACTS.values()
]
