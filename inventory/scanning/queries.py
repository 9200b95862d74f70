"""Every read of scanning sessions: the list, one session's rows and counters, what a phone keeps off line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.collection.models import ManifestLine
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device, Location
from inventory.errors import NotFound, told
from inventory.lifecycle import Actor, Status, Word
from inventory.scanning.acts import ACTS, Act
from inventory.scanning.models import ActName, Outcome, ScanRow, ScanSession

# Where nothing of ours stands any more, or stands yet.
ELSEWHERE = (Status.DECLARED, Status.HANDED_OVER, Status.RECYCLED, Status.LOST, Status.WITHDRAWN)
# What a phone keeps to name devices off line; beyond it a tag is kept without its name.
MOST_KEPT = 20_000


def acts_of(actor: Actor) -> list[Act]:
    """What this person may do by scanning, in the order of a device's life."""
    return [act for act in ACTS.values() if actor.holds(act.needs)]


def sessions(actor: Actor, *, act: str = "", still_open: bool = False) -> QuerySet[ScanSession]:
    """Sessions with their counters, newest first. Refuses NotAllowed.

    Of a delivery, `taken` devices were taken, `arrived` of them are here, and `strangers` that were not.
    """
    require(actor, Word.READ_DEVICES)
    found = ScanSession.objects.select_related("location", "request", "manifest", "opened_by").order_by("-id")
    if act:
        found = found.filter(act=act)
    if still_open:
        found = found.filter(closed_at__isnull=True)
    done = Q(rows__outcome=Outcome.DONE, rows__undone_at__isnull=True)
    return found.annotate(
        done=Count("rows", filter=done),
        again=Count("rows", filter=Q(rows__outcome=Outcome.AGAIN)),
        refused=Count("rows", filter=Q(rows__outcome=Outcome.REFUSED)),
        taken=_lines(taken_at__isnull=False),
        arrived=_lines(taken_at__isnull=False, arrived_at__isnull=False),
        strangers=_lines(taken_at__isnull=True, arrived_at__isnull=False),
    )


def _lines(**which: bool) -> Coalesce:
    lines = ManifestLine.objects.filter(manifest=OuterRef("manifest"), **which).order_by().values("manifest")
    return Coalesce(Subquery(lines.annotate(count=Count("id")).values("count")), 0, output_field=IntegerField())


def session_of(code: str, actor: Actor) -> ScanSession:
    """One session with its counters `done`, `again`, `refused`. Refuses: NotAllowed; NotFound."""
    found = sessions(actor).filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no scanning session %(session)s."), session=code)
    return found


def rows_of(session: ScanSession) -> QuerySet[ScanRow]:
    """Its scans, newest first, with their devices."""
    rows = session.rows.select_related("device", "device__location", "container", "session", "session__location")
    return rows.order_by("-id")


def scanners_of(session: ScanSession) -> list[tuple[str, int]]:
    """Who scans in a session, by pseudonym, and how many scans of theirs count; who began first stands first."""
    counted = session.rows.filter(outcome=Outcome.DONE, undone_at__isnull=True).order_by()
    people = counted.values("scanned_by__key").annotate(done=Count("id"), first=Min("id")).order_by("first")
    return list(people.values_list("scanned_by__key", "done"))


def said(row: ScanRow) -> str:
    """What came of a scan, as a sentence in the reader's language."""
    act = ACTS[row.session.act]
    if row.undone_at:
        return _("Undone.")
    if row.outcome == Outcome.REFUSED:
        return told(row.why)
    if row.facts.get("twice"):
        return _("Scanned before in this session. It counts once.")
    if row.container is not None:
        return _said_of_crate(row)
    if is_stranger(row):
        return _said_of_stranger(row)
    sentence = act.said if row.outcome == Outcome.DONE else act.already_said
    request = row.session.request
    return str(sentence) % {
        "place": str(row.session.location or ""),
        "grade": row.session.grade,
        "reference": request.reference if request else "",
    }


