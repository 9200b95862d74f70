"""The law: which steps a device may take, as one table that everything else asks."""

from inventory.lifecycle.actors import Actor, TheHouse, Word
from inventory.lifecycle.statuses import (
    ABSORBABLE,
    ACCOUNTED,
    LEFT_CUSTODY,
    PROVEN_CLEAN,
    STRAIGHT_WAY,
    LegalStatus,
    MediumState,
    Status,
)
from inventory.lifecycle.table import (
    BY_NAME,
    ENTRANCES,
    LIFECYCLE,
    MEDIUM_LAW,
    Guard,
    Step,
    lawful,
    medium_target,
    step_named,
    steps_from,
)

__all__ = [
    "ABSORBABLE",
    "ACCOUNTED",
    "BY_NAME",
    "ENTRANCES",
    "LEFT_CUSTODY",
    "LIFECYCLE",
    "MEDIUM_LAW",
    "PROVEN_CLEAN",
    "STRAIGHT_WAY",
    "Actor",
    "Guard",
    "LegalStatus",
    "MediumState",
    "Status",
    "Step",
    "TheHouse",
    "Word",
    "lawful",
    "medium_target",
    "step_named",
    "steps_from",
]
