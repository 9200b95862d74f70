"""The round file: what a round is decided on, read strictly, and its canonical form that is published and hashed.

The format is described in docs/round-file.md. It holds neither channel nor time of day: both are no criteria.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Final

import orjson
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inventory.errors import BadFile

FORMAT: Final = "relais-round/2"
# Before devices refused without reason were counted: read, spelt and hashed as it always was.
FORMER: Final = "relais-round/1"
RESULT: Final = "relais-result/1"
# A round of a whole country; a file beyond it is a mistake.
MOST_BYTES: Final = 200_000_000
MOST_UNITS: Final = 5_000_000

Name = Annotated[str, Field(min_length=1, max_length=200)]
Amount = Annotated[int, Field(ge=0, le=MOST_UNITS)]


class _Strict(BaseModel):
    """A misspelt field is refused, never passed over; a number is a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Policy(_Strict):
    """The rule of the round, fixed before closing.

    `delta` is the divisor's knob as numerator and denominator (1/2: Sainte-Laguë); `floor` is how many devices of the
    last twelve months an association must hold before others' first device no longer comes before its next one.
    """

    version: Name
    delta: tuple[Annotated[int, Field(ge=0, le=1000)], Annotated[int, Field(ge=1, le=1000)]] = (1, 2)
    floor: Annotated[int, Field(ge=0, le=1000)] = 1


class Group(_Strict):
    """Devices that no request tells apart, and how many there are."""

    id: Name
    units: Amount


class Association(_Strict):
    """Who asks: points, devices of the pool received in the last twelve months, rounds waited without an award.

    `refused`: devices refused without reason since the last round of the pool; each counts as half a device received.
    """

    id: Name
    points: Annotated[int, Field(ge=1, le=999_999)]
    history: Amount = 0
    refused: Amount = 0
    waited: Annotated[int, Field(ge=0, le=10_000)] = 0


class Line(_Strict):
    """A request line: which groups it accepts, how many devices at most, and the least that is of use."""

    id: Name
    association: Name
    accepts: tuple[Name, ...]
    quantity: Annotated[int, Field(ge=1, le=MOST_UNITS)]
    least: Annotated[int, Field(ge=1, le=MOST_UNITS)] = 1

    @property
    def is_lot(self) -> bool:
        """Whether fewer than some number are of no use: all that many, or none."""
        return self.least > 1


class Pin(_Strict):
    """A decision that departs from the rule: at least or at most so many devices for one, and why (a code)."""

    association: Name
    reason: Name
    at_least: Amount = 0
    at_most: Amount | None = None


class Draw(_Strict):
    """Where the seed comes from: the public numbers drawn after the commitment was published."""

    commitment: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    numbers: tuple[tuple[Name, Name], ...]


class Round(_Strict):
    """Everything a round is decided on."""

    format: str
    round: Name
    policy: Policy
    groups: tuple[Group, ...]
    associations: tuple[Association, ...]
    lines: tuple[Line, ...]
    seed: Name
    pins: tuple[Pin, ...] = ()
    draw: Draw | None = None


def read_round(data: bytes) -> Round:
    """The round in a file. Refuses (BadFile) what is none, naming the place and the mend."""
    if len(data) > MOST_BYTES:
        raise BadFile(_("The round file is larger than %(limit)s MB."), limit=MOST_BYTES // 1_000_000)
    try:
        found = Round.model_validate_json(data)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadFile(
            _("This is no round file. At %(place)s: %(problem)s. See docs/round-file.md."),
            place=place,
            problem=first["msg"],
        ) from None
    _check(found)
    return found


def canonical(found: Round) -> bytes:
    """The one spelling of a round: sorted ids, sorted keys, no spaces. The same content gives the same bytes."""
    plain: dict[str, Any] = found.model_dump(mode="json")
    for name in ("groups", "associations", "lines"):
        plain[name].sort(key=lambda one: one["id"])
    if found.format == FORMER:
        for one in plain["associations"]:
            del one["refused"]
    for line in plain["lines"]:
        line["accepts"] = sorted(set(line["accepts"]))
    plain["pins"].sort(key=lambda one: one["association"])
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def fingerprint(found: Round) -> str:
    """SHA-256 of the canonical round, seed included: what the result says it was computed from."""
    return hashlib.sha256(canonical(found)).hexdigest()


def commitment(found: Round) -> str:
    """SHA-256 of everything but the draw: published before the public numbers are drawn."""
    return hashlib.sha256(canonical(found.model_copy(update={"seed": "-", "draw": None}))).hexdigest()


def seed_of(committed: str, numbers: Sequence[tuple[str, str]]) -> str:
    """The seed from the commitment and the public numbers, in their order (after RFC 3797)."""
    text = "|".join([committed, *(f"{source}={value}" for source, value in numbers)])
    return hashlib.sha256(text.encode()).hexdigest()


def _check(found: Round) -> None:
    if found.format not in {FORMAT, FORMER}:
        raise BadFile(_("The file says format %(found)s; this reads %(format)s."), found=found.format, format=FORMAT)
    if found.format == FORMER and any(one.refused for one in found.associations):
        raise BadFile(_("Refused devices count from format %(format)s on."), format=FORMAT)
    groups = _once("groups", [group.id for group in found.groups])
    associations = _once("associations", [one.id for one in found.associations])
    _once("lines", [line.id for line in found.lines])
    _once("pins", [pin.association for pin in found.pins])
    if sum(group.units for group in found.groups) > MOST_UNITS:
        raise BadFile(_("There are more than %(most)s devices in the file."), most=MOST_UNITS)
    for line in found.lines:
        if line.association not in associations:
            raise BadFile(
                _("Line %(line)s is of association %(association)s, which is not in the file."),
                line=line.id,
                association=line.association,
            )
        if unknown := set(line.accepts) - groups:
            raise BadFile(
                _("Line %(line)s accepts group %(group)s, which is not in the file."), line=line.id, group=min(unknown)
            )
        if line.least > line.quantity:
            raise BadFile(_("Line %(line)s asks for fewer devices than are of use to it."), line=line.id)
    for pin in found.pins:
        if pin.association not in associations:
            raise BadFile(
                _("A pin is for association %(association)s, which is not in the file."), association=pin.association
            )
        if pin.at_most is not None and pin.at_most < pin.at_least:
            raise BadFile(_("The pin of %(association)s contradicts itself."), association=pin.association)
    if found.draw is not None:
        _check_draw(found, found.draw)


def _check_draw(found: Round, draw: Draw) -> None:
    if draw.commitment != commitment(found):
        raise BadFile(_("The file has changed since its commitment was published."))
    if found.seed != seed_of(draw.commitment, draw.numbers):
        raise BadFile(_("The seed does not follow from the commitment and the public numbers."))


def _once(name: str, ids: list[str]) -> set[str]:
    known = set(ids)
    if len(known) != len(ids):
        twice = min(one for one in known if ids.count(one) > 1)
        raise BadFile(_("%(id)s stands twice among the %(name)s."), id=twice, name=name)
    return known
