"""A filled worksheet of an auditor's sample, in whatever spreadsheet it was filled, read back into the sample."""

from __future__ import annotations

from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from imports.readers.opening import Table, read_table
from imports.vocabulary import plain
from inventory.errors import BadFile, Refusal
from inventory.lifecycle import Actor
from inventory.reports.samples.commands import record_findings
from inventory.reports.samples.queries import sample_numbered

# Results as people write them.
_WORDS = {
    "right": ("right", "ok", "juste", "correct", "conforme", "juist", "correct", "oui", "ja", "yes"),
    "wrong": ("wrong", "error", "faux", "erreur", "non conforme", "fout", "non", "nee", "no"),
    "not_examined": ("not_examined", "not examined", "non examiné", "pas examiné", "niet onderzocht", "n/a"),
}
_MEANT = {plain(word): result for result, words in _WORDS.items() for word in words}


class FindingsForm(forms.Form):
    """The worksheet, filled in."""

    file = forms.FileField(
        label=gettext_lazy("Filled worksheet"),
        help_text=gettext_lazy("CSV, Excel or OpenDocument, with the columns of the thing and of the result."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.xls,.ods"}),
        max_length=255,
    )


@require_http_methods(["GET", "POST"])
def sample_upload(request: HttpRequest, number: str) -> HttpResponse:
    """Bring a worksheet back; every result of it is kept, or none and the line is named."""
    actor = cast(Actor, request.user)
    sample = sample_numbered(number, actor)
    form = FindingsForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            found = findings_of(read_table(upload.read(), upload.name))
            record_findings(sample.number, found, actor=actor)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            count = len(found)
            words = ngettext("%(count)s result is kept.", "%(count)s results are kept.", count)
            messages.success(request, words % {"count": count})
            return redirect("audit_sample", sample.number)
    context = {"sample": sample, "form": form}
    return render(request, "imports/findings.html", context, status=422 if form.errors else 200)


def findings_of(table: Table) -> dict[str, str]:
    """Thing → result of a worksheet; rows without a result are open. Refuses (BadFile) naming the line."""
    headings = [plain(heading) for heading in table.headers]
    # As our worksheets have them, whichever language they were downloaded in.
    things = _spelled(gettext_lazy("Thing"))
    results = _spelled(gettext_lazy("Result (code)")) | _spelled(gettext_lazy("Result"))
    thing = next((place for place, heading in enumerate(headings) if heading in things), None)
    result = next((place for place, heading in enumerate(headings) if heading in results), None)
    if thing is None or result is None:
        raise BadFile(_("A worksheet needs the columns of the thing and of the result, as it was downloaded."))
    found: dict[str, str] = {}
    for row in table.rows:
        word = row.cell(result).strip()
        if not word:
            continue
        meant = _MEANT.get(plain(word))
        if meant is None:
            raise BadFile(
                _("Line %(line)s: “%(word)s” is no result. Write right, wrong or not examined."),
                line=row.line,
                word=word[:60],
            )
        # As harmless() spells what a spreadsheet would calculate.
        found[row.cell(thing).strip().removeprefix("'")] = meant
    if not found:
        raise BadFile(_("No line of this worksheet has a result yet."))
    return found


def _spelled(word: Promise) -> set[str]:
    """A heading in every language, as headings compare."""
    spelled = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spelled.add(plain(str(word)))
    return spelled
