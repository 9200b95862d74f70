"""The page of one storage medium: everything on record, where it has been, and what can be done with it."""

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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.allocation.queries import reservation_of
from inventory.devices.gatekeepers import require
from inventory.devices.media import fit_medium, remove_medium
from inventory.devices.models import Medium, MediumStay
from inventory.devices.queries import history, names_of, stays_of
from inventory.devices.tags import grouped
from inventory.documents.commands import read_file
from inventory.documents.queries import file_with
from inventory.errors import NotAllowed
from inventory.lifecycle import MEDIUM_LAW, Actor, MediumState, Word
from inventory.pages.asking import actor_of, bytes_of, posted
from inventory.pages.device import custody
from inventory.pages.history import stations
from inventory.pages.medium_forms import ByHandForm, DestroyForm, FitForm, RemoveForm, ValidateForm, VerifyForm
from inventory.wiping import commands
from inventory.wiping.checked_periods import batches_of
from inventory.wiping.quarantine import held, send_back
from inventory.wiping.queries import certificates_of, colleague, destruction_of, medium_of, sanitisations_of
from inventory.wiping.speaking import MOST_FAILURES


def _destroy(code: str, *, witness: str, **facts: Any) -> object:
    return commands.destroy(code, witness=colleague(witness), **facts)


@dataclass(frozen=True, slots=True)
class MediumAct:
    """A form that leads to one command on a medium; `law` names the row of the medium's law."""

    name: str
    label: Promise
    words: tuple[Word, ...]
    law: str
    form: type[forms.Form]
    command: Callable[..., object]
    done: Promise
    lead: Promise | str = ""
    warning: Promise | str = ""


ACTS: dict[str, MediumAct] = {
    act.name: act
    for act in (
        MediumAct(
            "validate",
            _("Validate"),
            (Word.VALIDATE,),
            "validate",
            ValidateForm,
            commands.validate,
            _("%(code)s is validated."),
            _("You decide, by the evidence, that no data can come back. You answer for it with your name."),
        ),
        MediumAct(
            "verify",
            _("Verify"),
            (Word.SANITISE, Word.VALIDATE),
            "verify",
            VerifyForm,
            commands.verify,
            _("The verification of %(code)s is on record."),
            _("A failed verification sends everything back that was wiped the same way on that day."),
        ),
        MediumAct(
            "send_back",
            _("Send back to be wiped"),
            (Word.SANITISE,),
            "doubt",
            forms.Form,
            send_back,
            _("%(code)s has to be wiped again."),
            _("Its proof was withdrawn. Its device goes back to sanitisation with it."),
        ),
        MediumAct(
            "sanitise",
            _("Record a sanitisation by hand"),
            (Word.SANITISE,),
            "sanitise",
            ByHandForm,
            commands.record_manual_sanitisation,
            _("The sanitisation of %(code)s is on record."),
            _("For tools whose files Relais does not read by itself."),
        ),
        MediumAct(
            "remove",
            _("Take out of its device"),
            (Word.SANITISE,),
            "remove",
            RemoveForm,
            remove_medium,
            _("%(code)s is taken out."),
            _("Its history and its proof stay with it."),
        ),
        MediumAct(
            "fit",
            _("Put into a device"),
            (Word.SANITISE,),
            "refit",
            FitForm,
            fit_medium,
            _("%(code)s is in its new device."),
            _("A device that was proven clean goes back to sanitisation."),
        ),
        MediumAct(
            "destroy",
            _("Record its destruction"),
            (Word.SANITISE,),
            "destroy",
            DestroyForm,
            _destroy,
            _("The destruction of %(code)s is on record."),
            warning=_("A destroyed medium is gone for good: no step leads back."),
        ),
    )
}


def acts_on(medium: Medium, actor: Actor) -> list[MediumAct]:
    """What this person may do with a medium as it stands, the next thing first."""
    return [act for act in ACTS.values() if _may(act, actor) and _lawful(act, medium)]


