"""Which storage medium the verdict on a drive speaks for, and what keeps it from speaking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from django.contrib.auth import get_user_model
from django.utils import timezone

from inventory.devices.identity import folded, serial_key
from inventory.devices.models import Medium
from inventory.devices.placeholders import identifying
from inventory.ledger.rows import among
from inventory.lifecycle import MediumState
from inventory.wiping.evidence import judge
from inventory.wiping.evidence.station import document
from inventory.wiping.evidence.verdicts import Category, Outcome, Verdict
from inventory.wiping.models import Sanitisation
from inventory.wiping.unrecorded import Unrecorded

MOST_FAILURES = 3

# Verdicts after which a medium counts as overwritten; every other verdict is a failure or proves nothing.
SUCCESSES = frozenset({Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED})
FAILURES = frozenset({Outcome.FAILED, Outcome.ABORTED})

Answer = tuple[Medium | None, Unrecorded | None]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the verdicts of one file are held against: media by the key of their serial number, and their proofs.

    `of_file`: media (primary keys) for which that file is recorded; whoever records another adds it. `acts`: what was
    recorded of whichever file, as medium, moment (UTC) and tool.
    """

    media: Mapping[str, list[Medium]]
    of_file: set[int]
    acts: frozenset[tuple[int, dt.datetime, str]]


def spoken_of(verdicts: Iterable[Verdict], sha256: str, *, lock: bool = False) -> Spoken:
    """The media that these verdicts may be about, in a few questions for all. `sha256`: of the evidence file."""
    keys = {key for one in verdicts if (key := _key(one))}
    bearing = Medium.objects.filter(among("serial_key", keys)).exclude(state=MediumState.DESTROYED)
    bearing = bearing.select_related("device").order_by("id")
    media: dict[str, list[Medium]] = {}
    # PostgreSQL refuses to lock the empty side of an outer join.
    for medium in bearing.select_for_update(of=("self",)) if lock else bearing:
        media.setdefault(medium.serial_key, []).append(medium)
    proofs = Sanitisation.objects.filter(among("medium_id", [one.pk for some in media.values() for one in some]))
    told = list(proofs.order_by().values_list("medium_id", "sanitised_at", "tool", "evidence__sha256"))
    return Spoken(
        media,
        {pk for pk, _moment, _tool, file in told if file == sha256},
        # In one zone: in the hour that comes twice, moments of two zones are never equal.
        frozenset((pk, moment.astimezone(dt.UTC), tool) for pk, moment, tool, _file in told),
    )


def medium_spoken_of(verdict: Verdict, spoken: Spoken) -> Answer:
    """The medium that a verdict is about, and why it changes nothing, if so."""
    key = _key(verdict)
    if not key:
        return None, Unrecorded.NO_SERIAL
    media = spoken.media.get(key, [])
    if len(media) != 1:
        return None, Unrecorded.SEVERAL if media else Unrecorded.NOT_LISTED
    medium = media[0]
    if verdict.category == Category.DESTROY:
        # Destroyed is a state of its own, reached with a witness who has an account here.
        return medium, Unrecorded.DESTROYED
    if verdict.verdict not in SUCCESSES | FAILURES:
        return medium, Unrecorded.PROVES_NOTHING
    if medium.pk in spoken.of_file:
        return medium, Unrecorded.RECORDED_BEFORE
    if MediumState(medium.state) in {MediumState.VALIDATED, MediumState.VERIFIED} and verdict.verdict in SUCCESSES:
        return medium, Unrecorded.PROVEN_ALREADY
    return medium, None


def verdicts_of_table(rows: list[dict[str, str]], name: str) -> list[Verdict]:
    """The verdicts on the rows of a wiping station's table, by the judge of all evidence. Refuses: BadFile."""
    return judge(orjson.dumps(document(rows)), name)


def medium_of_row(
    verdict: Verdict,
    row: Mapping[str, str],
    spoken: Spoken,
    operators: Mapping[str, int],
    actor_pk: int | None,
) -> Answer:
    """As `medium_spoken_of`, for a row of a table, which says more: the device, its serial number, the operator.

    `operators`: as `operators_named` gives it. Who sanitised may not validate, so nobody brings in another's work.
    """
    medium, why = medium_spoken_of(verdict, spoken)
    if medium is None or why is not None:
        return medium, why
    if medium.device and row.get("device") and row["device"] != medium.device.tag:
        return medium, Unrecorded.OTHER_DEVICE
    if medium.device and row.get("device_serial") and serial_key(row["device_serial"]) != medium.device.serial_key:
        return medium, Unrecorded.OTHER_DEVICE
    operator = operators.get(folded(row.get("operator", "")))
    if operator is not None and actor_pk is not None and operator != actor_pk:
        return medium, Unrecorded.OTHERS_WORK
    if _recorded_from_elsewhere(medium, verdict, spoken):
        return medium, Unrecorded.RECORDED_BEFORE
    return medium, None


def operators_named(names: Iterable[str]) -> dict[str, int]:
    """The people of ours behind what a table calls its operators: by the folded name, their primary key."""
    wanted = {folded(name) for name in names} - {""}
    found: dict[str, int] = {}
    if not wanted:
        return found
    for person in get_user_model().objects.order_by("pk"):
        called = (
            person.get_username(),
            person.get_full_name(),
            getattr(person, "email", ""),
            getattr(person, "key", ""),
        )
        for name in map(folded, map(str, called)):
            if name in wanted:
                found.setdefault(name, person.pk)
    return found


def _key(verdict: Verdict) -> str:
    """What the serial number of a drive is compared by; empty when it has none."""
    return serial_key(verdict.serial) if verdict.serial and identifying(verdict.serial) else ""


def _recorded_from_elsewhere(medium: Medium, verdict: Verdict, spoken: Spoken) -> bool:
    # The same rows in another order, or saved once more, are another file and the same act.
    if verdict.ended_at is None:
        return False
    return (medium.pk, aware(verdict.ended_at).astimezone(dt.UTC), verdict.tool[:60]) in spoken.acts


def aware(moment: dt.datetime) -> dt.datetime:
    """A moment as wiping tools write it, local and without a zone, as one of ours."""
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
