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
    step = max(1, total // max(1, size))
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
