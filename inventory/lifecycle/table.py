"""The lifecycle as one table: screens draw buttons from it, commands ask it, tests walk every pair of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import StepRefused
from inventory.lifecycle.actors import Word
from inventory.lifecycle.statuses import MediumState, Status


class Guard(StrEnum):
    """A condition on the device itself, asked before a step; the names stand in the table's rows."""

    MEDIA_LISTED = "media_listed"
    MEDIA_ACCOUNTED = "media_accounted"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Step:
    """One lawful step: from any of `origin` to `target`, for an actor who holds `needs`.

    A step with `facts` needs its own command (it cannot be taken bare); one without is `take_step`.
    """

    name: str
    label: Promise
    origin: frozenset[Status]
    target: Status
    needs: Word
    facts: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    grave: bool = False

    @property
    def bare(self) -> bool:
        """Whether the step needs nothing but the device and the actor."""
        return not self.facts


def _row(
    name: str,
    label: Promise,
    origin: Iterable[Status],
    target: Status,
    needs: Word,
    *,
    facts: tuple[str, ...] = (),
    guards: tuple[Guard, ...] = (),
    grave: bool = False,
) -> Step:
    return Step(name, label, frozenset(origin), target, needs, facts, guards, grave)


S = Status
IN_THE_HOUSE = (S.RECEIVED, S.AWAITING_SANITISATION, S.SANITISED, S.IN_REFURBISHMENT, S.READY)

LIFECYCLE: tuple[Step, ...] = (
    _row("collect", _("Collect"), [S.DECLARED], S.IN_TRANSIT, Word.COLLECT, facts=("manifest",)),
    _row("receive", _("Receive"), [S.DECLARED, S.IN_TRANSIT], S.RECEIVED, Word.RECEIVE, facts=("location",)),
    _row("withdraw", _("Withdraw the announcement"), [S.DECLARED], S.WITHDRAWN, Word.DECLARE, grave=True),
    _row(
        "inspect",
        _("Finish inspection"),
        [S.RECEIVED],
        S.AWAITING_SANITISATION,
        Word.INSPECT,
        guards=(Guard.MEDIA_LISTED,),
    ),
    _row(
        "confirm_sanitised",
        _("Confirm sanitised"),
        [S.AWAITING_SANITISATION],
        S.SANITISED,
        Word.SANITISE,
        guards=(Guard.MEDIA_ACCOUNTED,),
    ),
    _row(
        "reopen_sanitisation",
        _("Send back to sanitisation"),
        [S.SANITISED, S.IN_REFURBISHMENT, S.READY],
        S.AWAITING_SANITISATION,
        Word.SANITISE,
        facts=("reason",),
    ),
    _row(
        "start_refurbishment",
        _("Start refurbishment"),
        [S.SANITISED],
        S.IN_REFURBISHMENT,
        Word.REFURBISH,
        guards=(Guard.MEDIA_ACCOUNTED,),
    ),
    _row(
        "make_ready",
        _("Make ready"),
        [S.IN_REFURBISHMENT],
        S.READY,
        Word.REFURBISH,
        facts=("grade",),
        guards=(Guard.MEDIA_ACCOUNTED, Guard.GRADED),
    ),
    _row(
        "rework",
        _("Back to the bench"),
        [S.READY],
        S.IN_REFURBISHMENT,
        Word.REFURBISH,
        guards=(Guard.MEDIA_ACCOUNTED,),
    ),
    _row(
        "reserve",
        _("Reserve"),
        [S.READY],
        S.RESERVED,
        Word.ALLOCATE,
        facts=("request_line", "decision"),
        guards=(Guard.MEDIA_ACCOUNTED, Guard.GRADED),
    ),
    _row(
        # For what did not work on arrival: the line was decided on, so who hands over may keep another one for it.
        "reserve_instead",
        _("Reserve as a replacement"),
        [S.READY],
        S.RESERVED,
        Word.HAND_OVER,
        facts=("request_line", "decision", "instead_of"),
        guards=(Guard.MEDIA_ACCOUNTED, Guard.GRADED),
    ),
    _row(
        "release",
        _("Release"),
        [S.RESERVED],
        S.READY,
        Word.ALLOCATE,
        facts=("reason",),
        # No guard: a device whose proof was withdrawn while it was reserved comes back to be wiped this way.
    ),
    _row(
        "hand_over",
        _("Hand over"),
        [S.RESERVED],
        S.HANDED_OVER,
        Word.HAND_OVER,
        facts=("agreement",),
        guards=(Guard.MEDIA_ACCOUNTED, Guard.GRADED),
        grave=True,
    ),
    _row("take_back", _("Take back"), [S.HANDED_OVER], S.RECEIVED, Word.TAKE_BACK, facts=("reason", "location")),
    _row("quarantine", _("Quarantine"), IN_THE_HOUSE, S.IN_QUARANTINE, Word.QUARANTINE, facts=("reason",)),
    _row("lift_quarantine", _("Lift quarantine"), [S.IN_QUARANTINE], S.RECEIVED, Word.QUARANTINE),
    _row(
        "dismantle",
        _("Keep for parts"),
        [S.RECEIVED, S.AWAITING_SANITISATION, S.SANITISED, S.IN_REFURBISHMENT],
        S.FOR_PARTS,
        Word.REFURBISH,
        grave=True,
    ),
    _row(
        "scrap",
        _("Send to recycling"),
        [*IN_THE_HOUSE, S.IN_QUARANTINE, S.FOR_PARTS],
        S.TO_RECYCLE,
        Word.RECYCLE,
        grave=True,
    ),
    _row(
        "recycle",
        _("Record recycling"),
        [S.TO_RECYCLE],
        S.RECYCLED,
        Word.RECYCLE,
        facts=("collector", "document", "kilograms"),
        guards=(Guard.MEDIA_ACCOUNTED,),
        grave=True,
    ),
    _row(
        "report_lost",
        _("Report lost"),
        [S.IN_TRANSIT, *IN_THE_HOUSE, S.IN_QUARANTINE, S.FOR_PARTS, S.TO_RECYCLE],
        S.LOST,
        Word.WRITE_OFF,
        facts=("reason",),
        grave=True,
    ),
    _row("find_again", _("Found again"), [S.LOST], S.RECEIVED, Word.WRITE_OFF, facts=("location",)),
)

