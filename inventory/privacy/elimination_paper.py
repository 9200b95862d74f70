"""An elimination list on paper: what the State Archivist decides on, and afterwards what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from inventory.documents.letters import set_paper
from inventory.errors import BadInput
from inventory.lifecycle import Actor
from inventory.privacy.dossiers import KINDS
from inventory.privacy.eliminations import WHY_WITHDRAWN
from inventory.privacy.listed import fate_of, lines_of, list_numbered, name_of, rule_of


def list_pdf(number: str, language: str, actor: Actor) -> bytes:
    """The list as a tagged PDF in `fr` or `nl`, the same bytes as long as nothing happens to it.

    Refuses: NotAllowed; NotFound; BadInput (another language).
    """
    if language not in {"fr", "nl"}:
        raise BadInput(_("This paper is in French or Dutch."), field="language")
    made = list_numbered(number, actor)
    day = timezone.localdate(made.drawn_up_at)
    with translation.override(language):
        data: dict[str, Any] = {
            "language": language,
            "controller": settings.RELAIS_CONTROLLER,
            "number": made.number,
            "state": made.state,
            "class": name_of(made),
            "table": made.rule["table"],
            "term": rule_of(made).term,
            "fate": made.rule["fate"],
            "date": [day.year, day.month, day.day],
            "drawn_up": _day(day),
            "closed_before": _day(made.closed_before),
            "first": _day(made.first_on),
            "last": _day(made.last_on),
            "size": made.size,
            "papers": made.papers,
            "kept": made.kept,
            "destroyed": made.destroyed,
            "left_out": made.left_out,
            "files": sum(line.gone for line in lines_of(made)),
            "rule_sha256": made.rule_sha256,
            "lines_sha256": made.lines_sha256,
            "authorisation": made.authorisation,
            "authorised_on": _day(made.authorised_on),
            "carried_out": _day(made.carried_out_at and timezone.localdate(made.carried_out_at)),
            "withdrawn": _day(made.withdrawn_at and timezone.localdate(made.withdrawn_at)),
            "why": str(WHY_WITHDRAWN.get(made.withdrawn_why, "")),
            "lines": [
                [str(line.position), str(KINDS[line.kind]), line.key, _day(line.first_on), _day(line.last_on)]
                + [str(line.papers), fate_of(line)]
                for line in lines_of(made)
            ],
        }
        return set_paper("elimination", data)


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
