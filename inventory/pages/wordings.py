"""The agreement's words for those who write them: versions, a draft clause by clause, its faults, its first day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.gatekeepers import require_one
from inventory.errors import NotFound
from inventory.handover import drafting, proofreading
from inventory.handover.agreement import specimen_pdf
from inventory.handover.drafting import ADOPTERS, WRITERS, Version
from inventory.handover.wording import CLAUSES, LANGUAGES, PLACEHOLDERS, AgreementText, text_on
from inventory.lifecycle import Actor
from inventory.pages.asking import actor_of, bytes_of, posted
from inventory.pages.fields import DayField

_LANGUAGE_NAMES = {"fr": gettext_lazy("French"), "nl": gettext_lazy("Dutch")}


class DraftForm(forms.Form):
    """The name of a new version, and the file it comes from, if it was written elsewhere."""

    version = forms.CharField(label=gettext_lazy("Name of the version"), max_length=20, help_text="2027-1")
    file = forms.FileField(
        label=gettext_lazy("File that lawyers wrote"),
        required=False,
        help_text=gettext_lazy("Without a file, the draft begins as a copy of the words in force."),
        widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
    )


class ClauseForm(forms.Form):
    """One clause, in both languages."""

    fr_title = forms.CharField(label=gettext_lazy("Title in French"), max_length=150)
    fr_text = forms.CharField(
        label=gettext_lazy("Text in French"), max_length=drafting.MOST_WORDS, widget=forms.Textarea(attrs={"rows": 10})
    )
    nl_title = forms.CharField(label=gettext_lazy("Title in Dutch"), max_length=150)
    nl_text = forms.CharField(
        label=gettext_lazy("Text in Dutch"), max_length=drafting.MOST_WORDS, widget=forms.Textarea(attrs={"rows": 10})
    )

    @staticmethod
    def known(text: AgreementText, number: int) -> dict[str, str]:
        """The clause as it stands."""
        said = {tongue: text.clauses[tongue][number - 1] for tongue in LANGUAGES}
        return {f"{tongue}_{part}": said[tongue][i] for tongue in LANGUAGES for i, part in enumerate(("title", "text"))}


class TermsForm(forms.Form):
    """What the text promises, and the two options of clause 6."""

    exchange_days = forms.IntegerField(
        label=gettext_lazy("Days for an exchange"), min_value=1, max_value=proofreading.MOST_DAYS
    )
    report_months = forms.IntegerField(
        label=gettext_lazy("Months until the report of use"), min_value=1, max_value=proofreading.MOST_MONTHS
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for option, label in proofreading.OPTIONS.items():
            for tongue, name in _LANGUAGE_NAMES.items():
                self.fields[f"{option}_{tongue}"] = forms.CharField(
                    label=f"{label} – {name}",
                    max_length=drafting.MOST_WORDS,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )

    @staticmethod
    def known(text: AgreementText) -> dict[str, Any]:
        """The terms as they stand."""
        options = {f"{option}_{tongue}": said for option, by in text.end_users.items() for tongue, said in by.items()}
        return {"exchange_days": text.exchange_days, "report_months": text.report_months, **options}

    def terms(self) -> dict[str, Any]:
        """What `word_terms` asks for."""
        facts = self.cleaned_data
        said = {
            option: {tongue: facts[f"{option}_{tongue}"] for tongue in LANGUAGES} for option in proofreading.OPTIONS
        }
        return {"exchange_days": facts["exchange_days"], "report_months": facts["report_months"], "end_users": said}


class AdoptForm(forms.Form):
    """From which day it holds."""

    valid_from = DayField(label=gettext_lazy("In force from"), help_text=gettext_lazy("Today or later."))


@require_http_methods(["GET", "HEAD", "POST"])
def wordings(request: HttpRequest) -> HttpResponse:
    """Every version, and a new draft."""
    actor = actor_of(request)
    found = drafting.versions(actor)
    form = DraftForm(*posted(request))
    if form.is_valid():
        require_one(actor, *WRITERS)
        file = form.cleaned_data["file"]
        source = bytes_of(file)[0] if file else b""
        made = drafting.draft_wording(form.cleaned_data["version"], actor=actor, source=source)
        messages.success(request, _("The draft %(version)s is begun.") % {"version": made.version})
        return redirect("wording", made.version)
    context = {"versions": found, "form": form, "may_write": _may(actor, WRITERS)}
    return render(request, "inventory/handover/wordings.html", context, status=422 if form.errors else 200)


@require_safe
def wording(request: HttpRequest, version: str) -> HttpResponse:
    """One version beside the one in force, with its faults and what can be done."""
    return _show(request, drafting.version_named(version, actor_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def clause(request: HttpRequest, version: str, number: int) -> HttpResponse:
    """Write one clause of a draft."""
    actor = actor_of(request)
    require_one(actor, *WRITERS)
    found = _draft_of(version, actor)
    if not 1 <= number <= CLAUSES:
        raise NotFound(_("An agreement has %(count)s clauses."), count=CLAUSES)
    form = ClauseForm(request.POST or None, initial=ClauseForm.known(found.text, number))
    if form.is_valid():
        facts = form.cleaned_data
        said = {tongue: (facts[f"{tongue}_title"], facts[f"{tongue}_text"]) for tongue in LANGUAGES}
        drafting.word_clause(version, number, actor=actor, words=said)
        messages.success(request, _("Clause %(number)s is written.") % {"number": number})
        return redirect("wording", version)
    subject, needed = proofreading.SUBJECTS[number - 1]
    context = {
        "version": found,
        "form": form,
        "number": number,
        "subject": subject,
        "needed": needed,
        "placeholders": PLACEHOLDERS,
    }
    return render(request, "inventory/handover/wording_clause.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, version: str) -> HttpResponse:
    """Write the days, the months and the options of clause 6 of a draft."""
    actor = actor_of(request)
    require_one(actor, *WRITERS)
    found = _draft_of(version, actor)
    form = TermsForm(request.POST or None, initial=TermsForm.known(found.text))
    if form.is_valid():
        drafting.word_terms(version, actor=actor, **form.terms())
        messages.success(request, _("The terms are written."))
        return redirect("wording", version)
    context = {"version": found, "form": form}
    return render(request, "inventory/handover/wording_terms.html", context, status=422 if form.errors else 200)


@require_POST
def adopt(request: HttpRequest, version: str) -> HttpResponse:
    """Put a draft in force from a day."""
    actor = actor_of(request)
    form = AdoptForm(request.POST)
    if not form.is_valid():
        return _show(request, drafting.version_named(version, actor), form)
    drafting.adopt_wording(version, actor=actor, **form.cleaned_data)
    messages.success(request, _("The text is in force from that day. Nobody can change it any more."))
    return redirect("wording", version)


@require_POST
def drop(request: HttpRequest, version: str) -> HttpResponse:
    """Throw a draft away."""
    drafting.drop_wording(version, actor=actor_of(request))
    messages.success(request, _("The draft is thrown away."))
    return redirect("wordings")


@require_safe
def file(request: HttpRequest, version: str) -> HttpResponse:
    """The file, to write elsewhere and bring back."""
    found = drafting.version_named(version, actor_of(request))
    headers = {"Content-Disposition": f'attachment; filename="agreement-{found.text.version}.toml"'}
    return HttpResponse(found.text.source, content_type="application/toml; charset=utf-8", headers=headers)


@require_safe
def specimen(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """How it looks on paper, without devices."""
    found = drafting.version_named(version, actor_of(request))
    headers = {"Content-Disposition": f'inline; filename="agreement-{found.text.version}-{language}.pdf"'}
    return HttpResponse(specimen_pdf(found.text, language), content_type="application/pdf", headers=headers)


def _show(request: HttpRequest, found: Version, form: AdoptForm | None = None) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    before = text_on(today)
    draft = found.state == "draft"
    wrote = found.row is not None and actor.pk in (found.row.changed_by_id, found.row.drafted_by_id)
    clauses = proofreading.compared(found.text, before)
    context = {
        "version": found,
        "before": before,
        "beside": before.version != found.text.version,
        "clauses": clauses,
        "changed": sum(one.changed for one in clauses),
        "terms": TermsForm.known(found.text),
        "terms_before": TermsForm.known(before),
        "options": [
            (
                label,
                [
                    (_LANGUAGE_NAMES[tongue], found.text.end_users.get(option, {}).get(tongue, ""))
                    for tongue in LANGUAGES
                ],
            )
            for option, label in proofreading.OPTIONS.items()
        ],
        "faults": proofreading.faults(found.text) if draft else [],
        "may_write": draft and _may(actor, WRITERS),
        "may_adopt": draft and _may(actor, ADOPTERS) and not wrote,
        "wrote": draft and wrote,
        "form": form or AdoptForm(initial={"valid_from": today}),
    }
    wrong = form is not None and form.errors
    return render(request, "inventory/handover/wording.html", context, status=422 if wrong else 200)


def _draft_of(version: str, actor: Actor) -> Version:
    found = drafting.version_named(version, actor)
    if found.state != "draft":
        raise NotFound(_("There is no draft called '%(version)s'."), version=version)
    return found


def _may(actor: Actor, words: Any) -> bool:
    return any(actor.holds(word) for word in words)


urls = [
    path("agreement-texts/", wordings, name="wordings"),
    path("agreement-texts/<str:version>/", wording, name="wording"),
    path("agreement-texts/<str:version>/clauses/<int:number>/", clause, name="wording_clause"),
    path("agreement-texts/<str:version>/terms/", terms, name="wording_terms"),
    path("agreement-texts/<str:version>/adopt/", adopt, name="wording_adopt"),
    path("agreement-texts/<str:version>/drop/", drop, name="wording_drop"),
    path("agreement-texts/<str:version>/file/", file, name="wording_file"),
    re_path(
        r"^agreement-texts/(?P<version>[^/]+)/specimen-(?P<language>fr|nl)\.pdf$", specimen, name="wording_specimen"
    ),
]
