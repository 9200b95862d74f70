#!/usr/bin/env python3
"""Checks the result of an allocation round without the service that made it: one file, Python 3.11, nothing to install.

    python3 certify_round.py ROUND.json RESULT.json

It says yes (exit 0), or what is wrong (exit 1); exit 2 when a file cannot be read. It shares no code with the service.
What it proves: the result belongs to this round file; nobody got more, or other devices, than asked for or than there
were; no device lies idle that somebody unmet could have used, exchanges included; and nobody's turn was passed over:
no permitted sharing exists in which somebody gets an earlier turn without an even earlier one being taken away. Which
lots were withdrawn is taken from the result: it is checked that those got nothing and all others are whole.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Data = dict[str, Any]
SCALE = 10**15


def spelt(data: Any) -> bytes:
    """The one spelling of JSON data: sorted keys, no spaces, letters as they are."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def whole(round_file: Data) -> Data:
    """The round with every optional field filled in and every list in order: what was hashed and published."""
    policy = {"delta": [1, 2], "floor": 1, **round_file["policy"]}
    # Files of the first format know no refused devices: they are spelt as they were.
    further = {} if round_file["format"] == "relais-round/1" else {"refused": 0}
    people = [{"history": 0, "waited": 0, **further, **one} for one in round_file["associations"]]
    lines = [{"least": 1, **one, "accepts": sorted(set(one["accepts"]))} for one in round_file["lines"]]
    pins = [{"at_least": 0, "at_most": None, **one} for one in round_file.get("pins", [])]
    return {
        "format": round_file["format"],
        "round": round_file["round"],
        "policy": policy,
        "groups": sorted(round_file["groups"], key=lambda one: one["id"]),
        "associations": sorted(people, key=lambda one: one["id"]),
        "lines": sorted(lines, key=lambda one: one["id"]),
        "seed": round_file["seed"],
        "pins": sorted(pins, key=lambda one: one["association"]),
        "draw": round_file.get("draw"),
    }


def check(round_file: Data, result: Data) -> list[str]:
    """Everything that is wrong with a result, as sentences; none when it is right."""
    found = whole(round_file)
    faults = belongs(found, result)
    if not faults:
        faults = feasible(found, result)
    if not faults:
        faults = optimal(found, result)
    return faults


def belongs(found: Data, result: Data) -> list[str]:
    """Whether the result is of this very round file, and its seed of the public numbers."""
    faults = []
    if result.get("input_sha256") != hashlib.sha256(spelt(found)).hexdigest():
        faults.append("The result was computed from another round file: the fingerprints differ.")
    if result.get("seed") != found["seed"]:
        faults.append("The result names another seed than the round file.")
    draw = found["draw"]
    if draw:
        committed = hashlib.sha256(spelt({**found, "seed": "-", "draw": None})).hexdigest()
        if committed != draw["commitment"]:
            faults.append("The round file has changed since its commitment was published.")
        text = "|".join([draw["commitment"]] + [f"{source}={value}" for source, value in draw["numbers"]])
        if hashlib.sha256(text.encode()).hexdigest() != found["seed"]:
            faults.append("The seed does not follow from the commitment and the public numbers.")
    return faults


def feasible(found: Data, result: Data) -> list[str]:
    """Whether the plan gives nobody more, or other devices, than asked for, and no device twice."""
    faults = []
    stock = {one["id"]: one["units"] for one in found["groups"]}
    lines = {one["id"]: one for one in found["lines"]}
    filled = dict.fromkeys(lines, 0)
    for one in result["plan"]:
        line, group, units = one["line"], one["group"], one["units"]
        if line not in lines or group not in stock or type(units) is not int or units < 1:
            faults.append(f"The plan has an entry that is none: {line}, {group}, {units}.")
            continue
        if group not in lines[line]["accepts"]:
            faults.append(f"Line {line} gets devices of {group}, which it does not accept.")
        stock[group] -= units
        filled[line] += units
    faults += [f"More devices of {group} are given than there are." for group, left in stock.items() if left < 0]
    withdrawn = set(result["withdrawn_lots"])
    for name, line in lines.items():
        if filled[name] > line["quantity"]:
            faults.append(f"Line {name} gets {filled[name]} devices and asked for {line['quantity']}.")
        if name in withdrawn and filled[name]:
            faults.append(f"Line {name} was withdrawn and gets devices all the same.")
        if name not in withdrawn and line["least"] > 1 and filled[name] < line["least"]:
            faults.append(f"Line {name} gets {filled[name]} devices; fewer than {line['least']} are of no use to it.")
    counts = dict.fromkeys((one["id"] for one in found["associations"]), 0)
    for name, units in filled.items():
        counts[lines[name]["association"]] += units
    if {one["association"]: one["units"] for one in result["counts"]} != counts:
        faults.append("The counts by association are not what the plan adds up to.")
    caps = {one["association"]: one["at_most"] for one in found["pins"] if one["at_most"] is not None}
    faults += [f"{name} gets more than its pin allows." for name, most in caps.items() if counts[name] > most]
    return faults


