"""Whether two inspections saw the same machine: what a machine keeps decides, what can be swapped only helps."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from inventory.devices.identity import both_orders, serial_key
from inventory.devices.inspections import Inspection
from inventory.devices.placeholders import identifying, identifying_mac

Decision = Literal["same", "ask", "different"]

# Shorter serial numbers (signs) are shared by unrelated machines too often to decide alone.
_LONG_ENOUGH = 6
# A serial that differs in so many signs is one of the same batch, or a typing error.
_NEAR = 2
# The tool of an inspection that is made of what is stored, whoever wrote it down.
STORED = "stored"
_LEGAL_FORMS = frozenset(
    {
        "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "gmbh", "ag", "sa", "srl",
        "bv", "nv", "llc", "computer", "computers", "computing", "electronics", "technology", "technologies",
        "international", "systems", "system", "group",
    }
)  # fmt: skip
_MAKERS = {"hewlett packard": "hp", "hewlett packard enterprise": "hp", "hpe": "hp", "asustek": "asus", "ibm": "lenovo"}
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in words (lazily translated); `facts` fill the sentence's placeholders."""

    sentence: Any
    facts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in the reader's language."""
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What comparing two inspections gives; `confidence` in the decision, from 0 to 1.

    `contradicts` when something that a machine keeps differs: such two are never put together by way of a third.
    """

    decision: Decision
    confidence: float
    reasons: tuple[Reason, ...]
    contradicts: bool = False

    @property
    def percent(self) -> int:
        """The confidence in whole percents."""
        return round(self.confidence * 100)


@dataclass(frozen=True, slots=True)
class Group:
    """Inspections of one machine, by their places in the list given.

    `same`: seen more than once. `new`: seen once. `ask`: a person decides whether it is a machine of `ask_about`
    (places of inspections in other groups), or nothing in the inspection identifies a machine and others are like it.
    """

    members: tuple[int, ...]
    decision: Literal["same", "new", "ask"]
    confidence: float
    reasons: tuple[Reason, ...]
    ask_about: tuple[int, ...] = ()


def compare(a: Inspection, b: Inspection) -> Likeness:
    """Whether two inspections saw one machine; the order of the two does not matter.

    Serial number with maker, SMBIOS UUID in either byte order and board serial decide, placeholders left out. Network
    addresses and disks can be swapped: they make surer or raise a question, and merge nothing. A snapshot's own uuid
    is no identity.
    """
    strong = list(_strong(a, b))
    agreeing, differing = [one for one in strong if one.agrees], [one for one in strong if not one.agrees]
    support = list(_support(a, b))
    reasons = tuple(one.reason for one in (*strong, *support))
    if agreeing and differing:
        return Likeness("ask", 0.5, (*reasons, Reason(_("What a machine keeps contradicts itself."))), True)
    if differing:
        # Nothing weighs against: the more differs, the surer.
        return Likeness("different", min(0.99, 0.8 + 0.08 * len(differing)), reasons, True)
    if agreeing:
        if (weight := sum(one.weight for one in agreeing)) >= 1:
            return Likeness("same", min(0.99, 0.8 + 0.06 * weight + 0.02 * len(support)), reasons)
        return Likeness("ask", 0.6, (*reasons, Reason(_("One identifier alone does not decide here."))))
    return _by_parts(a, b, reasons)


def group(inspections: Sequence[Inspection]) -> list[Group]:
    """The machines behind these inspections, in the order of each one's first inspection.

    Which inspections are put together does not depend on their order.
    """
    same: dict[int, set[int]] = defaultdict(set)
    asks: dict[int, dict[int, Likeness]] = defaultdict(dict)
    why: dict[tuple[int, int], Likeness] = {}
    for first, second in _pairs(inspections):
        found = compare(inspections[first], inspections[second])
        why[first, second] = found
        if found.decision == "same":
            same[first].add(second)
            same[second].add(first)
        elif found.decision == "ask":
            asks[first][second] = asks[second][first] = found
    groups = []
    lonely = _lonely(inspections)
    for members in _together(inspections, same):
        for one in members:
            for other in same[one] - set(members):
                # They agree, but another inspection stands between them that contradicts one of the two.
                asks[one][other] = why[min(one, other), max(one, other)]
        groups.append(_group(inspections, members, why, asks, lonely))
    return groups


@dataclass(frozen=True, slots=True)
class _Finding:
    agrees: bool
    weight: float
    reason: Reason


def _strong(a: Inspection, b: Inspection) -> Iterator[_Finding]:
    """What a machine keeps and both inspections tell."""
    if (one := _key(a.serial)) and (other := _key(b.serial)):
        yield _serials(a, b, one, other)
    ours, theirs = both_orders(a.uuid), both_orders(b.uuid)
    if ours and theirs:
        weight = 1.0 if _agree(a.manufacturer, b.manufacturer) else 0.7
        if a.uuid and b.uuid and ours[0] == theirs[0]:
            yield _Finding(True, weight, Reason(_("The SMBIOS UUID is the same.")))
        elif ours[0] in theirs:
            yield _Finding(True, weight, Reason(_("The SMBIOS UUID is the same, printed in the other byte order.")))
        else:
            yield _Finding(False, 0.9, Reason(_("The SMBIOS UUIDs differ.")))
    if (one := _key(a.board_serial)) and (other := _key(b.board_serial)):
        if one == other and not _clash(a.board_manufacturer, b.board_manufacturer):
            facts = {"serial": _sorted(a.board_serial, b.board_serial)["one"]}
            weight = 1.0 if len(one) > _LONG_ENOUGH and _same_board_model(a, b) else 0.7
            yield _Finding(True, weight, Reason(_("The board's serial number is the same: %(serial)s."), facts))
        else:
            facts = _sorted(a.board_serial, b.board_serial)
            yield _Finding(False, 0.9, Reason(_("The boards' serial numbers differ: %(one)s, %(other)s."), facts))


def _serials(a: Inspection, b: Inspection, one: str, other: str) -> _Finding:
    facts = _sorted(a.serial, b.serial)
    if one != other:
        if _is_near(one, other):
            sentence = _("The serial numbers differ by a sign or two: %(one)s, %(other)s. Machines of one batch do.")
            return _Finding(False, 1, Reason(sentence, facts))
        return _Finding(False, 1, Reason(_("The serial numbers differ: %(one)s, %(other)s."), facts))
    if _clash(a.manufacturer, b.manufacturer):
        makers = _sorted(a.manufacturer, b.manufacturer) | {"serial": facts["one"]}
        sentence = _("The serial number is the same, %(serial)s, but the makers are not: %(one)s, %(other)s.")
        # What people wrote down may be a reseller's name.
        return _Finding(STORED in (a.tool, b.tool), 0.5, Reason(sentence, makers))
    known = _agree(a.manufacturer, b.manufacturer) and len(one) >= _LONG_ENOUGH
    sentence = _("Maker and serial number are the same: %(serial)s.")
    if not known:
        sentence = _("The serial number is the same: %(serial)s.")
    return _Finding(True, 1 if known else 0.7, Reason(sentence, {"serial": facts["one"]}))


def _support(a: Inspection, b: Inspection) -> Iterator[_Finding]:
    """What can be moved from one machine to another, and is in both."""
    if shared := _fixed(a) & _fixed(b):
        sentence = _("A network adapter has the same address: %(mac)s.")
        yield _Finding(True, 0, Reason(sentence, {"mac": min(shared)}))
    if shared := _cards(a) & _cards(b):
        sentence = _("A Wi-Fi card has the same address, %(mac)s; cards can be swapped.")
        yield _Finding(True, 0, Reason(sentence, {"mac": min(shared)}))
    if shared := _disks(a) & _disks(b):
        sentence = _("A storage medium has the same serial number, %(serial)s; media can be swapped.")
        yield _Finding(True, 0, Reason(sentence, {"serial": min(shared).upper()}))


def _by_parts(a: Inspection, b: Inspection, reasons: tuple[Reason, ...]) -> Likeness:
    """The answer when nothing that a machine keeps can be compared."""
    if _clash(a.manufacturer, b.manufacturer):
        makers = _sorted(a.manufacturer, b.manufacturer)
        # A name that people wrote down does not contradict what a program saw.
        told = Reason(_("The makers differ: %(one)s, %(other)s."), makers)
        return Likeness("different", 0.7, (*reasons, told), STORED not in (a.tool, b.tool))
    if named := _named_by_one(a, b):
        # What a firmware lacks it does not gain: with nothing lasting in common, two boards were asked.
        sentence = _("One machine names its serial number, %(serial)s; the other's firmware has none.")
        return Likeness("different", 0.75, (*reasons, Reason(sentence, {"serial": named})), True)
    if reasons:
        return Likeness("ask", 0.5, (*reasons, Reason(_("Parts alone do not prove a machine."))))
    if (
        is_anonymous(a)
        and is_anonymous(b)
        and _agree(a.manufacturer, b.manufacturer)
        and serial_key(a.model) == serial_key(b.model)
    ):
        sentence = _("Maker and model are the same, and neither file has a number that identifies the machine.")
        return Likeness("ask", 0.2, (Reason(sentence),))
    return Likeness("different", 0.4, (Reason(_("The two files have no identifier in common.")),))


def _named_by_one(a: Inspection, b: Inspection) -> str:
    """The serial number of one, when the other's firmware was asked for its own and gave a placeholder."""
    for one, other in ((a, b), (b, a)):
        # A stored number may have been read from the plate, which firmware knows nothing of.
        if one.unnumbered and not _key(one.serial) and _key(other.serial) and other.tool != STORED:
            return other.serial or ""
    return ""


