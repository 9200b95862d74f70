"""Why each line of a request got what it got: facts from the frozen round, told from a closed list of sentences.

Every fact is found by sharing the very round out again, so a rerun proves it (allocation §2.6); nothing is stored. What
was found for a file of some fingerprint never changes, so it is kept in memory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.allocation.ladder.engine import Sharing
from inventory.allocation.ladder.explaining import Reason, had_you_accepted, points_needed, queue
from inventory.allocation.ladder.files import Line, Round, read_round
from inventory.allocation.ladder.lots import share_with_lots
from inventory.allocation.outcomes import sentence
from inventory.allocation.pins import PIN_REASONS, cost_of_pins
from inventory.allocation.round_models import FrozenPool, Pin
from inventory.associations.models import Request
from inventory.devices.categories import CATEGORIES
from inventory.documents.commands import read_file
from inventory.documents.queries import file_with

# Queue places are found by sharing out again, once a place and group: told only where that is a matter of seconds.
MOST_UNITS: Final = 5_000
MOST_GROUPS: Final = 60


class Would(StrEnum):
    """What would have changed the outcome: nothing else is ever said."""

    LESS_MEMORY = "less_memory"
    OTHER_KIND = "other_kind"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class HadYou:
    """Had the line accepted this, its association would have received `units` of the pool instead of `now`."""

    would: Would
    # Megabytes of memory, or a category; empty for fewer.
    value: str
    now: int
    units: int

    @property
    def said(self) -> str:
        """The sentence, in the reader's language."""
        facts = {"units": self.units, "now": self.now}
        if self.would is Would.LESS_MEMORY:
            words = _("Had you accepted %(gb)s GB of memory, you would have received %(units)s instead of %(now)s.")
            return words % {**facts, "gb": int(self.value) // 1024}
        if self.would is Would.OTHER_KIND:
            words = _("Had you also accepted “%(kind)s”, you would have received %(units)s instead of %(now)s.")
            return words % {**facts, "kind": CATEGORIES[self.value]}
        return _("Had you accepted fewer than all, you would have received %(units)s instead of %(now)s.") % facts


@dataclass(frozen=True, slots=True)
class LineWhy:
    """One line of a request in one round."""

    position: int
    category: str
    asked: int
    got: int
    reason: Reason
    frozen: FrozenPool
    # As the result file has it.
    told: dict[str, Any]
    points: int
    history: int
    # Devices refused without a reason that holds, which counted as half a device each.
    refused: int = 0
    # How many further devices until one is this association's; None when not among the first, or nothing is missing.
    place: int | None = None
    # Devices that pins for others took from this association in the pool.
    paid: int = 0
    # The public reasons of those pins, as codes of `PIN_REASONS`.
    paid_for: tuple[str, ...] = ()
    # The public reason of a pin for this very association, empty when there is none.
    pinned: str = ""
    needed: int | None = None
    had_you: list[HadYou] = field(default_factory=list)

    @property
    def kind(self) -> Any:
        """The kind of device."""
        return CATEGORIES[self.category]

    @property
    def sentences(self) -> list[str]:
        """The whole explanation in the reader's language, result first."""
        told = [sentence(self.told)]
        if self.pinned:
            told.append(_("The decision about you says: “%(words)s”") % {"words": self.pinned})
        if self.reason is not Reason.MET:
            told.append(
                _("You have %(points)s points and received %(history)s devices of this pool in the last twelve months.")
                % {"points": self.points, "history": self.history}
            )
            if self.refused:
                told.append(
                    ngettext(
                        "To these was added half a device: in this round only, for %(count)s that was refused without "
                        "a reason that holds.",
                        "To these was added half a device for each of %(count)s that were refused without a reason "
                        "that holds: in this round only.",
                        self.refused,
                    )
                    % {"count": self.refused}
                )
        if self.place is not None:
            told.append(_("You are number %(place)s in line for the next device that fits.") % {"place": self.place})
        if self.paid:
            told.append(
                ngettext(
                    "A published decision in favour of another association took %(count)s device from you.",
                    "A published decision in favour of another association took %(count)s devices from you.",
                    self.paid,
                )
                % {"count": self.paid}
            )
            reasons = get_text_list([f"“{PIN_REASONS[code]}”" for code in self.paid_for], _("and"))
            told.append(_("Its reason: %(reasons)s. The public report of the round says more.") % {"reasons": reasons})
        if self.needed is not None:
            told.append(_("With %(points)s points you would have received one more.") % {"points": self.needed})
        return [*told, *(one.said for one in self.had_you)]


def explained(request: Request, *, what_if: bool) -> list[LineWhy]:
    """Every line of a request that was shared out, by the latest round; `what_if` adds what would have changed it.

    With `what_if` some sharings are run again for each line.
    """
    lines = {f"{request.reference}/{line.position}": line for line in request.lines.all()}
    found: dict[int, LineWhy] = {}
    drawn = FrozenPool.objects.filter(result__isnull=False).order_by("drawn_at")
    for frozen in drawn.select_related("result", "round", "round_file"):
        told = told_lines(frozen)
        for name, line in lines.items():
            if name in told:
                found[line.position] = why(frozen, told[name], line.category, what_if=what_if)
    return [found[position] for position in sorted(found)]


def why(frozen: FrozenPool, told: dict[str, Any], category: str, *, what_if: bool) -> LineWhy:
    """The explanation of one line of a drawn pool, from the line of its result."""
    assert frozen.round_file is not None  # drawn  # noqa: S101
    sha256 = frozen.round_file.sha256
    people = _people(sha256)[told["association"]]
    reason = Reason(told["reason"])
    short = reason in {Reason.EARLIER_TURNS, Reason.LOT_INCOMPLETE}
    own = any(pin.association == told["association"] for pin in _round(sha256).pins)
    paid = max(0, -cost_of_pins(frozen).get(told["association"], 0)) if reason is not Reason.MET and not own else 0
    more: dict[str, Any] = {}
    if what_if and reason is not Reason.MET:
        more = {"had_you": list(_had_you(sha256, told["line"]))}
        if reason is Reason.EARLIER_TURNS:
            more["needed"] = _needed(sha256, told["association"])
    return LineWhy(
        position=int(told["line"].rsplit("/", 1)[1]),
        category=category,
        asked=told["asked"],
        got=told["got"],
        reason=reason,
        frozen=frozen,
        told=told,
        points=people[0],
        history=people[1],
        refused=people[2],
        place=_place(sha256, told["line"]) if short else None,
        paid=paid,
        paid_for=_paid_for(sha256, told["association"]) if paid else (),
        pinned=_words(frozen, told["association"]) if own else "",
        **more,
    )


def told_lines(frozen: FrozenPool) -> dict[str, dict[str, Any]]:
    """The lines of a drawn pool's result, by id."""
    assert frozen.result is not None  # drawn  # noqa: S101
    return _told(frozen.result.sha256)


def queues(frozen: FrozenPool) -> dict[str, list[str]]:
    """For each group whose next devices are wanted: codes of who gets them, in their order; empty for a huge round."""
    assert frozen.round_file is not None  # drawn  # noqa: S101
    return _queues(frozen.round_file.sha256)


def relaxed(found: Round, line: Line) -> list[tuple[Would, str, tuple[str, ...]]]:
    """What a line could have accepted beyond what it did: one step of memory less, or another kind of the pool."""
    groups = [(*_parts(group.id), group.id) for group in found.groups]
    kinds = {_parts(name)[0] for name in line.accepts}
    steps = []
    if len(kinds) == 1:
        (own,) = kinds
        floor = min(_parts(name)[1] for name in line.accepts)
        below = [memory for kind, memory, _name in groups if kind == own and memory < floor]
        if below:
            step = max(below)
            names = tuple(name for kind, memory, name in groups if kind == own and step <= memory < floor)
            steps.append((Would.LESS_MEMORY, str(step), names))
    for other in sorted({kind for kind, _memory, _name in groups} - kinds):
        names = tuple(name for kind, _memory, name in groups if kind == other)
        steps.append((Would.OTHER_KIND, other, names))
    return steps


def _parts(group: str) -> tuple[str, int]:
    kind, memory, _grade = f"{group}--".split("-")[:3]
    return kind, int(memory) if memory.isdecimal() else 0


@lru_cache(maxsize=16)
def _round(sha256: str) -> Round:
    return read_round(read_file(file_with(sha256)))


@lru_cache(maxsize=16)
def _shared(sha256: str) -> tuple[Sharing, dict[str, int]]:
    outcome, _withdrawn = share_with_lots(_round(sha256))
    return outcome, outcome.counts()


@lru_cache(maxsize=16)
def _told(sha256: str) -> dict[str, dict[str, Any]]:
    return {one["line"]: one for one in json.loads(read_file(file_with(sha256)))["lines"]}


@lru_cache(maxsize=16)
def _people(sha256: str) -> dict[str, tuple[int, int, int]]:
    return {one.id: (one.points, one.history, one.refused) for one in _round(sha256).associations}


@lru_cache(maxsize=16)
def _queues(sha256: str) -> dict[str, list[str]]:
    found = _round(sha256)
    if sum(group.units for group in found.groups) > MOST_UNITS or len(found.groups) > MOST_GROUPS:
        return {}
    told = {group.id: queue(found, group.id) for group in found.groups}
    return {name: names for name, names in told.items() if names}


def _paid_for(sha256: str, sharer: str) -> tuple[str, ...]:
    """Why others come first by a pin: the reasons of the round file, without saying for whom."""
    pins = _round(sha256).pins
    return tuple(sorted({pin.reason for pin in pins if pin.association != sharer and pin.at_least}))


def _words(frozen: FrozenPool, sharer: str) -> str:
    standing = Pin.objects.filter(round=frozen.round, pool=frozen.pool, withdrawn_at__isnull=True)
    pins = standing.select_related("association__cluster")
    return next((pin.words for pin in pins if pin.association.shares_as == sharer), "")


def _place(sha256: str, line: str) -> int | None:
    asked = next(one for one in _round(sha256).lines if one.id == line)
    places = [
        names.index(asked.association) + 1
        for group, names in _queues(sha256).items()
        if group in asked.accepts and asked.association in names
    ]
    return min(places, default=None)


@lru_cache(maxsize=4096)
def _needed(sha256: str, association: str) -> int | None:
    return points_needed(_round(sha256), association)


@lru_cache(maxsize=4096)
def _had_you(sha256: str, line: str) -> tuple[HadYou, ...]:
    found = _round(sha256)
    asked = next(one for one in found.lines if one.id == line)
    now = _shared(sha256)[1].get(asked.association, 0)
    told = [
        HadYou(would, value, now, had_you_accepted(found, line, names)) for would, value, names in relaxed(found, asked)
    ]
    if asked.is_lot:
        told.append(HadYou(Would.FEWER, "", now, _as_part(found, asked)))
    return tuple(one for one in told if one.units > one.now)


def _as_part(found: Round, asked: Line) -> int:
    lines = tuple(one.model_copy(update={"least": 1}) if one.id == asked.id else one for one in found.lines)
    return share_with_lots(found.model_copy(update={"lines": lines}))[0].counts().get(asked.association, 0)
