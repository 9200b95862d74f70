"""Requests about personal data with their deadlines, and what is handed to the person: a file and a paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.devices.gatekeepers import require
from inventory.documents.letters import set_paper
from inventory.errors import NotAllowed, NotFound
from inventory.lifecycle import Actor, Word
from inventory.privacy.models import SubjectRequest
from inventory.privacy.processings import PROCESSINGS
from inventory.privacy.retention import rules
from inventory.privacy.search import Hit, row_at, search_person


def requests_about_data(actor: Actor) -> QuerySet[SubjectRequest]:
    """Those still open first, the most urgent on top; then the answered ones, newest first. Refuses NotAllowed."""
    require(actor, Word.PERSONAL_DATA)
    return SubjectRequest.objects.order_by(F("answered_at").desc(nulls_first=True), "due_on", "id")


def open_requests(actor: Actor) -> QuerySet[SubjectRequest]:
    """Those that wait for an answer, the most urgent on top. Refuses NotAllowed."""
    require(actor, Word.PERSONAL_DATA)
    return SubjectRequest.objects.filter(answered_at__isnull=True).order_by("due_on", "id")


def request_numbered(number: str, actor: Actor) -> SubjectRequest:
    """One request. Refuses: NotAllowed; NotFound."""
    require(actor, Word.PERSONAL_DATA)
    made = SubjectRequest.objects.filter(number=number.strip().upper()).first()
    if made is None:
        raise NotFound(gettext_lazy("There is no request %(number)s."), number=number)
    return made


def hits_of(number: str, actor: Actor, text: str = "") -> list[Hit]:
    """What we hold about who asked, or about another spelling of their name.

    Refuses: NotAllowed (anybody but the data protection officer); NotFound; BadInput (too short).
    """
    _officer(actor)
    return search_person(text or request_numbered(number, actor).name, actor)


def handed_out(number: str, actor: Actor, text: str = "") -> dict[str, Any]:
    """What the person gets (GDPR art. 15): every value with why, by which right, how long, and where it came from.

    Refuses as `hits_of` does.
    """
    _officer(actor)
    made = request_numbered(number, actor)
    terms = rules()
    values = []
    for hit in hits_of(number, actor, text):
        one = PROCESSINGS[hit.processing]
        values.append(
            {
                "processing": str(one.name),
                "purpose": str(one.purpose),
                "basis": str(one.basis),
                "term": terms[one.retention].term,
                "source": str(one.source),
                "field": f"{hit.table}.{hit.field}",
                "value": hit.text,
            }
        )
    return {
        "number": made.number,
        "person": made.name,
        "day": timezone.localdate().isoformat(),
        "controller": settings.RELAIS_CONTROLLER,
        "officer": settings.RELAIS_DPO,
        "values": values,
    }


def handed_out_pdf(number: str, actor: Actor, text: str = "") -> bytes:
    """The same as a tagged PDF in the language of the request. Refuses as `hits_of` does."""
    _officer(actor)
    made = request_numbered(number, actor)
    with translation.override(made.language):
        given = handed_out(number, actor, text)
        words = {
            "title": _("What we hold about you"),
            "for": _("For"),
            "reference": _("Reference"),
            "nothing": _("We hold nothing about you."),
            "purpose": _("What for"),
            "basis": _("Legal basis"),
            "term": _("How long"),
            "source": _("Where it comes from"),
            "rights": _(
                "You may ask us to correct, erase or leave unused what stands here, and object. If our answer does "
                "not satisfy you, you may complain to the Data Protection Authority, Rue de la Presse 35, "
                "1000 Brussels."
            ),
            "officer": _("Data protection officer"),
        }
    day = [int(part) for part in given["day"].split("-")]
    return set_paper("subject", {**given, "language": made.language, "words": words, "date": day})


def text_at(number: str, place: str, actor: Actor) -> str:
    """The text at a place that may be corrected. Refuses: NotAllowed; NotFound."""
    _officer(actor)
    request_numbered(number, actor)
    row, name = row_at(place)
    return str(getattr(row, name))


def _officer(actor: Actor) -> None:
    # Before anything is looked up: whoever may not cannot tell what exists.
    if not actor.holds(Word.ERASE):
        raise NotAllowed(gettext_lazy("Only the data protection officer searches for people."))
