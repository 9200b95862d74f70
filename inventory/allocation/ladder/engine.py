"""Shares the devices out in the order of turns, exchanging plans so that nobody is refused what could have been freed.

Allocation §2.2: the greedy over an integer polymatroid. The counts are unique: any right program gives the same ones.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inventory.allocation.ladder.files import Group, Line, Round
from inventory.allocation.ladder.keys import Key, ticket, turn_key


@dataclass(slots=True)
class Claim:
    """What an association asks for with one ladder of turns: a lot by itself, or all its other lines together."""

    association: str
    lines: list[int]
    # Rungs of the association that come before this claim's first one.
    offset: int
    want: int
    got: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A device that was granted: to whom, as which of its devices, and with which key."""

    association: str
    rung: int
    key: Key


@dataclass(slots=True)
class Sharing:
    """The outcome of one run: who gets how many, which line from which group, and in which order it went."""

    claims: list[Claim]
    # line → group → units
    plan: list[dict[int, int]]
    free: list[int]
    turns: list[Turn] = field(default_factory=list)
    # Claims that were refused, with the key that nothing could be freed for.
    blocked: list[tuple[Claim, Key]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Devices by association."""
        found: dict[str, int] = {}
        for claim in self.claims:
            found[claim.association] = found.get(claim.association, 0) + claim.got
        return found

    def filled(self, line: int) -> int:
        """Devices planned for a line."""
        return sum(self.plan[line].values())


def share(found: Round, without: frozenset[str] = frozenset()) -> Sharing:
    """Share a round out, leaving aside the lines `without` (lots that were withdrawn)."""
    return _Engine(found, without).run()


def claims_of(found: Round, without: frozenset[str]) -> list[Claim]:
    """The claims of a round: each association's lots one by one in the order of their ids, then all its other lines."""
    by_association: dict[str, list[int]] = {one.id: [] for one in found.associations}
    for place, line in sorted(enumerate(found.lines), key=lambda one: one[1].id):
        if line.id not in without:
            by_association[line.association].append(place)
    claims = []
    for name, places in sorted(by_association.items()):
        offset = 0
        others = [place for place in places if not found.lines[place].is_lot]
        for lines in [*([place] for place in places if found.lines[place].is_lot), others]:
            want = sum(found.lines[place].quantity for place in lines)
            if want:
                claims.append(Claim(name, lines, offset, want))
                offset += want
    return claims


class _Engine:
    """The state of one run. Groups are bits of an integer; a node is a set of lines that are alike to an exchange."""

    def __init__(self, found: Round, without: frozenset[str]) -> None:
        self.found = found
        self.claims = claims_of(found, without)
        self.order = _order(found.groups, found.lines)
        self.bit = {found.groups[place].id: number for number, place in enumerate(self.order)}
        self.stock = [found.groups[place].units for place in self.order]
        self.masks = [sum(1 << self.bit[name] for name in set(line.accepts)) for line in found.lines]
        self.free = sum(1 << number for number, units in enumerate(self.stock) if units)
        self.closed = 0
        self.used = [0] * len(found.lines)
        # Lines of claims with one line and the same groups are one node; a line with sisters is a node by itself.
        self.node_of: list[int] = [0] * len(found.lines)
        self.node_mask: list[int] = []
        self.node_claim: list[Claim | None] = []
        self._lay_nodes()
        # group → node → units planned
        self.holders: list[dict[int, int]] = [{} for _ in self.stock]

    def _lay_nodes(self) -> None:
        shared: dict[int, int] = {}
        for claim in self.claims:
            for place in claim.lines:
                mask = self.masks[place]
                if len(claim.lines) == 1 and mask in shared:
                    self.node_of[place] = shared[mask]
                    continue
                self.node_of[place] = len(self.node_mask)
                if len(claim.lines) == 1:
                    shared[mask] = len(self.node_mask)
                self.node_mask.append(mask)
                self.node_claim.append(claim if len(claim.lines) > 1 else None)

    def run(self) -> Sharing:
        """Grant devices turn by turn until nobody can be granted one more."""
        outcome = Sharing(self.claims, [], [])
        keys, caps = Keys(self.found), {pin.association: pin.at_most for pin in self.found.pins}
        given: dict[str, int] = {}
        heap = [(keys.of(claim), place) for place, claim in enumerate(self.claims) if caps.get(claim.association) != 0]
        heapq.heapify(heap)
        while heap:
            key, place = heap[0]
            claim = self.claims[place]
            cap = caps.get(claim.association)
            if cap is not None and given.get(claim.association, 0) >= cap:
                heapq.heappop(heap)
                continue
            if not self._grant(claim):
                heapq.heappop(heap)
                outcome.blocked.append((claim, key))
                continue
            outcome.turns.append(Turn(claim.association, claim.offset + claim.got + 1, key))
            claim.got += 1
            given[claim.association] = given.get(claim.association, 0) + 1
            if claim.got < claim.want:
                heapq.heapreplace(heap, (keys.of(claim), place))
            else:
                heapq.heappop(heap)
        outcome.plan = self._plan_of_lines()
        outcome.free = [0] * len(self.stock)
        for number, place in enumerate(self.order):
            outcome.free[place] = self.stock[number]
        return outcome

    def _grant(self, claim: Claim) -> bool:
        """Give a claim one more device, shifting plans if need be. False closes every group it could reach."""
        start = 0
        for place in claim.lines:
            if self.used[place] < self.found.lines[place].quantity:
                start |= self.masks[place]
        start &= ~self.closed
        if not start:
            return False
        hit = start & self.free
        if hit:
            self._take(claim, _lowest(hit))
            return True
        if not self.free:
            self.closed |= start
            return False
        return self._exchange(claim, start)

    def _exchange(self, claim: Claim, start: int) -> bool:
        seen = start
        came: dict[int, tuple[int, int]] = {}
        queue = deque(bits(start))
        visited: set[int] = set()
        free, masks, closed = self.free, self.node_mask, ~self.closed
        while queue:
            group = queue.popleft()
            for node in self.holders[group]:
                if node in visited:
                    continue
                visited.add(node)
                reached = masks[node]
                if self.node_claim[node] is not None:
                    reached |= self._sisters(node)
                fresh = reached & closed & ~seen
                if not fresh:
                    continue
                seen |= fresh
                for number in bits(fresh):
                    came[number] = (group, node)
                hit = fresh & free
                if hit:
                    self._shift(claim, _lowest(hit), came)
                    return True
                queue.extend(bits(fresh))
        self.closed |= seen
        return False

    def _sisters(self, node: int) -> int:
        claim = self.node_claim[node]
        assert claim is not None  # only nodes with sisters come here  # noqa: S101
        reached = 0
        for place in claim.lines:
            if self.used[place] < self.found.lines[place].quantity:
                reached |= self.masks[place]
        return reached

    def _shift(self, claim: Claim, group: int, came: Mapping[int, tuple[int, int]]) -> None:
        """Move one planned unit along each step of the path, from its free end to the claim."""
        self._draw(group)
        while group in came:
            before, node = came[group]
            self._move(node, before, group)
            group = before
        self._plan(claim, group)

    def _move(self, node: int, before: int, after: int) -> None:
        """One unit of this node goes from one group to another; a line with sisters may hand it to a sister."""
        _less(self.holders[before], node)
        if self.node_mask[node] >> after & 1:
            self.holders[after][node] = self.holders[after].get(node, 0) + 1
            return
        claim = self.node_claim[node]
        assert claim is not None  # only a sister accepts what the line does not  # noqa: S101
        place = next(one for one in claim.lines if self.node_of[one] == node)
        sister = next(
            one
            for one in claim.lines
            if self.masks[one] >> after & 1 and self.used[one] < self.found.lines[one].quantity
        )
        self.used[place] -= 1
        self.used[sister] += 1
        held = self.holders[after]
        held[self.node_of[sister]] = held.get(self.node_of[sister], 0) + 1

    def _take(self, claim: Claim, group: int) -> None:
        self._draw(group)
        self._plan(claim, group)

    def _draw(self, group: int) -> None:
        self.stock[group] -= 1
        if not self.stock[group]:
            self.free &= ~(1 << group)

    def _plan(self, claim: Claim, group: int) -> None:
        place = next(
            one
            for one in claim.lines
            if self.masks[one] >> group & 1 and self.used[one] < self.found.lines[one].quantity
        )
        self.used[place] += 1
        node = self.node_of[place]
        self.holders[group][node] = self.holders[group].get(node, 0) + 1

    def _plan_of_lines(self) -> list[dict[int, int]]:
        """Which line gets how many from which group; among lines that are alike, in the order of their ids."""
        plan: list[dict[int, int]] = [{} for _ in self.found.lines]
        waiting: dict[int, list[int]] = {}
        for claim in self.claims:
            for place in claim.lines:
                waiting.setdefault(self.node_of[place], []).append(place)
        room = list(self.used)
        for number, held in enumerate(self.holders):
            group = self.order[number]
            for node, units in sorted(held.items()):
                for place in sorted(waiting[node], key=lambda one: self.found.lines[one].id):
                    part = min(units, room[place])
                    if part:
                        plan[place][group] = plan[place].get(group, 0) + part
                        room[place] -= part
                        units -= part
        return plan


class Keys:
    """The key of a claim's next device, its ticket drawn once."""

    def __init__(self, found: Round) -> None:
        self.policy = found.policy
        self.people = {one.id: one for one in found.associations}
        self.tickets = {one.id: ticket(found.seed, one.id) for one in found.associations}
        self.pins = {pin.association: pin.at_least for pin in found.pins}

    def of(self, claim: Claim, more: int = 0) -> Key:
        """The key of the claim's next device, or of the one `more` devices later."""
        name = claim.association
        rung = claim.offset + claim.got + more + 1
        return turn_key(self.people[name], rung, self.policy, self.tickets[name], self.pins.get(name, 0))


def _order(groups: Sequence[Group], lines: Sequence[Line]) -> list[int]:
    """Places of the groups, those least asked for per unit first: they are given first, which spares exchanges."""
    wanted: dict[str, int] = {}
    for line in lines:
        for name in set(line.accepts):
            wanted[name] = wanted.get(name, 0) + line.quantity

    def pressed(place: int) -> tuple[int, str]:
        group = groups[place]
        return wanted.get(group.id, 0) * 1_000_000 // max(group.units, 1), group.id

    return sorted(range(len(groups)), key=pressed)


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _less(held: dict[int, int], node: int) -> None:
    if held[node] == 1:
        del held[node]
    else:
        held[node] -= 1
