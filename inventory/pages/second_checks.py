"""The checker's desk: which month to draw, what is still to check, what blocks its close; and quarantined batches."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.gatekeepers import require
from inventory.devices.tags import grouped
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, bytes_of, posted
from inventory.wiping import checked_periods, second_checks
from inventory.wiping.techniques import SECOND_CHECKS


class SeedForm(forms.Form):
    """A number from outside, when the city wants its draw to rest on one."""

    seed = forms.CharField(
        label=gettext_lazy("A public number drawn after the freeze"),
        required=False,
        min_length=6,
        max_length=100,
        help_text=gettext_lazy(
            "Leave it empty: the system draws a number nobody can choose. Or type the numbers of a public lottery."
        ),
    )


class CheckForm(forms.Form):
    """What the second look found."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did you look for data?"), choices=list(SECOND_CHECKS.items()), widget=forms.RadioSelect
    )
    tool = forms.CharField(
        label=gettext_lazy("Tool and version"),
        max_length=60,
        help_text=gettext_lazy("Another than the one that wiped: PhotoRec 7.2, a hex viewer"),
    )
    passed = forms.TypedChoiceField(
        label=gettext_lazy("What did you find?"),
        choices=[
            ("yes", gettext_lazy("No data: the second check is passed")),
            ("no", gettext_lazy("Data: it failed, and everything wiped the same way goes back")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("Evidence"), help_text=gettext_lazy("A log, a report, a photo of the screen. It is kept.")
    )


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """Every month that is over, with how far its second checks are."""
    actor = actor_of(request)
    context = {
        "months": checked_periods.months(actor),
        "batches": len(checked_periods.batches(actor)),
        "may_draw": actor.holds(Word.VALIDATE),
    }
    return render(request, "inventory/wiping/second_checks.html", context)


@require_safe
def month(request: HttpRequest, month: str) -> HttpResponse:
    """One month: what can be done next, what blocks the close, and every drawn medium."""
    actor = actor_of(request)
    found = checked_periods.month_of(month, actor)
    lines = checked_periods.drawn_media(found.period, actor) if found.period else []
    context = {
        "month": found,
        "lines": lines,
        "waiting": sum(line.check.checked_at is None for line in lines),
        "passed": sum(line.check.outcome == "passed" for line in lines),
        "form": SeedForm(),
        "may": actor.holds(Word.VALIDATE),
    }
    return render(request, "inventory/wiping/month.html", context)


@require_POST
def freeze(request: HttpRequest, month: str) -> HttpResponse:
    """Freeze the population before a number from outside is drawn."""
    second_checks.freeze_period(month, actor=actor_of(request))
    messages.success(request, _("The month is frozen. Its fingerprint is in the ledger."))
    return redirect("second_check_month", month)


@require_POST
def draw(request: HttpRequest, month: str) -> HttpResponse:
    """Draw the sample, by a number of the system or one from outside."""
    actor = actor_of(request)
    require(actor, Word.VALIDATE)
    period = second_checks.draw_second_checks(month, actor=actor, seed=request.POST.get("seed", ""))
    drawn = _("Drawn: %(count)s of %(population)s storage media.")
    messages.success(request, drawn % {"count": period.sample_size, "population": period.population_size})
    return redirect("second_check_month", month)


@require_POST
def close(request: HttpRequest, month: str) -> HttpResponse:
    """Close the month."""
    second_checks.close_period(month, actor=actor_of(request))
    messages.success(request, _("The month is closed."))
    return redirect("second_check_month", month)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """Record what the second look at one medium found, or read what it found."""
    actor = actor_of(request)
    line = checked_periods.drawn_medium(month, code, actor)
    form = CheckForm(*posted(request))
    if request.method == "POST":
        require(actor, Word.VALIDATE)
    if form.is_valid():
        asked = form.cleaned_data
        data, name = bytes_of(asked["file"])
        done = second_checks.record_second_check(
            month,
            code,
            actor=actor,
            passed=asked["passed"],
            how=asked["how"],
            tool=asked["tool"],
            data=data,
            name=name,
        )
        told = {"code": grouped(done.medium.code)}
        if done.outcome == "passed":
            messages.success(request, _("%(code)s is checked: no data was found.") % told)
            return redirect("second_check_month", month)
        messages.warning(
            request, _("%(code)s failed its second check: everything wiped the same way goes back.") % told
        )
        return redirect("quarantined_batch", checked_periods.batches_of(done.medium)[0].number)
    context = {
        "line": line,
        "check": line.check,
        "record": line.check.sanitisation,
        "form": form,
        "may": actor.holds(Word.VALIDATE) and not line.own and line.check.checked_at is None,
    }
    return render(request, "inventory/wiping/second_check.html", context, status=422 if form.is_bound else 200)


@require_POST
def excuse(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """Record that a medium can no longer be checked."""
    done = second_checks.excuse_second_check(month, code, actor=actor_of(request))
    messages.success(
        request, _("%(code)s is excused. It counts as an exception.") % {"code": grouped(done.medium.code)}
    )
    return redirect("second_check_month", month)


@require_safe
def population(request: HttpRequest, month: str) -> HttpResponse:
    """The frozen population as a text file: `sha256sum` of it is the fingerprint in the ledger."""
    found = checked_periods.month_of(month, actor_of(request))
    text = found.period.population if found.period else ""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="population-{found.name}.txt"'
    return response


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Every quarantined batch, and what is held."""
    actor = actor_of(request)
    listed = checked_periods.batches(actor)
    context = {"batches": listed, "held": checked_periods.held_media(actor)}
    return render(request, "inventory/wiping/quarantined_batches.html", context)


@require_safe
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """One batch: why, and how far its re-wiping is."""
    found = checked_periods.batch_numbered(number, actor_of(request))
    context = {"found": found, "batch": found.batch, "lines": checked_periods.media_of_batch(found.batch)}
    return render(request, "inventory/wiping/quarantined_batch.html", context)


urls = [
    path("wiping/second-checks/", months, name="second_checks"),
    path("wiping/second-checks/<str:month>/", month, name="second_check_month"),
    path("wiping/second-checks/<str:month>/freeze/", freeze, name="second_check_freeze"),
    path("wiping/second-checks/<str:month>/draw/", draw, name="second_check_draw"),
    path("wiping/second-checks/<str:month>/close/", close, name="second_check_close"),
    path("wiping/second-checks/<str:month>/population.txt", population, name="second_check_population"),
    path("wiping/second-checks/<str:month>/<str:code>/", check, name="second_check"),
    path("wiping/second-checks/<str:month>/<str:code>/excuse/", excuse, name="second_check_excuse"),
    path("wiping/quarantine/", batches, name="quarantined_batches"),
    path("wiping/quarantine/<str:number>/", batch, name="quarantined_batch"),
]
