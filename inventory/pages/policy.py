"""The wiping policy for people: what is in force, what came before, and the written exceptions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.fields import DayField, choices_of
from inventory.wiping import deciding, policy
from inventory.wiping.techniques import CATEGORY_LABELS

_REFERENCE = gettext_lazy("As it stands on the decision: DPO-2026-004.")


class ExceptionForm(forms.Form):
    """Which media may leave with Clear, why, and how long."""

    reference = forms.CharField(label=gettext_lazy("Reference of the decision"), max_length=40, help_text=_REFERENCE)
    medium_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of storage medium"),
        choices=choices_of(MEDIUM_KINDS, gettext_lazy("Every kind")),
        required=False,
    )
    data_class = forms.ChoiceField(
        label=gettext_lazy("Which data were on them?"),
        choices=choices_of(policy.DATA_CLASSES),
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=choices_of(policy.EXCEPTION_REASONS), widget=forms.RadioSelect
    )
    valid_from = DayField(label=gettext_lazy("First day"))
    valid_to = DayField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("This day included, and no more than a year later.")
    )


class PolicyForm(forms.Form):
    """A version of the policy: from when, by which standard, and what suffices for each kind of medium."""

    valid_from = DayField(label=gettext_lazy("In force from"), help_text=gettext_lazy("Today or later."))
    edition = forms.CharField(
        label=gettext_lazy("Standards and editions"),
        max_length=150,
        help_text=gettext_lazy("The certificates print them from that day on."),
    )
    reference = forms.CharField(label=gettext_lazy("Reference of the decision"), max_length=40, help_text=_REFERENCE)

    def __init__(self, *args: Any, present: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suffices = [(one, CATEGORY_LABELS[one]) for one in policy.SUFFICING]
        for kind, label in MEDIUM_KINDS.items():
            self.fields[f"kind_{kind}"] = forms.ChoiceField(
                label=label,  # type: ignore[arg-type]  # a lazy sentence
                choices=suffices,
                initial=present.get(kind),
            )

    def suffices(self) -> dict[str, str]:
        """Kind of medium → category that suffices."""
        return {kind: self.cleaned_data[f"kind_{kind}"] for kind in MEDIUM_KINDS}


@require_safe
def policy_page(request: HttpRequest) -> HttpResponse:
    """The policy in force, the exceptions, the versions before and to come."""
    actor = actor_of(request)
    versions = list(policy.policies(actor))
    present = policy.policy_on(timezone.localdate())
    context = {
        "present": present,
        "kinds": [(kind, present.suffices.get(kind, "")) for kind in MEDIUM_KINDS],
        "versions": versions,
        "exceptions": policy.exceptions(actor),
        "may_decide": actor.holds(Word.POLICY),
    }
    return render(request, "inventory/wiping/policy.html", context)


@require_http_methods(["GET", "POST"])
def exception_new(request: HttpRequest) -> HttpResponse:
    """Grant a written exception."""
    actor = actor_of(request)
    require(actor, Word.POLICY)
    today = timezone.localdate()
    form = ExceptionForm(posted(request)[0], initial={"valid_from": today, "valid_to": today + dt.timedelta(days=180)})
    if form.is_valid():
        made = deciding.grant_exception(actor=actor, **form.cleaned_data)
        messages.success(request, _("Exception %(reference)s is granted.") % {"reference": made.reference})
        return redirect("policy")
    context = {"form": form, "title": _("Grant an exception"), "act": _("Grant it")}
    return render(request, "inventory/wiping/policy_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def policy_new(request: HttpRequest) -> HttpResponse:
    """Adopt a new version of the policy."""
    actor = actor_of(request)
    require(actor, Word.POLICY)
    present = policy.policy_on(timezone.localdate())
    initial = {"valid_from": timezone.localdate() + dt.timedelta(days=1), "edition": present.edition}
    form = PolicyForm(posted(request)[0], present=present.suffices, initial=initial)
    if form.is_valid():
        asked = form.cleaned_data
        deciding.adopt_policy(
            actor=actor,
            valid_from=asked["valid_from"],
            edition=asked["edition"],
            reference=asked["reference"],
            suffices=form.suffices(),
        )
        messages.success(request, _("The policy is adopted."))
        return redirect("policy")
    context = {"form": form, "title": _("Adopt a policy"), "act": _("Adopt it")}
    return render(request, "inventory/wiping/policy_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def exception_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw a written exception."""
    done = deciding.withdraw_exception(reference, actor=actor_of(request))
    messages.success(request, _("Exception %(reference)s is withdrawn.") % {"reference": done.reference})
    return redirect("policy")


urls = [
    path("wiping/policy/", policy_page, name="policy"),
    path("wiping/policy/new/", policy_new, name="policy_new"),
    path("wiping/policy/exceptions/new/", exception_new, name="exception_new"),
    path("wiping/policy/exceptions/<str:reference>/withdraw/", exception_withdraw, name="exception_withdraw"),
]
