"""How many are drawn, which, and what their errors say of all: arithmetic that anybody can redo by hand."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.wiping.sampling import draw


@dataclass(frozen=True, slots=True)
class Member:
    """One thing of a population: its key, and its amount in whole units (cents, grams) where it has one."""

    key: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn thing: its place, from 1, what gave it that place (64 hex digits, or the unit hit), and its amount."""

    place: int
    key: str
    rank: str
    amount: int


def sample_size(population: int, confidence: int, tolerable: int) -> int:
    """The smallest sample that, when it shows no error, leaves at most `tolerable` ‰ of errors with `confidence` %.

    Hypergeometric, for a finite population (ISA 530, attribute sampling, no error expected): 95 % and 50 ‰ of 2,000
    need 58, of very many 59. All of them where the population is that small.
    """
    wrong = max(1, population * tolerable // 1000)
    left = 1 - confidence / 100
    chance = 1.0
    for drawn in range(population):
        if chance <= left:
            return drawn
        chance *= max(0, population - wrong - drawn) / (population - drawn)
    return population


def unit_sample_size(amount: int, confidence: int, tolerable: int) -> int:
    """How many units are hit so that, when no error is found, at most `tolerable` ‰ of the amount is wrong.

    Monetary-unit sampling by the Poisson distribution (ISA 530; AICPA Audit Sampling, table C): 95 % and 50 ‰ need 60.
    """
    return min(amount, math.ceil(1000 * poisson_limit(0, confidence) / tolerable))


def interval(amount: int, hits: int) -> int:
    """The step between two units that are hit, in the population's units; what is as large is taken for certain."""
    return max(1, amount // max(1, hits))


def poisson_limit(errors: int, confidence: int) -> float:
    """The largest mean for which finding so few errors is still as likely as 1 − confidence: 3.00 for none at 95 %."""
    left, low, high = 1 - confidence / 100, 0.0, 10.0 * (errors + 1)
    for _halving in range(60):
        middle = (low + high) / 2
        term = total = math.exp(-middle)
        for found in range(1, errors + 1):
            term *= middle / found
            total += term
        low, high = (middle, high) if total > left else (low, middle)
    return high


def most_wrong_amount(amount: int, hits: int, wrong: Sequence[int], confidence: int) -> int:
    """The most units of the whole amount that may be wrong, when these amounts of the sample were, in whole units.

    What was taken for certain counts as it is; of the rest every hit stands for a whole interval (taints of 100 %,
    since a thing here is right or wrong), with the Poisson allowance for what was not hit.
    """
    step = interval(amount, hits)
    certain = sum(one for one in wrong if one >= step)
    projected = step * poisson_limit(sum(one < step for one in wrong), confidence)
    return min(amount, certain + math.ceil(projected))


def by_rank(members: Sequence[Member], seed: str, size: int) -> list[Drawn]:
    """The `size` things whose SHA-256(seed ‖ key) is smallest, in the order of those hashes: as second checks are."""
    amounts = {one.key: one.amount for one in members}
    return [Drawn(one.place, one.code, one.rank_sha256, amounts[one.code]) for one in draw(list(amounts), seed, size)]


def by_amount(members: Sequence[Member], seed: str, size: int) -> list[Drawn]:
    """Monetary-unit sampling: every whole unit has the same chance, so that large amounts are hit for certain.

    The units are numbered along the members in the order of their keys; hit are the start, SHA-256(seed) modulo the
    step, and every step from there, the step being the whole amount divided by `size`, rounded down, at least 1.
    """
    total = sum(one.amount for one in members)
    step = interval(total, size)
    following = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big") % step
    drawn: list[Drawn] = []
    passed = 0
    for one in sorted(members, key=lambda member: member.key):
        if following < passed + one.amount:
            drawn.append(Drawn(len(drawn) + 1, one.key, str(following), one.amount))
            following += ((passed + one.amount - following - 1) // step + 1) * step
        passed += one.amount
    return drawn


def most_errors(population: int, drawn: int, errors: int, confidence: int) -> int:
    """The most errors that the whole population may hold, with this confidence, when so many were found in a sample.

    The largest number for which finding so few would still be likelier than 1 − confidence (hypergeometric, exact).
    """
    left = 1 - confidence / 100
    low, high = errors, population - (drawn - errors)
    while low < high:
        middle = (low + high + 1) // 2
        if _at_most(errors, population, middle, drawn) > left:
            low = middle
        else:
            high = middle - 1
    return low


def _at_most(errors: int, population: int, wrong: int, drawn: int) -> float:
    """The chance to find at most so many errors, where so many of the population are wrong."""
    all_ways = _log_choose(population, drawn)
    return sum(
        math.exp(_log_choose(wrong, found) + _log_choose(population - wrong, drawn - found) - all_ways)
        for found in range(errors + 1)
        if found <= wrong and 0 <= drawn - found <= population - wrong
    )


def _log_choose(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)