def _said_of_crate(row: ScanRow) -> str:
    if row.outcome == Outcome.AGAIN:
        return _("This crate was received before.")
    if row.facts["opened"]:
        return _("This is not the seal that was put on. Open the crate and scan what lies in it.")
    words = ngettext(
        "The crate is here, and %(count)s device in it.",
        "The crate is here, and %(count)s devices in it.",
        row.facts["inside"],
    )
    return words % {"count": row.facts["inside"]}


def is_stranger(row: ScanRow) -> bool:
    """Whether a device was received with a delivery on which it was not taken."""
    return row.outcome == Outcome.DONE and bool(row.facts.get("unexpected")) and row.undone_at is None


def _said_of_stranger(row: ScanRow) -> str:
    facts = {"number": row.facts["elsewhere"], "place": str(row.session.location or "")}
    if facts["number"]:
        return _("Received at %(place)s. It belongs to collection %(number)s and counts there.") % facts
    return _("Received at %(place)s. It was not on the list when they were taken: put it aside.") % facts


def kind_of(row: ScanRow) -> str:
    """The kind of the scanned device in the reader's language; empty when none was found."""
    return str(CATEGORIES.get(row.device.category, row.device.category)) if row.device else ""


def standing_at(place: Location | None) -> QuerySet[Device]:
    """The devices in our hands that stand at a place."""
    return Device.objects.filter(location=place, merged_into__isnull=True).exclude(status__in=ELSEWHERE).order_by("id")


def open_stocktakes(actor: Actor) -> list[ScanSession]:
    """Stock-takes that are not closed, oldest first, with their place. Refuses NotAllowed."""
    return list(sessions(actor, act=ActName.COUNT, still_open=True).select_related("location").order_by("id"))


def expected_of(session: ScanSession, devices: Collection[int]) -> frozenset[int]:
    """Which of these devices (primary keys) a stock-take expects."""
    return frozenset(session.expected.filter(device_id__in=devices).values_list("device_id", flat=True))


def counted_in(session: ScanSession, devices: Collection[int], turn: int | None = None) -> frozenset[int]:
    """Which of these devices (primary keys) were counted in a session, by one of those who count (None: by any)."""
    rows = session.rows.filter(device_id__in=devices, outcome=Outcome.DONE, undone_at__isnull=True)
    rows = rows.filter(turn=turn) if turn else rows
    return frozenset(pk for pk in rows.values_list("device_id", flat=True) if pk)


def stock(actor: Actor) -> list[list[str]]:
    """What a phone keeps to name devices off line: tag, kind, maker and model, serial, place. Refuses NotAllowed."""
    require(actor, Word.READ_DEVICES)
    gone = (Status.HANDED_OVER, Status.RECYCLED, Status.WITHDRAWN)
    kept = Device.objects.filter(merged_into__isnull=True).exclude(status__in=gone).order_by("-changed_at", "-id")
    columns = ("tag", "category", "manufacturer", "model", "serial", "location__code")
    return [
        [tag, category, f"{maker} {model}".strip(), serial, place or ""]
        for tag, category, maker, model, serial, place in kept.values_list(*columns)[:MOST_KEPT]
    ]


def table_of(session: ScanSession) -> Iterator[list[Any]]:
    """The session's list as rows of a table, oldest scan first, headings included."""
    yield [
        _("Scanned"),
        _("Tag"),
        _("Kind"),
        _("Maker and model"),
        _("Result"),
        _("Reason"),
        _("When it happened"),
        _("When it was recorded"),
    ]
    labels = {Outcome.DONE: _("Done"), Outcome.AGAIN: _("Scanned before"), Outcome.REFUSED: _("Refused")}
    for row in rows_of(session).order_by("id").iterator(chunk_size=500):
        device = row.device
        yield [
            row.text,
            device.tag if device else "",
            kind_of(row),
            device.title if device else "",
            _("Undone") if row.undone_at else labels[Outcome(row.outcome)],
            said(row),
            row.occurred_at.isoformat(timespec="seconds"),
            row.recorded_at.isoformat(timespec="seconds"),
        ]
