"""The sample's arithmetic: how many, which, and that anybody who knows seed and codes draws the same."""

from __future__ import annotations

import hashlib
import math
import re
import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from inventory.wiping.sampling import draw, population_sha256, population_text, sample_size

CODES = st.lists(st.from_regex(r"[0-9A-HJKMNP-TV-Z]{9}", fullmatch=True), min_size=1, max_size=200, unique=True)
EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "second-checks.md"


@given(st.integers(0, 10_000_000))
def test_five_of_a_hundred_and_at_least_59_or_everything(population: int) -> None:
    size = sample_size(population)
    assert size <= population
    assert size == population or (size >= 59 and size * 20 >= population)
    assert size == population or size in {59, math.ceil(population / 20)}


def test_the_sizes_at_the_edges() -> None:
    asked = (0, 1, 59, 60, 1180, 1181, 2000, 5001)
    assert [sample_size(count) for count in asked] == [0, 1, 59, 59, 59, 60, 100, 251]


@given(CODES, st.text(min_size=1, max_size=40), st.randoms())
def test_neither_the_order_nor_a_code_twice_changes_the_draw(codes: list[str], seed: str, chance) -> None:
    shuffled = [*codes, codes[0]]
    chance.shuffle(shuffled)
    drawn = draw(codes, seed, sample_size(len(codes)))
    assert drawn == draw(shuffled, seed, sample_size(len(codes)))
    assert population_text(codes) == population_text(shuffled)
    assert [one.place for one in drawn] == list(range(1, sample_size(len(codes)) + 1))
    assert {one.code for one in drawn} <= set(codes)


@given(CODES, st.text(min_size=1, max_size=40))
def test_the_draw_is_what_a_spreadsheet_says(codes: list[str], seed: str) -> None:
    by_hand = sorted(codes, key=lambda code: hashlib.sha256((seed + code).encode()).hexdigest())
    assert [one.code for one in draw(codes, seed, 5)] == by_hand[:5]


@given(CODES, st.integers(1, 20))
def test_a_smaller_sample_is_the_beginning_of_a_larger_one(codes: list[str], size: int) -> None:
    assert draw(codes, "seed", size) == draw(codes, "seed", size + 1)[:size]


def test_every_medium_can_be_drawn_and_none_is_preferred() -> None:
    codes = [f"CODE{number:05d}" for number in range(40)]
    times = dict.fromkeys(codes, 0)
    for number in range(2000):
        for one in draw(codes, f"seed {number}", 10):
            times[one.code] += 1
    # 500 each on average; the standard deviation is 19, so that six of them are a wide berth.
    assert all(380 < count < 620 for count in times.values())


def test_the_example_of_the_handbook_can_be_redone_by_hand(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    seed, fingerprint = (re.search(rf"{name}: `([^`]+)`", text)[1] for name in ("Seed", "Fingerprint"))
    codes = re.search(r"```text population\n(.+?)```", text, re.DOTALL)[1]
    drawn = re.search(r"```text drawn\n(.+?)```", text, re.DOTALL)[1].split()
    assert population_text(codes.split()) == codes
    assert population_sha256(codes) == fingerprint
    assert [one.code for one in draw(codes.split(), seed, len(drawn))] == drawn
    recipe = re.search(r"```sh\n(.+?)```", text, re.DOTALL)[1]
    (tmp_path / "population.txt").write_text(codes)
    said = subprocess.run(["sh", "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == fingerprint
    assert said[2:] == drawn
