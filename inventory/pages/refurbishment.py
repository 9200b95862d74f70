"""The bench: every test of a device's kind on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from inventory.devices.gatekeepers import require
from inventory.devices.queries import device_of
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.refurbishment.bench import LEAST_BATTERY_PERCENT, NOT_APPLICABLE_REASONS, OUTCOMES
from inventory.refurbishment.commands import Outcome, record_tests
from inventory.refurbishment.queries import TestLine, tests_of

BATTERY = "battery"


class TestsForm(forms.Form):
    """One outcome a test; a reason where it does not apply, a percentage for a battery."""

    __test__ = False  # not a pytest class

    def __init__(self, lines: Sequence[TestLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            result = line.result
            self.fields[line.test] = forms.ChoiceField(
                label=str(line.label),
                choices=list(OUTCOMES.items()),
                widget=forms.RadioSelect,
                initial=result.outcome if result else "not_done",
            )
            self.fields[f"{line.test}-reason"] = forms.ChoiceField(
                label=str(_("Why “%(test)s” does not apply") % {"test": line.label}),
                choices=[("", _("Only if it does not apply")), *NOT_APPLICABLE_REASONS.items()],
                required=False,
                initial=result.reason if result else "",
            )
            if line.test == BATTERY:
                self.fields[f"{BATTERY}-value"] = forms.IntegerField(
                    label=_("Health in percent"),
                    min_value=0,
                    max_value=100,
                    required=False,
                    initial=result.value if result else "",
                )

    def rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField | None]]:
        """For each test its outcome, its reason, and its value where it has one."""
        for line in self.lines:
            value = self[f"{BATTERY}-value"] if line.test == BATTERY else None
            yield self[line.test], self[f"{line.test}-reason"], value

    def clean(self) -> dict[str, Any]:
        """Say beside the field what the bench would refuse."""
        cleaned = super().clean() or self.cleaned_data
        for line in self.lines:
            outcome = cleaned.get(line.test)
            if outcome == "not_applicable" and not cleaned.get(f"{line.test}-reason"):
                self.add_error(f"{line.test}-reason", _("Say why this test does not apply."))
        percent = cleaned.get(f"{BATTERY}-value")
        if cleaned.get(BATTERY) == "pass" and (percent is None or percent < LEAST_BATTERY_PERCENT):
            sentence = _("A battery passes with %(least)s percent or more.") % {"least": LEAST_BATTERY_PERCENT}
            self.add_error(f"{BATTERY}-value", sentence)
        return cleaned

    def outcomes(self) -> dict[str, Outcome]:
        """Those that say something new."""
        found = {}
        for line in self.lines:
            outcome = Outcome(
                self.cleaned_data[line.test],
                self.cleaned_data[f"{line.test}-reason"],
                str(self.cleaned_data.get(f"{BATTERY}-value") or "") if line.test == BATTERY else "",
            )
            if outcome != _before(line):
                found[line.test] = outcome
        return found


@require_http_methods(["GET", "POST"])
def tests(request: HttpRequest, tag: str) -> HttpResponse:
    """Write down test results; what was entered before stands in the form."""
    actor = actor_of(request)
    require(actor, Word.REFURBISH)
    device = device_of(tag, actor)
    form = TestsForm(tests_of(device), *posted(request))
    if form.is_valid():
        record_tests(device.tag, actor=actor, outcomes=form.outcomes())
        messages.success(request, _("The test results of %(tag)s are kept.") % {"tag": device})
        return redirect("device", device.tag)
    context = {"device": device, "form": form}
    return render(request, "inventory/refurbishment/tests.html", context, status=422 if form.is_bound else 200)


def _before(line: TestLine) -> Outcome:
    result = line.result
    return Outcome(result.outcome, result.reason, result.value) if result else Outcome("not_done")


urls = [path("devices/<str:tag>/tests/", tests, name="device_tests")]
