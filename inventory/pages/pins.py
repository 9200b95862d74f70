"""Pins for people: choose, look at the bill, confirm, sign as second, withdraw; and one's own declared interests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.allocation import complaints, outcomes, pins, queries
from inventory.allocation.points import policy_shown
from inventory.allocation.pools import POOLS
from inventory.allocation.round_models import Pin
from inventory.associations import interests
from inventory.associations.models import Association
from inventory.associations.queries import association_meant
from inventory.devices.gatekeepers import require
from inventory.devices.queries import names_of
from inventory.errors import NotFound, Refusal
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of
from inventory.pages.fields import choices_of


class PinForm(forms.Form):
    """For whom, how many at least or at most, and why."""

    association = forms.ChoiceField(label=gettext_lazy("Association"))
    at_least = forms.IntegerField(
        label=gettext_lazy("At least"), min_value=0, max_value=pins.MOST_UNITS, required=False
    )
    at_most = forms.IntegerField(label=gettext_lazy("At most"), min_value=0, max_value=pins.MOST_UNITS, required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=choices_of(pins.PIN_REASONS), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("Why, in full sentences"),
        min_length=20,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Public: it stands in the report of the round and in the letter of whoever pays."),
    )

    def __init__(self, bodies: list[Association], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["association"]
        field.choices = [(body.code, body.name) for body in bodies]

    def clean(self) -> dict[str, Any]:
        """At least or at most, and not against each other."""
        cleaned = super().clean() or self.cleaned_data
        least, most = cleaned.get("at_least") or 0, cleaned.get("at_most")
        if not least and most is None:
            self.add_error("at_least", _("Say at least or at most how many devices."))
        elif most is not None and least > most:
            self.add_error("at_most", _("At least more than at most: the pin contradicts itself."))
        return {**cleaned, "at_least": least}


class InterestForm(forms.Form):
    """In which association, and what the interest is."""

    association = forms.CharField(
        label=gettext_lazy("Association"), max_length=200, help_text=gettext_lazy("Its code, number or name.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is your interest?"), choices=choices_of(interests.INTERESTS), widget=forms.RadioSelect
    )

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor

    def clean_association(self) -> Any:
        """The association meant."""
        try:
            return association_meant(self.cleaned_data["association"], self.actor)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


@require_safe
def pin_list(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """The pins of a pool, their bills, and what still has to be signed."""
    actor = actor_of(request)
    found, label = queries.round_numbered(number), _label(pool)
    frozen = any(one.pool == pool for one in outcomes.frozen_pools(found))
    told = list(pins.pins_of(number, pool, actor))
    hidden = outcomes.hidden_from(actor)
    people: list[Any] = [person for pin in told for person in (pin.set_by, pin.signed_by) if person is not None]
    names = names_of([person.key for person in people], actor)
    context = {
        "round": found,
        "pool": pool,
        "label": label,
        "frozen": frozen,
        "pins": [_shown(pin, names) for pin in told],
        "promised": [one for code, one in sorted(complaints.promised(pool).items()) if code not in hidden],
        "may_pin": actor.holds(Word.DECIDE) and not frozen and queries.is_closed(found),
        "closed": queries.is_closed(found),
        "me": request.user.pk,
    }
    return render(request, "inventory/allocation/pins.html", context)


@require_http_methods(["GET", "POST"])
def pin_new(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """First the bill, then, with it in sight, the confirmation."""
    actor = actor_of(request)
    require(actor, Word.DECIDE)
    found, label = queries.round_numbered(number), _label(pool)
    # What a complaint was promised is filled in beforehand.
    wanted = {name: request.GET[name] for name in ("association", "at_least", "reason") if name in request.GET}
    bodies = pins.asking(found, pool, actor)
    by_sharer = {body.shares_as: body.code for body in bodies}
    wanted["association"] = by_sharer.get(wanted.get("association", ""), "")
    form = PinForm(bodies, request.POST or None, initial=wanted)
    context = {"round": found, "pool": pool, "label": label, "form": form}
    if not form.is_valid():
        return render(request, "inventory/allocation/pin_new.html", context, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    size = {"at_least": said["at_least"], "at_most": said["at_most"]}
    if request.POST.get("seen"):
        made = pins.set_pin(
            number,
            pool,
            said["association"],
            actor=actor,
            reason=said["reason"],
            words=said["words"],
            seen=request.POST["seen"],
            **size,
        )
        messages.success(request, _("The pin waits for its second signature.") if made.waits else _("The pin is set."))
        return redirect("round_pins", number, pool)
    cost = pins.bill(number, pool, said["association"], actor=actor, **size)
    context |= {
        "cost": cost,
        "name": dict(form.fields["association"].choices)[said["association"]],  # type: ignore[attr-defined]
        "payers": _payers({"changes": cost.changes}),
        "reason": pins.PIN_REASONS[said["reason"]],
        "second": cost.moved > policy_shown(found.opens_on).second_signature_above,
    }
    return render(request, "inventory/allocation/pin_bill.html", context)


@require_POST
def pin_sign(request: HttpRequest, number: str, pool: str, code: str) -> HttpResponse:
    """The second signature."""
    pins.sign_pin(number, pool, code, actor=actor_of(request))
    messages.success(request, _("The pin is signed."))
    return redirect("round_pins", number, pool)


@require_POST
def pin_withdraw(request: HttpRequest, number: str, pool: str, code: str) -> HttpResponse:
    """Before the pool is frozen."""
    pins.withdraw_pin(number, pool, code, actor=actor_of(request))
    messages.success(request, _("The pin is withdrawn."))
    return redirect("round_pins", number, pool)


@require_http_methods(["GET", "POST"])
def interest_page(request: HttpRequest) -> HttpResponse:
    """Declare an interest, see one's own, and, for who watches over it, everybody's."""
    actor = actor_of(request)
    form = InterestForm(actor, request.POST or None)
    if form.is_valid():
        body = form.cleaned_data["association"]
        interests.declare_interest(body.code, actor=actor, kind=form.cleaned_data["kind"])
        messages.success(request, _("Declared. The file of %(name)s is now hidden from you.") % {"name": body.name})
        return redirect("interests")
    sees_all = actor.holds(Word.AUDIT) or actor.holds(Word.DECIDE_ELIGIBILITY)
    told = list(interests.all_standing(actor) if sees_all else interests.standing(actor))
    people: list[Any] = [one.person for one in told]
    names = names_of([person.key for person in people], actor)
    context = {
        "form": form,
        "may_declare": any(
            actor.holds(word) for word in (Word.READ_REQUESTS, Word.DECIDE, Word.ALLOCATE, Word.DECIDE_ELIGIBILITY)
        ),
        "may_end": actor.holds(Word.DECIDE_ELIGIBILITY),
        "me": request.user.pk,
        "interests": [
            (one, names[person.key], interests.INTERESTS[one.kind]) for one, person in zip(told, people, strict=True)
        ],
    }
    return render(request, "inventory/allocation/interests.html", context, status=422 if form.is_bound else 200)


@require_POST
def interest_end(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Somebody else's, when it is over."""
    interests.end_interest(code, person, actor=actor_of(request))
    messages.success(request, _("The interest has ended."))
    return redirect("interests")


