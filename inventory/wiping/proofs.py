"""Which sanitisations still speak for their medium: the one question that draws, batches and figures ask alike."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet

from inventory.lifecycle import MediumState
from inventory.wiping.models import Sanitisation

# Beyond these a medium waits to be wiped, or is gone.
PROVEN_STATES = (MediumState.SANITISED, MediumState.VERIFIED, MediumState.VALIDATED)


def standing_proofs() -> QuerySet[Sanitisation]:
    """The latest successful sanitisation of each medium that nothing has put in doubt since, by id."""
    later = Sanitisation.objects.filter(
        medium=OuterRef("medium"), cycle=OuterRef("cycle"), succeeded=True, id__gt=OuterRef("id")
    )
    return (
        Sanitisation.objects.filter(
            ~Exists(later),
            succeeded=True,
            cycle=F("medium__cycle"),
            medium__state__in=PROVEN_STATES,
            medium__proof_withdrawn=False,
        )
        .select_related("medium", "evidence")
        .order_by("id")
    )
