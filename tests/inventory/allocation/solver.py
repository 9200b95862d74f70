"""The same round by OR-tools' min-cost flow, where cost is the rank of the turn: an exact second opinion."""

from __future__ import annotations

from ortools.graph.python import min_cost_flow

from inventory.allocation.ladder.engine import Keys, claims_of
from inventory.allocation.ladder.files import Round


def counts_by_flow(found: Round) -> dict[str, int]:
    """Devices by association: as many as can be served and, among those, the earliest turns. No lots."""
    claims = claims_of(found, frozenset())
    caps = {pin.association: pin.at_most for pin in found.pins}
    keys = Keys(found)
    rungs = []
    for number, claim in enumerate(claims):
        cap = caps.get(claim.association)
        most = claim.want if cap is None else min(claim.want, cap)
        rungs += [(keys.of(claim, more), number) for more in range(most)]
    rungs.sort()
    flow = min_cost_flow.SimpleMinCostFlow()
    source, sink = 0, 1
    of_claim = {number: 2 + number for number in range(len(claims))}
    first_line = 2 + len(claims)
    first_group = first_line + len(found.lines)
    # Merge a claim's rungs into one arc each: their costs rise, so that the cheapest are used first.
    arcs = [
        (flow.add_arc_with_capacity_and_unit_cost(source, of_claim[number], 1, rank), number)
        for rank, (_key, number) in enumerate(rungs)
    ]
    for number, claim in enumerate(claims):
        for place in claim.lines:
            line = found.lines[place]
            flow.add_arc_with_capacity_and_unit_cost(of_claim[number], first_line + place, line.quantity, 0)
    number_of = {group.id: place for place, group in enumerate(found.groups)}
    for place, line in enumerate(found.lines):
        for name in set(line.accepts):
            flow.add_arc_with_capacity_and_unit_cost(
                first_line + place, first_group + number_of[name], line.quantity, 0
            )
    for place, group in enumerate(found.groups):
        flow.add_arc_with_capacity_and_unit_cost(first_group + place, sink, group.units, 0)
    everything = min(len(rungs), sum(group.units for group in found.groups))
    flow.set_node_supply(source, everything)
    flow.set_node_supply(sink, -everything)
    status = flow.solve_max_flow_with_min_cost()
    assert status == flow.OPTIMAL, status
    counts = {one.id: 0 for one in found.associations}
    for arc, number in arcs:
        counts[claims[number].association] += flow.flow(arc)
    return counts