def _label(pool: str) -> Any:
    if pool not in POOLS:
        raise NotFound(_("There is no such pool of devices."))
    return POOLS[pool][0]


def _shown(pin: Pin, names: dict[str, str]) -> dict[str, Any]:
    set_by: Any = pin.set_by
    signed_by: Any = pin.signed_by
    return {
        "pin": pin,
        "reason": pins.PIN_REASONS[pin.reason],
        "payers": _payers(pin.bill),
        "who": names[set_by.key],
        "second": names[signed_by.key] if signed_by else "",
    }


def _payers(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Who gets more or less by a bill, by name, those who pay most first."""
    names = queries.names_of_associations([code for code, _units in told["changes"]])
    changes = sorted(told["changes"], key=lambda one: (one[1], names.get(one[0], one[0])))
    return [{"code": code, "name": names.get(code, code), "units": units, "pays": -units} for code, units in changes]


urls = [
    path("interests/", interest_page, name="interests"),
    path("interests/<str:code>/<str:person>/end/", interest_end, name="interest_end"),
    path("rounds/<str:number>/<slug:pool>/pins/", pin_list, name="round_pins"),
    path("rounds/<str:number>/<slug:pool>/pins/new/", pin_new, name="round_pin_new"),
    path("rounds/<str:number>/<slug:pool>/pins/<str:code>/sign/", pin_sign, name="round_pin_sign"),
    path("rounds/<str:number>/<slug:pool>/pins/<str:code>/withdraw/", pin_withdraw, name="round_pin_withdraw"),
]
