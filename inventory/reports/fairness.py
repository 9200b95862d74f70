"""Figures of fairness: Jain, Gini, and whether a channel falls behind, by permuting channels between associations."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

PERMUTATIONS: Final = 999
# Fewer associations than this are not told apart: they could be recognised.
SMALL: Final = 5
# Behind by less than this counts as parity (non-inferiority, allocation §4).
MARGIN: Final = 0.10
ALARM: Final = 0.05

# Channel → what it is compared with: everything else.
Cells = Mapping[str, Mapping[str, tuple[int, float]]]


def jain(values: Sequence[float]) -> float | None:
    """Jain's index, (Σv)² / (n Σv²): 1 when all are equal, 1/n when one has everything; None for no value."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else None


def gini(values: Sequence[float]) -> float | None:
    """The Gini coefficient: 0 when all are equal, towards 1 when one has everything; None for no value."""
    total, count = sum(values), len(values)
    if not total:
        return None
    ranked = sum(place * value for place, value in enumerate(sorted(values), start=1))
    return 2 * ranked / (count * total) - (count + 1) / count


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a request as parity sees it: who asked by which channel, what is comparable, and the share given."""

    association: str
    channel: str
    # What may be compared: pool, size of the request and points band together; the last alone limits the permutation.
    stratum: str
    band: str
    share: float


@dataclass(frozen=True, slots=True)
class Gap:
    """One channel against all others: the stratified mean difference of the share given, in points of one.

    `low` and `high` bound it (90 % interval, so that `low` is the one-sided 95 % bound); `p` is how often chance alone
    leaves a channel at least as far behind. Without `difference` there are too few to tell.
    """

    channel: str
    associations: int
    share: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None

    @property
    def percent(self) -> dict[str, str]:
        """The figures in points of a hundred, as people read them."""
        told = {"share": self.share, "difference": self.difference, "low": self.low, "high": self.high}
        return {
            name: f"{100 * value:{'.0f' if name == 'share' else '+.0f'}}".replace("-", "−")
            for name, value in told.items()
            if value is not None
        }

    @property
    def behind(self) -> bool:
        """Whether chance alone hardly explains it: somebody has to look."""
        return self.p is not None and self.p < ALARM and (self.difference or 0) < 0

    @property
    def parity(self) -> bool:
        """Whether the channel is shown to be no more than the margin behind."""
        return self.low is not None and self.low > -MARGIN


def gaps(lines: Iterable[Asked], channels: Sequence[str], seed: str) -> list[Gap]:
    """Every channel against all others. The same lines and seed give the same figures.

    Channels are permuted between associations within points bands, 999 times: requests of one association are not
    independent of each other (allocation §4). An association stands under the channel it used most.
    """
    found = list(lines)
    of, bands, cells = _by_association(found)
    shown = _differences(of, cells, channels)
    chance = random.Random(seed)  # noqa: S311  # repeatable, no secret
    null: dict[str, list[float]] = {channel: [] for channel in channels}
    for _run in range(PERMUTATIONS if len(set(of.values())) > 1 else 0):
        shuffled = permuted(of, bands, chance)
        for channel, difference in _differences(shuffled, cells, channels).items():
            if difference is not None:
                null[channel].append(difference)
    return [_gap(channel, of, cells, shown[channel], sorted(null[channel])) for channel in channels]


def _by_association(
    found: list[Asked],
) -> tuple[dict[str, str], dict[str, list[str]], dict[str, dict[str, tuple[int, float]]]]:
    used: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    band: dict[str, str] = {}
    cells: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    for line in found:
        used[line.association][line.channel] += 1
        band[line.association] = max(line.band, band.get(line.association, ""))
        count, total = cells[line.association].get(line.stratum, (0, 0.0))
        cells[line.association][line.stratum] = (count + 1, total + line.share)
    of = {name: max(sorted(counts), key=lambda channel: counts[channel]) for name, counts in sorted(used.items())}
    bands: dict[str, list[str]] = defaultdict(list)
    for name in of:
        bands[band[name]].append(name)
    return of, dict(bands), dict(cells)


def permuted(of: Mapping[str, str], bands: Mapping[str, list[str]], chance: random.Random) -> dict[str, str]:
    shuffled: dict[str, str] = {}
    for names in bands.values():
        labels = [of[name] for name in names]
        chance.shuffle(labels)
        shuffled.update(zip(names, labels, strict=True))
    return shuffled


def _differences(of: Mapping[str, str], cells: Cells, channels: Sequence[str]) -> dict[str, float | None]:
    """Channel → stratified mean difference to all others; None where no stratum holds both."""
    own: dict[str, dict[str, list[float]]] = {channel: {} for channel in channels}
    every: dict[str, list[float]] = {}
    for name, channel in of.items():
        for stratum, (count, total) in cells[name].items():
            for sums in (own[channel].setdefault(stratum, [0.0, 0.0]), every.setdefault(stratum, [0.0, 0.0])):
                sums[0] += count
                sums[1] += total
    told: dict[str, float | None] = {}
    for channel in channels:
        weight, difference = 0.0, 0.0
        for stratum, (mine, gained) in own[channel].items():
            others = every[stratum][0] - mine
            if others:
                difference += mine * (gained / mine - (every[stratum][1] - gained) / others)
                weight += mine
        told[channel] = difference / weight if weight else None
    return told


def _gap(channel: str, of: Mapping[str, str], cells: Cells, difference: float | None, null: list[float]) -> Gap:
    mine = [name for name, label in of.items() if label == channel]
    others = len(of) - len(mine)
    if len(mine) < SMALL or others < SMALL or difference is None or len(null) < PERMUTATIONS // 2:
        return Gap(channel, len(mine), None, None, None, None, None)
    count = sum(cell[0] for name in mine for cell in cells[name].values())
    share = sum(cell[1] for name in mine for cell in cells[name].values()) / count
    low, high = null[int(0.05 * (len(null) - 1))], null[int(0.95 * (len(null) - 1))]
    p = (1 + sum(1 for one in null if one <= difference)) / (1 + len(null))
    return Gap(channel, len(mine), share, difference, difference - high, difference - low, p)