@require_safe
def medium_page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one storage medium."""
    actor = actor_of(request)
    medium = medium_of(code, actor)
    if code != medium.code:
        return redirect("medium", medium.code)
    records = list(sanitisations_of(medium))
    mine = any(one.sanitised_by_id == actor.pk and one.succeeded and one.cycle == medium.cycle for one in records)
    own_work = mine and medium.state == MediumState.VERIFIED and actor.holds(Word.VALIDATE)
    acts = [act for act in acts_on(medium, actor) if not (own_work and act.name == "validate")]
    context = {
        "medium": medium,
        "acts": acts,
        "own_work": own_work,
        "may_label": actor.holds(Word.LABEL),
        "to_destroy": medium.failures >= MOST_FAILURES and medium.state == MediumState.FAILED,
        "may_match": actor.holds(Word.SANITISE) and _lawful(ACTS["sanitise"], medium),
        "may_read_evidence": _may_read_evidence(actor),
        "records": records,
        "certificates": certificates_of(medium),
        "destruction": destruction_of(medium),
        "stays": _told_stays(medium, actor),
        "hands": _hands(medium, actor),
        "batches": batches_of(medium),
        "may_see_batches": _may_read_evidence(actor),
        "stations": stations(history("medium", medium.code)[:200], actor),
    }
    return render(request, "inventory/wiping/medium.html", context)


@require_http_methods(["GET", "POST"])
def perform(request: HttpRequest, code: str, act: MediumAct) -> HttpResponse:
    """Show the act's form, or do it and go back to the medium."""
    actor = actor_of(request)
    if not _may(act, actor):
        require(actor, act.words[0])
    medium = medium_of(code, actor)
    more: dict[str, Any] = {"kinds": [medium.kind]} if act.form is ValidateForm else {}
    form = act.form(*posted(request), **more)
    if form.is_valid():
        act.command(medium.code, actor=actor, **_facts(form))
        messages.success(request, act.done % {"code": grouped(medium.code)})
        return redirect("medium", medium.code)
    context = {
        "act": act,
        "medium": medium,
        "form": form,
        "record": sanitisations_of(medium).filter(cycle=medium.cycle, succeeded=True).first(),
    }
    return render(request, "inventory/wiping/act.html", context, status=422 if form.is_bound else 200)


@require_safe
def evidence_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """The very bytes of an evidence file, to look at elsewhere. Refuses NotAllowed, NotFound, BadFile (damaged)."""
    if not _may_read_evidence(actor_of(request)):
        raise NotAllowed(_("Your role may not read evidence files."))
    stored = file_with(sha256)
    response = HttpResponse(read_file(stored), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{stored.sha256[:12]}"'
    return response


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a device, and who took the medium out of it, as far as the reader may know."""

    stay: MediumStay
    taken_out_by: str


def _told_stays(medium: Medium, actor: Actor) -> list[Stay]:
    stays = list(stays_of(medium))
    keys = {stay.pk: getattr(stay.removed_by, "key", "") for stay in stays}
    names = names_of(filter(None, keys.values()), actor)
    return [Stay(stay, names.get(keys[stay.pk], "")) for stay in stays]


def _hands(medium: Medium, actor: Actor) -> str:
    """In whose hands a medium is: those that hold its device, the city's on a shelf, nobody's once destroyed."""
    if MediumState(medium.state) is MediumState.DESTROYED:
        return ""
    if medium.device is None:
        return gettext("The city")
    return custody(medium.device, reservation_of(medium.device, actor))


def _facts(form: forms.Form) -> dict[str, Any]:
    facts = dict(form.cleaned_data)
    if "file" in facts:
        facts["data"], facts["name"] = bytes_of(facts.pop("file"))
    return facts


def _may(act: MediumAct, actor: Actor) -> bool:
    return any(actor.holds(word) for word in act.words)


def _lawful(act: MediumAct, medium: Medium) -> bool:
    state = MediumState(medium.state)
    if act.name == "send_back":
        return medium.proof_withdrawn and not held(medium.device)
    if act.name == "remove":
        return medium.device_id is not None and (state in MEDIUM_LAW["remove"][0] or state is MediumState.VALIDATED)
    if act.name == "sanitise" and medium.failures >= MOST_FAILURES:
        return False
    return state in MEDIUM_LAW[act.law][0]


def _may_read_evidence(actor: Actor) -> bool:
    return any(actor.holds(word) for word in (Word.SANITISE, Word.VALIDATE, Word.AUDIT))


urls = [
    path("media/<str:code>/", medium_page, name="medium"),
    *(path(f"media/<str:code>/{act.name}/", perform, {"act": act}, name=f"medium_{act.name}") for act in ACTS.values()),
    path("evidence/<str:sha256>/", evidence_file, name="evidence_file"),
]
