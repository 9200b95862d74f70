"""The receipt of a request: a letter that reads back every answer under its number, and says what happens next."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.associations.facts import CHANNELS
from inventory.associations.filing_models import Letter
from inventory.associations.letters import write_letter
from inventory.associations.models import Request, RequestLine
from inventory.associations.questions import DATED_BY, REQUEST_QUESTIONS, USES
from inventory.devices.categories import CATEGORIES
from inventory.lifecycle import Actor


def write_receipt(request: Request, *, actor: Actor) -> Letter:
    """Write the receipt of a request that was just entered, in the association's language."""
    with translation.override(request.association.official_language):
        return write_letter(
            request.association,
            actor=actor,
            kind="receipt",
            request=request,
            title=_("We have received your request %(reference)s") % {"reference": request.reference},
            paragraphs=[
                _("Please check what we have written down. Is something wrong or missing? Call us or write to us."),
                _("A person decides after the round closes. You get the decision with its reasons, yes or no."),
            ],
            rows=read_back(request),
        )


def read_back(request: Request) -> list[tuple[str, str]]:
    """Every answer of a request under its question with its number, in the reader's language."""
    stamp = timezone.localtime(request.received_at)
    answers: dict[str, str] = {
        "association": request.association.name,
        "purpose": request.purpose,
        "equipment": "\n".join(line_in_words(line) for line in request.lines.order_by("position")),
        "people_served": "" if request.people_served is None else str(request.people_served),
        "earliest_on": _day(request.earliest_on),
        "latest_on": _day(request.latest_on),
        "evidence": request.evidence,
    }
    how = "" if request.dated_by == "arrival" else f" · {DATED_BY[request.dated_by]}"
    return [
        *((question.asked, answers[question.code] or "–") for question in REQUEST_QUESTIONS),
        (f"A. {_('Channel')}", str(CHANNELS[request.channel])),
        (f"B. {_('Received on')}", f"{stamp:%d/%m/%Y %H:%M}" if not how else f"{stamp:%d/%m/%Y}{how}"),
    ]


def line_in_words(line: RequestLine) -> str:
    """One line as a person would say it: 4 × Laptop, 2 would still help, for …, a desktop would do too."""
    return f"{line.quantity} × {CATEGORIES[line.category]}, {wishes_in_words(line)}"


def wishes_in_words(line: RequestLine) -> str:
    """What is said of a line beside its kind and number."""
    few = line.least_useful
    helps = ngettext("%(count)s would still help", "%(count)s would still help", few) % {"count": few}
    said = [_("all or nothing") if line.all_or_nothing else helps]
    if line.use:
        said.append(str(USES[line.use][0]))
    elif line.minimum_memory_mb:
        said.append(_("%(memory)s MB of memory or more") % {"memory": line.minimum_memory_mb})
    if line.substitutes:
        kinds = ", ".join(str(CATEGORIES[kind]) for kind in line.substitutes)
        said.append(_("instead, this would do too: %(kinds)s") % {"kinds": kinds})
    return ", ".join(said)


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
