"""A thousand letters of decision as PDF, beside the minute that they may take."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from inventory.allocation.letters import VOLUME, letters_pdf
from inventory.allocation.models import Decision, DecisionLine, Round
from inventory.allocation.round_models import RoundDecision
from inventory.associations.models import Association, Request, RequestLine
from tests.benchmarks.measuring import Figure, Goal, side_by_side

LETTERS, ALLOWED = 1_000, 60.0
REASONS = (
    "Votre demande a participé au tour 2026-4, réparti selon des numéros de tour publiés et le barème 2026-1.\n\n"
    "Ordinateur portable : 6 sur 10. Son prochain tour portait le numéro 0,825 ; le dernier appareil qui convient est "
    "parti au numéro 0,780. Vous avez 8 points. Vous êtes numéro 3 dans la file pour le prochain appareil.\n\n"
    "Écran : 2 sur 2. Tout ce qui a été demandé est proposé."
)


def thousand_letters() -> Figure:
    """In volumes, as a worker sets them, half in each language."""
    made = [_decision(number) for number in range(1, LETTERS + 1)]
    sizes: list[int] = []

    def ours() -> None:
        sizes[:] = [len(letters_pdf(made[start : start + VOLUME])) for start in range(0, LETTERS, VOLUME)]

    seconds, _nothing = side_by_side(ours, lambda: None, times=2)
    what = f"{LETTERS:,} letters with reasons and remedies as PDF, {sum(sizes) // LETTERS:,} bytes each; a minute"
    return Figure("letters", what, seconds, ALLOWED, Goal(1.0, "at most"))


def _decision(number: int) -> Decision:
    """As it comes from the database, without one: a decision of a decided round, on a request with two lines."""
    now = timezone.now()
    found = Round(pk=1, number="2026-4")
    act: dict[str, Any] = {"organ": "college", "number": "CC-2026-118", "decided_on": dt.date(2026, 11, 20)}
    RoundDecision(
        pk=1,
        round=found,
        reasons_fr="Le collège suit la proposition du tour.",
        reasons_nl="Het college volgt het voorstel.",
        **act,
    )
    body = Association(
        pk=number,
        code=f"A-2026-{number:05d}",
        name=f"Le Fil Numérique {number}",
        official_language="fr" if number % 2 else "nl",
        street="Rue de l’Exemple 1",
        postcode="1000",
        municipality="Bruxelles",
    )
    request = Request(pk=number, reference=f"R-2026-{number:05d}", association=body, received_at=now)
    made = Decision(
        pk=number,
        number=f"D-2026-{number:05d}",
        request=request,
        round=found,
        outcome="partial",
        reasons=REASONS,
        decided_at=now,
    )
    lines = [
        DecisionLine(
            decision=made, line=RequestLine(request=request, position=at, category=kind, quantity=10), granted=6
        )
        for at, kind in ((1, "laptop"), (2, "screen"))
    ]
    made._prefetched_objects_cache = {"lines": lines}  # type: ignore[attr-defined]  # as prefetch_related leaves it
    return made