def _pairs(inspections: Sequence[Inspection]) -> list[tuple[int, int]]:
    """Places of inspections that share anything worth a comparison, each pair once, the smaller place first."""
    shelves: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, inspection in enumerate(inspections):
        for mark in set(_marks(inspection)):
            shelves[mark].append(place)
    return sorted({pair for places in shelves.values() for pair in combinations(places, 2)})


def _marks(inspection: Inspection) -> Iterator[tuple[str, str]]:
    yield from (("serial", key) for key in [_key(inspection.serial)] if key)
    yield from (("board", key) for key in [_key(inspection.board_serial)] if key)
    yield from (("uuid", min(orders)) for orders in [both_orders(inspection.uuid)] if orders)
    yield from (("mac", mac) for mac in {*_fixed(inspection), *_cards(inspection)})
    yield from (("disk", serial) for serial in _disks(inspection))


def _together(inspections: Sequence[Inspection], same: dict[int, set[int]]) -> list[tuple[int, ...]]:
    """Places joined by `same`, in clusters without contradiction."""

    def contradict(places: Iterable[int]) -> bool:
        # Machines seen many times over tell the same each time.
        told = {_lasting(inspections[one]): inspections[one] for one in places}
        return any(compare(a, b).contradicts for a, b in combinations(told.values(), 2))

    found: list[tuple[int, ...]] = []
    waiting = _clusters(set(range(len(inspections))), same)
    while waiting:
        cluster = waiting.pop()
        if not contradict(cluster):
            found.append(tuple(sorted(cluster)))
            continue
        # An inspection that knows too little agrees with two machines: it belongs to neither, and a person decides.
        between = {one for one in cluster if contradict(same[one] & cluster)} or cluster
        found.extend((one,) for one in between)
        waiting += _clusters(cluster - between, same)
    return sorted(found)


