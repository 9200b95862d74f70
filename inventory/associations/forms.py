"""The forms on paper: one template, filled from the same questions as the screens, in French, Dutch and large print."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import CHANNELS
from inventory.associations.questions import (
    DATED_BY,
    FORM_LINES,
    OFFICE_QUESTIONS,
    PROCEDURES,
    REQUEST_QUESTIONS,
    USES,
    Question,
)
from inventory.devices.categories import CATEGORIES
from inventory.documents.letters import set_paper
from inventory.errors import NotFound

SIZES: Final = ("normal", "large")
LANGUAGES: Final = ("fr", "nl")
# Columns of the question about equipment, on paper and on the counter's screen.
COLUMNS: Final[tuple[Promise, ...]] = (
    _("Kind"),
    _("How many"),
    _("Fewest that help"),
    _("What for"),
    _("Would do too"),
    _("All or nothing"),
)
TITLE: Final = _("Request for equipment")
LEAD: Final = _("Fill it in by hand, bring it to the counter or post it. We help you gladly.")


def forms() -> dict[str, Promise]:
    """Every form there is by its code, the request first."""
    return {"request": TITLE, **{code: one.title for code, one in PROCEDURES.items()}}


def form_pdf(code: str, language: str, size: str) -> bytes:
    """A form as tagged PDF, A4: `request` or one of `PROCEDURES`, in fr or nl, `normal` or `large` print.

    Refuses NotFound.
    """
    if code not in forms() or language not in LANGUAGES or size not in SIZES:
        raise NotFound(_("There is no such form."))
    questions = REQUEST_QUESTIONS if code == "request" else PROCEDURES[code].questions
    with translation.override(language):
        data = {
            "language": language,
            "large": size == "large",
            "code": f"{code}-{language}",
            "title": str(forms()[code]),
            "lead": str(LEAD if code == "request" else PROCEDURES[code].lead),
            "phone": settings.RELAIS_PHONE,
            "questions": [_asked(one) for one in questions],
            "office": [_asked(one) for one in OFFICE_QUESTIONS],
            "sign": len(questions) + 1,
            "channels": [str(CHANNELS[channel]) for channel in ("counter", "telephone", "post")],
            "dated": [str(DATED_BY[how]) for how in ("stamp", "postmark")],
            "rows": FORM_LINES,
            "heads": [str(head) for head in COLUMNS],
            "kinds": [str(kind) for kind in CATEGORIES.values()],
            "uses": [str(use) for use, _memory in USES.values()],
        }
    return set_paper("form", data)


def _asked(one: Question) -> dict[str, Any]:
    return {
        "number": one.number,
        "label": str(one.label),
        "hint": str(one.hint),
        "kind": one.kind,
        "room": one.room,
    }
