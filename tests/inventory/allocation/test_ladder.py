"""The fair round: the only right counts, checked from outside, that nobody gains from by asking otherwise."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.allocation import certify_round
from inventory.allocation.ladder.certifying import SCRIPT, certified
from inventory.allocation.ladder.engine import share
from inventory.allocation.ladder.explaining import had_you_accepted, points_needed, queue
from inventory.allocation.ladder.files import canonical, commitment, fingerprint, read_round, seed_of
from inventory.allocation.ladder.lots import share_with_lots
from inventory.allocation.ladder.results import decide, written
from inventory.errors import BadFile, RuleBroken
from tests.inventory.allocation.rounds import city, parsed, round_of, with_lots, with_pins
from tests.inventory.allocation.solver import counts_by_flow

SEEDS = st.integers(min_value=0, max_value=2**32)
# Many with --long, some always.
EXAMPLES = 10_000
# SHA-256 of a canonical file of the first format and of its result.
FORMER_FILE = "2c737fc8b22bb31e61da578c3245a58b44009a6ff8ec63437e7714f5ddfa9850"
FORMER_RESULT = "63039c6a99eda4c3c2bd4c26196e269afd8f7b7372844725a92b30e0b06b91c6"
some = settings(max_examples=150, deadline=None)


def outcome_of(made: dict[str, Any]) -> dict[str, int]:
    return share_with_lots(parsed(made))[0].counts()


def compare(seed: int, make: Callable[[random.Random], dict[str, Any]]) -> None:
    found = parsed(make(random.Random(seed)))
    assert share(found).counts() | {one.id: 0 for one in found.associations if one.id not in share(found).counts()} == (
        counts_by_flow(found)
    )


@some
@given(SEEDS)
def test_the_counts_are_those_of_a_min_cost_flow(seed: int) -> None:
    compare(seed, round_of)


@pytest.mark.long
def test_the_counts_are_those_of_a_min_cost_flow_on_ten_thousand_rounds() -> None:
    for seed in range(EXAMPLES):
        compare(seed, round_of)


@some
@given(SEEDS)
def test_the_certificate_says_yes_to_what_the_engine_gives(seed: int) -> None:
    for make in (round_of, with_lots, with_pins):
        made = make(random.Random(seed))
        result = json.loads(written(decide(parsed(made))))
        assert certify_round.check(made, result) == []


@some
@given(SEEDS)
def test_the_certificate_refuses_a_rival_sharing_with_other_counts(seed: int) -> None:
    """One device given to somebody else, or held back: refused, whenever the counts change."""
    chance = random.Random(seed)
    made = round_of(chance)
    result = json.loads(written(decide(parsed(made))))
    if not result["plan"]:
        return
    rival = copy.deepcopy(result)
    taken = chance.choice(rival["plan"])
    taken["units"] -= 1
    lines = {line["id"]: line for line in made["lines"]}
    fitting = [line for line in made["lines"] if taken["group"] in line["accepts"]]
    other = chance.choice(fitting)["id"] if chance.random() < 0.8 else None
    rival["plan"] = [one for one in rival["plan"] if one["units"]]
    if other is not None:
        rival["plan"].append({"line": other, "group": taken["group"], "units": 1})
    counts = {one["association"]: 0 for one in rival["counts"]}
    for one in rival["plan"]:
        counts[lines[one["line"]]["association"]] += one["units"]
    rival["counts"] = [{"association": name, "units": units} for name, units in counts.items()]
    same = counts == {one["association"]: one["units"] for one in result["counts"]}
    faults = certify_round.check(made, rival)
    filled = sum(one["units"] for one in rival["plan"] if one["line"] == other)
    if not same or (other is not None and filled > lines[other]["quantity"]):
        assert faults
    else:
        assert faults == []


@some
@given(SEEDS)
def test_neither_the_order_of_the_file_nor_its_spelling_changes_anything(seed: int) -> None:
    chance = random.Random(seed)
    made = with_lots(chance)
    mixed = copy.deepcopy(made)
    for name in ("groups", "associations", "lines"):
        chance.shuffle(mixed[name])
    for line in mixed["lines"]:
        chance.shuffle(line["accepts"])
    one, other = parsed(made), parsed(mixed)
    assert canonical(one) == canonical(other)
    assert written(decide(one)) == written(decide(other))
    assert canonical(one) == certify_round.spelt(certify_round.whole(mixed))


@some
@given(SEEDS)
def test_one_device_more_takes_from_nobody_and_goes_to_who_is_next(seed: int) -> None:
    chance = random.Random(seed)
    made = round_of(chance)
    before = decide(parsed(made))
    counts = {one["association"]: one["units"] for one in before["counts"]}
    following = {one["group"]: one["next"] for one in before["queues"]}
    group = chance.choice(made["groups"])
    waiting = queue(parsed(made), group["id"], 3)
    assert waiting[:1] == [name for name in [following.get(group["id"])] if name]
    for place in range(3):
        group["units"] += 1
        after = outcome_of(made)
        gained = [name for name in counts if after.get(name, 0) != counts[name]]
        assert all(after.get(name, 0) == counts[name] + 1 for name in gained)
        assert gained == waiting[place : place + 1]
        counts = {name: after.get(name, 0) for name in counts}


@some
@given(SEEDS)
def test_more_points_less_history_and_fewer_rivals_never_harm(seed: int) -> None:
    chance = random.Random(seed)
    made = round_of(chance)
    before = outcome_of(made)
    name = chance.choice(made["associations"])["id"]
    for change in ("points", "history", "refused", "rival"):
        other = copy.deepcopy(made)
        own = next(one for one in other["associations"] if one["id"] == name)
        if change == "points":
            own["points"] += 1
        elif change in ("history", "refused"):
            own[change] = max(0, own[change] - 1)
        elif len(other["associations"]) > 1:
            gone = next(one["id"] for one in other["associations"] if one["id"] != name)
            other["associations"] = [one for one in other["associations"] if one["id"] != gone]
            other["lines"] = [one for one in other["lines"] if one["association"] != gone]
        assert outcome_of(other).get(name, 0) >= before.get(name, 0), change


@some
@given(SEEDS)
def test_nobody_gains_useful_devices_by_asking_otherwise_than_they_need(seed: int) -> None:
    chance = random.Random(seed)
    made = round_of(chance)
    honest = outcome_of(made)
    name = chance.choice(made["associations"])["id"]
    false = copy.deepcopy(made)
    groups = [group["id"] for group in made["groups"]]
    for line in false["lines"]:
        if line["association"] == name:
            line["quantity"] += chance.randint(0, 6)
            line["accepts"] = chance.sample(groups, chance.randint(1, len(groups)))
    plan = decide(parsed(false))["plan"]
    own = {line["id"] for line in false["lines"] if line["association"] == name}
    received = dict.fromkeys(groups, 0)
    for one in plan:
        if one["line"] in own:
            received[one["group"]] += one["units"]
    assert _useful(made, name, received) <= honest.get(name, 0)


def _useful(made: dict[str, Any], name: str, received: dict[str, int]) -> int:
    """How many of these devices the association can really use for its true lines."""
    alone = {
        **made,
        "groups": [{"id": group, "units": units} for group, units in received.items()],
        "lines": [line for line in made["lines"] if line["association"] == name],
        "pins": [],
    }
    return outcome_of(alone).get(name, 0)


@some
@given(SEEDS)
def test_a_lot_is_whole_or_nothing(seed: int) -> None:
    found = parsed(with_lots(random.Random(seed)))
    outcome, withdrawn = share_with_lots(found)
    for place, line in enumerate(found.lines):
        filled = outcome.filled(place)
        assert filled == 0 if line.id in withdrawn else filled >= line.least or not line.is_lot
        assert filled <= line.quantity


@some
@given(SEEDS)
def test_what_is_said_of_points_and_other_groups_is_true(seed: int) -> None:
    chance = random.Random(seed)
    made = round_of(chance)
    found = parsed(made)
    line = chance.choice(made["lines"])
    name = line["association"]
    now = outcome_of(made).get(name, 0)
    needed = points_needed(found, name)
    own = next(one for one in made["associations"] if one["id"] == name)
    if needed is not None:
        assert needed > own["points"]
        for points, more in ((needed, True), (needed - 1, False)):
            changed = copy.deepcopy(made)
            next(one for one in changed["associations"] if one["id"] == name)["points"] = points
            assert (outcome_of(changed).get(name, 0) > now) is more
    others = sorted({group["id"] for group in made["groups"]} - set(line["accepts"]))
    if others:
        wider = copy.deepcopy(made)
        next(one for one in wider["lines"] if one["id"] == line["id"])["accepts"] = [*line["accepts"], *others]
        assert had_you_accepted(found, line["id"], others) == outcome_of(wider).get(name, 0)


def test_a_small_round_is_shared_as_by_hand() -> None:
    """Two associations of 4 and 2 points, six alike devices: turns 1/8, 3/8, 5/8, 7/8 against 1/4, 3/4."""
    made = {
        "format": "relais-round/1",
        "round": "by hand",
        "policy": {"version": "1", "floor": 0},
        "groups": [{"id": "laptop", "units": 6}],
        "associations": [{"id": "a", "points": 4}, {"id": "b", "points": 2}],
        "lines": [
            {"id": "a/1", "association": "a", "accepts": ["laptop"], "quantity": 10},
            {"id": "b/1", "association": "b", "accepts": ["laptop"], "quantity": 10},
        ],
        "seed": "x",
    }
    result = decide(parsed(made))
    assert [(turn[0], turn[3]) for turn in result["turns"]] == [
        ("a", 125 * 10**12),
        ("b", 250 * 10**12),
        ("a", 375 * 10**12),
        ("a", 625 * 10**12),
        ("b", 750 * 10**12),
        ("a", 875 * 10**12),
    ]
    assert result["lines"][1] == {
        "line": "b/1",
        "association": "b",
        "asked": 10,
        "got": 2,
        "reason": "earlier_turns",
        "next_turn": 1250 * 10**12,
        "cut_off": 875 * 10**12,
    }
    assert result["queues"] == [{"group": "laptop", "next": "a"}]
    assert queue(parsed(made), "laptop") == ["a", "b", "a", "a", "b"]


def test_a_device_refused_without_reason_counts_as_half_of_one() -> None:
    """Two of 2 points each, three devices: turns 1/4, 3/4 against 1/2, 1 with one device refused."""
    made = {
        "format": "relais-round/2",
        "round": "by hand",
        "policy": {"version": "1", "floor": 1},
        "groups": [{"id": "laptop", "units": 3}],
        "associations": [{"id": "a", "points": 2, "refused": 1}, {"id": "b", "points": 2}],
        "lines": [
            {"id": "a/1", "association": "a", "accepts": ["laptop"], "quantity": 10},
            {"id": "b/1", "association": "b", "accepts": ["laptop"], "quantity": 10},
        ],
        "seed": "x",
    }
    turns = [(turn[0], turn[2], turn[3]) for turn in decide(parsed(made))["turns"]]
    assert turns == [("b", 0, 250 * 10**12), ("a", 0, 500 * 10**12), ("b", 1, 750 * 10**12)]
    # Two refused are one received: the floor no longer puts it first.
    made["associations"][0]["refused"] = 2
    assert [one[0] for one in decide(parsed(made))["turns"][:1]] == ["b"]
    assert outcome_of(made) == {"a": 1, "b": 2}


@some
@given(SEEDS)
def test_two_refused_weigh_as_much_as_one_received(seed: int) -> None:
    made = with_lots(random.Random(seed))
    other = copy.deepcopy(made)
    for one in other["associations"]:
        one["history"], one["refused"] = one["history"] + one["refused"] // 2, one["refused"] % 2
    assert outcome_of(made) == outcome_of(other)


def test_a_file_of_the_first_format_is_hashed_and_shared_as_it_always_was() -> None:
    """Golden values from before refused devices were counted: published rounds stay checkable."""
    made = {**city(20, 100, 12), "policy": {"version": "2026-1", "delta": [1, 3]}}
    found = parsed(made)
    result = written(decide(found))
    assert fingerprint(found) == FORMER_FILE
    assert hashlib.sha256(result).hexdigest() == FORMER_RESULT
    assert certify_round.check(made, json.loads(result)) == []
    assert "relais-round/2" in refusal(made, associations=[{**made["associations"][0], "refused": 1}])


def test_a_city_is_shared_like_the_solver_says() -> None:
    found = parsed(city(200, 2_000, 60))
    outcome = share(found)
    assert outcome.counts() == counts_by_flow(found)
    assert sum(outcome.counts().values()) == sum(group.units for group in found.groups)


def refusal(made: dict[str, Any], **change: Any) -> str:
    with pytest.raises(BadFile) as refused:
        parsed({**made, **change})
    return str(refused.value)


def test_a_file_that_is_no_round_is_refused_with_its_place() -> None:
    made = round_of(random.Random(1))
    line = made["lines"][0]
    assert "groups.0.units" in refusal(made, groups=[{"id": "g0", "units": "3"}])
    assert "groups.0.units" in refusal(made, groups=[{"id": "g0", "units": 1.5}])
    assert "channel" in refusal(made, lines=[{**line, "channel": "online"}])
    assert "relais-round/9" in refusal(made, format="relais-round/9")
    assert "stands twice" in refusal(made, lines=[line, line])
    assert "not in the file" in refusal(made, lines=[{**line, "accepts": ["?"]}])
    assert "not in the file" in refusal(made, lines=[{**line, "association": "?"}])
    assert "fewer devices than are of use" in refusal(made, lines=[{**line, "least": 9, "quantity": 2}])
    assert "contradicts itself" in refusal(
        made, pins=[{"association": "a0", "reason": "x", "at_least": 2, "at_most": 1}]
    )
    for data in (b"", b"[]", b"{", b'{"format": 1}', b"\xff", b"[" * 100_000):
        with pytest.raises(BadFile):
            read_round(data)


def test_the_seed_follows_from_the_commitment_and_public_numbers() -> None:
    made = round_of(random.Random(3))
    committed = commitment(parsed(made))
    numbers = [["drand 4200000", "8f3a"], ["Lotto 2026-11-28", "3 9 14 22 31 40 (7)"]]
    pairs = [(source, value) for source, value in numbers]
    drawn = {**made, "seed": seed_of(committed, pairs), "draw": {"commitment": committed, "numbers": numbers}}
    assert commitment(parsed(drawn)) == committed
    result = json.loads(written(decide(parsed(drawn))))
    assert certify_round.check(drawn, result) == []
    assert "does not follow" in refusal(drawn, seed="chosen")
    assert "changed since" in refusal(drawn, round="another")
    assert certify_round.belongs(certify_round.whole({**drawn, "seed": "chosen"}), {**result, "seed": "chosen"})


def test_an_uncertified_result_is_not_given_out() -> None:
    made = city(5, 20, 3)
    result = decide(parsed(made))
    result["plan"][0]["units"] += 1
    with pytest.raises(RuleBroken, match="certificate refuses"):
        certified(json.dumps(made).encode(), result)


def test_scripts_share_a_file_out_and_check_it_without_us(tmp_path: Path) -> None:
    source = tmp_path / "round.json"
    source.write_text(json.dumps(city(20, 100, 12)))
    call_command("run_round", str(source))
    result = tmp_path / "round.result.json"
    assert json.loads(result.read_bytes())["input_sha256"] == fingerprint(read_round(source.read_bytes()))
    ask = [sys.executable, "-I", str(SCRIPT), str(source)]
    said = subprocess.run([*ask, str(result)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout[:4]) == (0, "Yes:"), said.stdout + said.stderr
    rival = json.loads(result.read_bytes())
    rival["plan"][0]["units"] += 1
    (tmp_path / "rival.json").write_text(json.dumps(rival))
    said = subprocess.run([*ask, str(tmp_path / "rival.json")], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    for bad, code in (("{", 3), ("", 3)):
        source.write_text(bad)
        with pytest.raises(CommandError) as refused:
            call_command("run_round", str(source))
        assert refused.value.returncode == code
    with pytest.raises(CommandError) as refused:
        call_command("run_round", str(tmp_path / "nowhere.json"))
    assert refused.value.returncode == 2
