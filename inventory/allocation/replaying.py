"""What if: a past round under another policy, other draws, other points; nothing of it is stored or decided."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db.models import Max
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from inventory.allocation.ladder.files import Policy, Round, read_round
from inventory.allocation.ladder.lots import share_with_lots
from inventory.allocation.pools import points
from inventory.allocation.round_models import FrozenPool, PointsPolicy
from inventory.associations.models import Request
from inventory.documents.commands import read_file
from inventory.documents.queries import file_with
from inventory.errors import NotFound

# How often a round is shared out again to see what depends on the draw, and on the points (allocation §4).
SEEDS: Final = 20
SEEDS_OF_A_LARGE_ROUND: Final = 5
LARGE: Final = 10_000  # devices
# By how much everybody's points are shaken, at random.
SHAKEN: Final = 0.2


@dataclass(frozen=True, slots=True)
class Replay:
    """A round as it was and as it would have been; `changes` are association, before, after, where they differ."""

    before: int
    after: int
    changes: tuple[tuple[str, int, int], ...]

    @property
    def moved(self) -> int:
        """Devices that would have gone to somebody else."""
        return sum(max(0, before - after) for _name, before, after in self.changes)


@dataclass(frozen=True, slots=True)
class Influence:
    """How much the outcome depends on chance or on the bands: over `runs` sharings of the same round.

    `changed`: associations whose number differs in any run; `most`: the largest difference, in devices; `moved`: share
    of the devices that go to somebody else, on average; `associations`: how many take part.
    """

    runs: int
    changed: int
    most: int
    moved: float
    associations: int

    @property
    def percent(self) -> str:
        """The share moved, in points of a hundred."""
        return formats.number_format(round(100 * self.moved, 1), 1)


def replayed(
    frozen: FrozenPool,
    *,
    version: str = "",
    delta: tuple[int, int] | None = None,
    floor: int | None = None,
    pins: bool = True,
) -> Replay:
    """The pool under the points of another version, another knob, another floor, or without its pins.

    Points follow from the people each association said it reaches, as at the freeze. Refuses NotFound (version).
    """
    found = round_of(frozen)
    changed = found
    if version:
        changed = _with_points(changed, _version(version))
    policy = changed.policy.model_dump()
    if delta is not None:
        policy["delta"] = delta
    if floor is not None:
        policy["floor"] = floor
    changed = changed.model_copy(update={"policy": Policy(**policy), **({} if pins else {"pins": ()})})
    before, after = share_with_lots(found)[0].counts(), share_with_lots(changed)[0].counts()
    names = sorted({*before, *after})
    moved = tuple((name, before.get(name, 0), after.get(name, 0)) for name in names)
    return Replay(sum(before.values()), sum(after.values()), tuple(one for one in moved if one[1] != one[2]))


def draw_influence(frozen: FrozenPool) -> Influence:
    """What depends on the draw: the same round with other tickets, always the same ones."""
    assert frozen.round_file is not None  # drawn  # noqa: S101
    return _reseeded(frozen.round_file.sha256)


def points_influence(frozen: FrozenPool) -> Influence:
    """What depends on the bands: the same round with everybody's points up to a fifth higher or lower, at random."""
    assert frozen.round_file is not None  # drawn  # noqa: S101
    return _shaken(frozen.round_file.sha256)


def round_of(frozen: FrozenPool) -> Round:
    """The round file of a drawn pool. Refuses NotFound: it is not drawn yet."""
    if frozen.round_file is None:
        raise NotFound(_("This pool is not drawn yet."))
    return read_round(read_file(frozen.round_file))


@lru_cache(maxsize=64)
def _reseeded(sha256: str) -> Influence:
    found = read_round(read_file(file_with(sha256)))
    return _influence(found, [found.model_copy(update={"seed": f"{found.seed}|{run}"}) for run in range(_runs(found))])


@lru_cache(maxsize=64)
def _shaken(sha256: str) -> Influence:
    found = read_round(read_file(file_with(sha256)))
    chance = random.Random(sha256)  # noqa: S311  # the same shake every time, no secret
    rounds = []
    for _run in range(_runs(found)):
        people = tuple(
            one.model_copy(update={"points": max(1, round(one.points * (1 + chance.uniform(-SHAKEN, SHAKEN)) * 100))})
            for one in found.associations
        )
        rounds.append(found.model_copy(update={"associations": people}))
    # A hundredfold, so that a fifth of four points is no rounding; only ratios of points count.
    fine = tuple(one.model_copy(update={"points": one.points * 100}) for one in found.associations)
    return _influence(found.model_copy(update={"associations": fine}), rounds)


def _influence(found: Round, others: list[Round]) -> Influence:
    before = share_with_lots(found)[0].counts()
    changed: set[str] = set()
    most, moved = 0, 0
    for other in others:
        after = share_with_lots(other)[0].counts()
        for name in {*before, *after}:
            difference = after.get(name, 0) - before.get(name, 0)
            if difference:
                changed.add(name)
                most = max(most, abs(difference))
                moved += max(0, -difference)
    given = sum(before.values()) * len(others)
    return Influence(len(others), len(changed), most, moved / given if given else 0.0, len(found.associations))


def _runs(found: Round) -> int:
    return SEEDS if sum(group.units for group in found.groups) <= LARGE else SEEDS_OF_A_LARGE_ROUND


def _version(version: str) -> PointsPolicy:
    known = PointsPolicy.objects.filter(version=version).first()
    if known is None:
        raise NotFound(_("There is no such version of the points."))
    return known


def _with_points(found: Round, policy: PointsPolicy) -> Round:
    requests = {line.id.rsplit("/", 1)[0]: line.association for line in found.lines}
    people: dict[str, int] = {}
    served = Request.objects.filter(reference__in=requests).values_list("reference").annotate(Max("people_served"))
    for reference, count in served.order_by("reference"):
        sharer = requests[reference]
        people[sharer] = max(people.get(sharer, 0), count or 0)
    associations = tuple(
        one.model_copy(update={"points": points(policy, people.get(one.id))}) for one in found.associations
    )
    rule = Policy(version=policy.version, delta=(policy.delta_numerator, policy.delta_denominator), floor=policy.floor)
    return found.model_copy(update={"associations": associations, "policy": rule})