def _lasting(inspection: Inspection) -> tuple[str | bool | None, ...]:
    """Everything by which one inspection may contradict another."""
    makers = (inspection.manufacturer, inspection.board_manufacturer, inspection.board_model)
    told = (inspection.unnumbered, inspection.tool == STORED)
    return (inspection.serial, inspection.uuid, inspection.board_serial, *makers, *told)


def _clusters(places: set[int], same: dict[int, set[int]]) -> list[set[int]]:
    left, found = set(places), []
    while left:
        cluster = waiting = {left.pop()}
        while waiting:
            waiting = set().union(*(same[one] for one in waiting)) & left
            left -= waiting
            cluster = cluster | waiting
        found.append(cluster)
    return found


def _group(
    inspections: Sequence[Inspection],
    members: tuple[int, ...],
    why: dict[tuple[int, int], Likeness],
    asks: dict[int, dict[int, Likeness]],
    lonely: set[int],
) -> Group:
    agreed = [pair for pair in combinations(members, 2) if pair in why and why[pair].decision == "same"]
    # Each inspection's first partner tells enough reasons.
    inside = [why[pair] for pair in {second: (first, second) for first, second in reversed(agreed)}.values()][::-1]
    questions = {other: found for one in members for other, found in asks[one].items() if other not in members}
    reasons = _once(reason for found in (*inside, *questions.values()) for reason in found.reasons)
    about = tuple(sorted(questions))
    if inside:
        return Group(members, "same", min(why[pair].confidence for pair in agreed), reasons, about)
    if questions:
        return Group(members, "ask", max(found.confidence for found in questions.values()), reasons, about)
    alone = Reason(_("No other file tells of this machine."))
    if is_anonymous(inspections[members[0]]):
        numberless = Reason(_("The file has no number that identifies the machine."))
        if members[0] in lonely:
            return Group(members, "new", 0.4, (numberless, alone))
        return Group(members, "ask", 0.2, (numberless,))
    return Group(members, "new", 0.9, (alone,))


