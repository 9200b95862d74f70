"""Why a line got what it got, from a closed list of reasons; where the stock ran out; who is next for which group."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from inventory.allocation.ladder.engine import Claim, Sharing, bits
from inventory.allocation.ladder.files import Round
from inventory.allocation.ladder.keys import Key
from inventory.allocation.ladder.lots import share_with_lots

# Places of a queue that are told; further ones change with every request.
MOST_PLACES = 5
# Before every turn.
NEVER: Key = (-2, 0, 0, 0)


class Reason(StrEnum):
    """Why a line got no more (allocation §2.6): nothing else is ever said."""

    MET = "met"
    CAP = "cap"
    NONE_COMPATIBLE = "none_compatible"
    EARLIER_TURNS = "earlier_turns"
    LOT_INCOMPLETE = "lot_incomplete"


def reasons(found: Round, outcome: Sharing, withdrawn: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By line: `got`, `reason`, and where it stopped `next_turn` and `cut_off` (turn numbers as the round counts them).

    `cut_off` is the last turn that was honoured with anything this line could have used or had freed.
    """
    caps = {pin.association: pin.at_most for pin in found.pins}
    counts = outcome.counts()
    units = {group.id: group.units for group in found.groups}
    stopped = {id(claim): key for claim, key in outcome.blocked}
    holders = _Holders(found, outcome)
    told: dict[str, dict[str, Any]] = {}
    for claim in outcome.claims:
        for place in claim.lines:
            line = found.lines[place]
            got = outcome.filled(place)
            said: dict[str, Any] = {"got": got}
            cap = caps.get(line.association)
            if got >= line.quantity:
                said["reason"] = Reason.MET
            elif not any(units[name] for name in line.accepts):
                said["reason"] = Reason.NONE_COMPATIBLE
            elif cap is not None and counts[line.association] >= cap:
                said["reason"] = Reason.CAP
            else:
                said["reason"] = Reason.EARLIER_TURNS
                key = stopped.get(id(claim))
                said["next_turn"] = key[1] if key else None
                last = holders.last_turn(place)
                said["cut_off"] = last[1] if last else None
            told[line.id] = said
    for name in withdrawn:
        told[name] = {"got": 0, "reason": Reason.LOT_INCOMPLETE}
    return told


def next_in_line(found: Round, outcome: Sharing) -> list[dict[str, str]]:
    """For each group that somebody still wants: who gets its next device."""
    holders = _Holders(found, outcome)
    waiting = sorted(outcome.blocked, key=lambda one: one[1])
    told = []
    for place, group in sorted(enumerate(found.groups), key=lambda one: one[1].id):
        reaching = holders.reaching(place)
        following = next((claim for claim, _key in waiting if holders.starts(claim) & reaching), None)
        if following is not None:
            told.append({"group": group.id, "next": following.association})
    return told


def queue(found: Round, group: str, most: int = MOST_PLACES) -> list[str]:
    """Who would get the next devices of a group, one name a device, each found by sharing the round out again.

    By monotony (allocation §2.2) each further device goes to one more association and takes from nobody. Shorter than
    `most` where nobody can use another one.
    """
    names: list[str] = []
    before = share_with_lots(found)[0].counts()
    for more in range(1, most + 1):
        groups = tuple(
            one.model_copy(update={"units": one.units + more}) if one.id == group else one for one in found.groups
        )
        after = share_with_lots(found.model_copy(update={"groups": groups}))[0].counts()
        gained = [name for name, units in after.items() if units > before.get(name, 0)]
        if not gained:
            break
        names += gained[:1]
        before = after
    return names


def points_needed(found: Round, association: str, most: int = 200) -> int | None:
    """The least points with which the association would have received one device more; None when `most` do not do."""
    now = share_with_lots(found)[0].counts().get(association, 0)
    points = next(one.points for one in found.associations if one.id == association)
    low, high = points, points + most
    if _with_points(found, association, high) <= now:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _with_points(found, association, middle) > now:
            high = middle
        else:
            low = middle
    return high


def had_you_accepted(found: Round, line: str, groups: Sequence[str]) -> int:
    """How many devices the line's association would have received had the line accepted these groups too."""
    lines = tuple(
        one.model_copy(update={"accepts": (*one.accepts, *groups)}) if one.id == line else one for one in found.lines
    )
    association = next(one.association for one in found.lines if one.id == line)
    outcome, _withdrawn = share_with_lots(found.model_copy(update={"lines": lines}))
    return outcome.counts().get(association, 0)


def _with_points(found: Round, association: str, points: int) -> int:
    people = tuple(
        one.model_copy(update={"points": points}) if one.id == association else one for one in found.associations
    )
    outcome, _withdrawn = share_with_lots(found.model_copy(update={"associations": people}))
    return outcome.counts().get(association, 0)


class _Holders:
    """Who holds what at the end, and from where it could still be freed: the residual graph of the plan, as bits."""

    def __init__(self, found: Round, outcome: Sharing) -> None:
        self.found, self.outcome = found, outcome
        number = {group.id: place for place, group in enumerate(found.groups)}
        self.masks = [sum(1 << number[name] for name in set(line.accepts)) for line in found.lines]
        last = {(turn.association, turn.rung): turn.key for turn in outcome.turns}
        size = len(found.groups)
        # By group: where units held there could go, and the last turn honoured with one of them.
        self.out, self.last = [0] * size, [NEVER] * size
        for claim in outcome.claims:
            spare = self.starts(claim)
            key = last.get((claim.association, claim.offset + claim.got), NEVER)
            for place in claim.lines:
                for group in outcome.plan[place]:
                    self.out[group] |= self.masks[place] | spare
                    self.last[group] = max(self.last[group], key)
        self.into = [sum(1 << n for n in range(size) if self.out[n] >> place & 1) for place in range(size)]
        self._last_of: dict[int, Key] = {}

    def starts(self, claim: Claim) -> int:
        """Groups that a further unit of this claim may take."""
        mask = 0
        for place in claim.lines:
            if self.outcome.filled(place) < self.found.lines[place].quantity:
                mask |= self.masks[place]
        return mask

    def reaching(self, group: int) -> int:
        """Groups from which a chain of exchanges ends at this one: a further device here serves whoever takes them."""
        return _closure(1 << group, self.into)

    def last_turn(self, place: int) -> Key | None:
        """The last turn honoured with anything this line could use, or could have freed."""
        mask = self.masks[place]
        if mask not in self._last_of:
            reached = _closure(mask, self.out)
            self._last_of[mask] = max((self.last[group] for group in bits(reached)), default=NEVER)
        found = self._last_of[mask]
        return None if found == NEVER else found


def _closure(start: int, edges: Sequence[int]) -> int:
    seen = waiting = start
    while waiting:
        fresh = 0
        for group in bits(waiting):
            fresh |= edges[group]
        waiting = fresh & ~seen
        seen |= waiting
    return seen
