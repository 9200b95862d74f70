"""The points policy: who has how many points and by which knobs the turns are counted; versions, dated, only added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Round
from inventory.allocation.round_models import PointsPolicy
from inventory.devices.gatekeepers import require
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.ledger.commands import Deed, record
from inventory.lifecycle import Actor, Word

# People reached a year and points: concave, so that exaggeration pays little (allocation §1).
FIRST_BANDS: Final = [[25, 4], [75, 6], [200, 8], [500, 10], [None, 12]]
FIRST_VERSION: Final = "2026-0"
MOST_POINTS: Final = 999_999


@transaction.atomic
def adopt_points(
    version: str,
    *,
    actor: Actor,
    valid_from: dt.date,
    bands: Sequence[tuple[int | None, int]],
    reference: str,
    floor: int = 1,
    delta: tuple[int, int] = (1, 2),
    second_signature_above: int = 5,
) -> PointsPolicy:
    """Adopt the points that hold from today or a later day on; a round takes those in force when it opened.

    Refuses: NotAllowed; BadInput (bands that do not rise, knobs out of range, a day that has passed, no decision
    named); Conflict (version or day taken); RuleBroken (a round that is open would be decided by it).
    """
    require(actor, Word.POLICY)
    _rising(bands)
    if not (0 <= delta[0] <= delta[1] <= 1000 and delta[1] > 0) or not (
        0 <= floor <= 100 and 0 <= second_signature_above <= 1000
    ):
        raise BadInput(_("The divisor's knob is between 0 and 1, the first devices for all between 0 and 100."))
    if not reference.strip() or not version.strip():
        raise BadInput(_("Name the version and the decision that adopts it."), field="reference")
    if valid_from < timezone.localdate():
        raise BadInput(_("What rounds were decided by cannot be changed: choose today or a later day."))
    if PointsPolicy.objects.filter(Q(version=version.strip()) | Q(valid_from=valid_from)).exists():
        raise Conflict(_("There is a points policy of that name or from that day already."), field="version")
    closing = Round.objects.filter(finished_at__isnull=True, opens_on__lte=timezone.localdate())
    if closing.filter(closes_at__date__gte=valid_from).exists():
        raise RuleBroken(_("A round is open: what it is decided by was fixed before it opened."))
    made = PointsPolicy(
        version=version.strip()[:20],
        valid_from=valid_from,
        bands=[list(band) for band in bands],
        delta_numerator=delta[0],
        delta_denominator=delta[1],
        floor=floor,
        second_signature_above=second_signature_above,
        reference=reference.strip()[:60],
        adopted_by_id=actor.pk,
        adopted_at=timezone.now(),
    )
    facts = {
        "valid_from": valid_from,
        "bands": made.bands,
        "delta": list(delta),
        "floor": floor,
        "second_signature_above": second_signature_above,
    }
    record(Deed("points.adopt", "points", made.version, 1, facts), actor=actor)
    made.save()
    return made


def policy_shown(day: dt.date) -> PointsPolicy:
    """The points in force on a day; the first ones come with the software, adopted by nobody, and may be unsaved."""
    known = PointsPolicy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return known or PointsPolicy(version=FIRST_VERSION, **first_points())


def first_points() -> dict[str, object]:
    """What holds until somebody adopts a version."""
    return {
        "valid_from": dt.date(2000, 1, 1),
        "bands": FIRST_BANDS,
        "reference": "-",
        "adopted_at": timezone.now(),
    }


def _rising(bands: Sequence[tuple[int | None, int]]) -> None:
    ends = [most for most, _worth in bands]
    worths = [worth for _most, worth in bands]
    inner = [most for most in ends[:-1] if most is not None]
    rising = len(inner) == len(ends) - 1 and inner == sorted(set(inner)) and worths == sorted(worths)
    if not bands or ends[-1] is not None or not rising or min(worths) < 1 or max(worths) > MOST_POINTS:
        raise BadInput(_("The bands rise, and the last one has no upper end."), field="bands")