def optimal(found: Data, result: Data) -> list[str]:
    """Whether no device lies idle and no turn was passed over: a search from the last turns back (allocation §2.3)."""
    lines = {one["id"]: one for one in found["lines"]}
    plan: dict[str, set[str]] = {}
    for one in result["plan"]:
        plan.setdefault(one["line"], set()).add(one["group"])
    claims = claims_of(found, result)
    left = {one["id"]: one["units"] for one in found["groups"]}
    for one in result["plan"]:
        left[one["group"]] -= one["units"]
    holders, into = residual(claims, lines, plan)
    wishes: dict[frozenset[str], list[Data]] = {}
    for claim in claims:
        if claim["next"] is not None:
            wishes.setdefault(claim["open"], []).append(claim)
    wanting: dict[str, list[Data]] = {}
    for groups, wanted in wishes.items():
        # Among those who could use the same groups the two whose turns come first say all there is to say.
        first = sorted(wanted, key=lambda one: one["next"])[:2]
        for group in groups:
            wanting.setdefault(group, []).extend(first)
    seen: set[str] = set()
    for group in sorted(name for name, units in left.items() if units > 0):
        for reached in backwards(group, into, seen):
            for claim in wanting.get(reached, []):
                return [f"A device of {group} lies idle, and {claim['association']} could have had one more."]
    for claim in sorted((one for one in claims if one["got"]), key=lambda one: one["last"], reverse=True):
        for group in sorted(holders[id(claim)]):
            for reached in backwards(group, into, seen):
                for other in wanting.get(reached, []):
                    if other is not claim and other["next"] < claim["last"]:
                        return [
                            f"{other['association']} was passed over: its next turn comes before the last one that"
                            f" {claim['association']} was given."
                        ]
    return []


def claims_of(found: Data, result: Data) -> list[Data]:
    """What each association asks for with one ladder of turns: every lot by itself, then all its other lines."""
    units: dict[str, int] = {}
    for one in result["plan"]:
        units[one["line"]] = units.get(one["line"], 0) + one["units"]
    withdrawn = set(result["withdrawn_lots"])
    pins = {one["association"]: one for one in found["pins"]}
    lines_of: dict[str, list[Data]] = {}
    for one in found["lines"]:
        if one["id"] not in withdrawn:
            lines_of.setdefault(one["association"], []).append(one)
    claims = []
    for person in found["associations"]:
        own = lines_of.get(person["id"], [])
        offset, total = 0, sum(units.get(one["id"], 0) for one in own)
        pin = pins.get(person["id"], {"at_least": 0, "at_most": None})
        capped = pin["at_most"] is not None and total >= pin["at_most"]
        others = [one for one in own if one["least"] == 1]
        for lines in [[one] for one in own if one["least"] > 1] + [others]:
            want = sum(one["quantity"] for one in lines)
            if not want:
                continue
            got = sum(units.get(one["id"], 0) for one in lines)
            room = [one for one in lines if units.get(one["id"], 0) < one["quantity"]]
            unmet = bool(room) and not capped
            claims.append(
                {
                    "association": person["id"],
                    "lines": [one["id"] for one in lines],
                    "got": got,
                    "open": frozenset[str]().union(*(one["accepts"] for one in room)),
                    "last": key(found, person, offset + got, pin["at_least"]) if got else None,
                    "next": key(found, person, offset + got + 1, pin["at_least"]) if unmet else None,
                }
            )
            offset += want
    return claims


def key(found: Data, person: Data, rung: int, pinned: int) -> tuple[int, int, int, int]:
    """The turn of an association's device number `rung`, as the policy says it."""
    drawn = int.from_bytes(hashlib.sha256(f"{found['seed']}|{person['id']}".encode()).digest()[:8], "big")
    if rung <= pinned:
        return (-1, rung, 0, drawn)
    top, bottom = found["policy"]["delta"]
    # A device refused without reason counts as half of one that was received.
    halves = 2 * (person["history"] + rung - 1) + person.get("refused", 0)
    turn = (halves * bottom + 2 * top) * SCALE // (2 * person["points"] * bottom)
    return (0 if halves < 2 * found["policy"]["floor"] else 1, turn, -person["waited"], drawn)


def residual(
    claims: list[Data], lines: Data, plan: dict[str, set[str]]
) -> tuple[dict[int, set[str]], dict[str, set[str]]]:
    """By claim the groups it holds, and by group the groups whose holders could go there instead."""
    holders: dict[int, set[str]] = {}
    # Lines that could go to the same groups are taken together: a city asks in few ways.
    alike: dict[frozenset[str], set[str]] = {}
    for claim in claims:
        held: set[str] = set()
        holders[id(claim)] = held
        for line in claim["lines"]:
            own = plan.get(line, set())
            held |= own
            alike.setdefault(claim["open"].union(lines[line]["accepts"]), set()).update(own)
    into: dict[str, set[str]] = {}
    for reach, groups in alike.items():
        for other in reach:
            into.setdefault(other, set()).update(groups)
    return holders, into


def backwards(group: str, into: dict[str, set[str]], seen: set[str]) -> Iterator[str]:
    """Groups from which a chain of exchanges ends at this one, each told once in the whole check."""
    waiting = [] if group in seen else [group]
    seen.update(waiting)
    while waiting:
        reached = waiting.pop()
        yield reached
        fresh = into.get(reached, set()) - seen
        seen |= fresh
        waiting += sorted(fresh)


def say(sentence: str) -> None:
    """One line to whoever asked."""
    sys.stdout.write(sentence + "\n")


def main(arguments: list[str]) -> int:
    """Read both files and say what is wrong with them."""
    if len(arguments) != 2:
        say(str(__doc__).split("\n\n")[1].strip())
        return 2
    try:
        read = [json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments]
        faults = check(*read)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        say(f"A file cannot be read as a round and its result: {problem!r}")
        return 2
    for fault in faults:
        say(fault)
    if not faults:
        say(f"Yes: {read[1]['units']['awarded']} devices, every turn honoured in its order. {read[1]['round']}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