def _lonely(inspections: Sequence[Inspection]) -> set[int]:
    """Places of inspections without a number whose maker and model are known, and which no other file can be of."""
    shelves: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(inspections):
        if _maker(one.manufacturer) and one.model:
            shelves[_maker(one.manufacturer), serial_key(one.model)].append(place)
    found = set()
    for places in shelves.values():
        numbered = sum(bool(_key(inspections[place].serial)) for place in places)
        for place in places:
            # A firmware without a number is not the one that names its own.
            others = len(places) - 1 - (numbered if inspections[place].unnumbered else 0)
            if others == 0:
                found.add(place)
    return found


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple({str(one): one for one in reasons}.values())


def is_anonymous(inspection: Inspection) -> bool:
    """Whether an inspection tells no number that a machine keeps."""
    return not (_key(inspection.serial) or _key(inspection.board_serial) or both_orders(inspection.uuid))


@lru_cache(maxsize=4096)
def _key(serial: str | None) -> str:
    return serial_key(identifying(serial) or "").replace(" ", "")


def _fixed(inspection: Inspection) -> set[str]:
    return {mac for mac in inspection.macs if identifying_mac(mac)} - set(inspection.replaceable_macs)


def _cards(inspection: Inspection) -> set[str]:
    return {mac for mac in inspection.replaceable_macs if identifying_mac(mac)}


def _disks(inspection: Inspection) -> set[str]:
    return {key for medium in inspection.media if (key := _key(medium.serial))}


@lru_cache(maxsize=4096)
def _maker(name: str) -> str:
    """A maker's name as it compares: HP and Hewlett-Packard, Dell and Dell Inc. are one."""
    words = [one for one in _NOT_WORD.split((identifying(name) or "").casefold()) if one]
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    plain = " ".join(words)
    return _MAKERS.get(plain, plain)


def _clash(one: str, other: str) -> bool:
    """Two makers are known and are not the same."""
    a, b = _maker(one), _maker(other)
    return bool(a and b) and a != b and not (f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} "))


def _agree(one: str, other: str) -> bool:
    """Two makers are known and are the same."""
    return bool(_maker(one) and _maker(other)) and not _clash(one, other)


def _same_board_model(a: Inspection, b: Inspection) -> bool:
    makers = _agree(a.board_manufacturer, b.board_manufacturer) or _agree(a.manufacturer, b.manufacturer)
    models = {serial_key(one.board_model) for one in (a, b) if one.board_model}
    return makers and len(models) < 2


def _is_near(one: str, other: str) -> bool:
    """At most two signs changed, added or left out."""
    if abs(len(one) - len(other)) > _NEAR:
        return False
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, start=1):
        above, row = row, [place]
        for column, against in enumerate(other, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (sign != against)))
    return row[-1] <= _NEAR


def _sorted(one: str | None, other: str | None) -> dict[str, str]:
    first, second = sorted((one or "", other or ""))
    return {"one": first, "other": second}