BY_NAME: dict[str, Step] = {step.name: step for step in LIFECYCLE}

# A device enters the ledger by one of these, from nowhere.
ENTRANCES: dict[str, Status] = {"declare": Status.DECLARED, "register_found": Status.RECEIVED}


def step_named(name: str) -> Step:
    """The row called `name`. Refuses (StepRefused) a name the law does not know."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise StepRefused(_("There is no step called '%(step)s'."), step=name) from None


def steps_from(status: str) -> tuple[Step, ...]:
    """Every lawful step from this status, in the table's order."""
    return tuple(step for step in LIFECYCLE if Status(status) in step.origin)


def lawful(name: str, status: str) -> bool:
    """Whether the step called `name` may be taken from `status`, guards and actor apart."""
    return name in BY_NAME and Status(status) in BY_NAME[name].origin


M = MediumState

# name -> (from, to). What may happen to the proof of one storage medium.
MEDIUM_LAW: dict[str, tuple[frozenset[MediumState], MediumState]] = {
    "sanitise": (frozenset({M.PENDING, M.FAILED, M.SANITISED, M.REMOVED}), M.SANITISED),
    "sanitise_verified": (frozenset({M.PENDING, M.FAILED, M.SANITISED, M.REMOVED}), M.VERIFIED),
    "verify": (frozenset({M.SANITISED}), M.VERIFIED),
    "validate": (frozenset({M.VERIFIED}), M.VALIDATED),
    "fail": (frozenset({M.PENDING, M.FAILED, M.SANITISED, M.VERIFIED, M.VALIDATED, M.REMOVED}), M.FAILED),
    "remove": (frozenset({M.PENDING, M.FAILED, M.SANITISED, M.VERIFIED}), M.REMOVED),
    "destroy": (
        frozenset({M.PENDING, M.FAILED, M.SANITISED, M.VERIFIED, M.VALIDATED, M.REMOVED}),
        M.DESTROYED,
    ),
    "doubt": (frozenset({M.VALIDATED, M.VERIFIED, M.SANITISED, M.FAILED, M.PENDING}), M.PENDING),
    "refit": (frozenset({M.REMOVED}), M.PENDING),
}


def medium_target(act: str, state: str) -> MediumState:
    """The state an act leads to. Refuses (StepRefused) an act the medium's state does not allow."""
    origin, target = MEDIUM_LAW[act]
    if MediumState(state) not in origin:
        raise StepRefused(
            _("A storage medium that is '%(state)s' cannot be changed this way."),
            state=MediumState(state).label,
            act=act,
        )
    return target
