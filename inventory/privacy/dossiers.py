"""What makes an archive of a request: its papers, the day on which it was closed, and what still holds it open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.models import Decision, Reservation
from inventory.allocation.refusal_models import Refusal
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.models import Request
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.appointment_models import Appointment
from inventory.handover.models import AgreementItem
from inventory.ledger.rows import among
from inventory.privacy.elimination_models import EliminationLine, RetentionHold

HOLDS: Final[dict[str, Promise]] = {
    "claim": _("needed for a claim (GDPR art. 17(3)(e))"),
    "dispute": _("a dispute or an appeal"),
    "audit": _("an audit examines it"),
    "research": _("the archives want to look at it first"),
}
# Why a record is left out though its term is over, or was when the list was drawn up.
WHY_OPEN: Final[dict[str, Promise]] = {
    **HOLDS,
    "undecided": _("not decided yet"),
    "complaint": _("a complaint waits for its answer"),
    "reserved": _("devices are still kept for it"),
    "appointment": _("an appointment is booked"),
    "letter": _("a letter waits to be sent"),
    "used": _("it was used again since"),
    "gone": _("it is no longer there"),
}
KINDS: Final[dict[str, Promise]] = {"request": _("Request with its papers"), "letter": _("Letter without a request")}


@dataclass(slots=True)
class Dossier:
    """One record as an archivist counts it: its number, first and last day, how many papers; `why` it is still open."""

    kind: str
    key: str
    pk: int
    first_on: dt.date
    last_on: dt.date
    papers: int = 1
    why: str = ""


def due_of(record_class: str, before: dt.date, most: int) -> list[Dossier]:
    """The oldest records of a class that were closed before this day, which no list binds and nothing holds open."""
    found = [one for kind in CLASSES[record_class] for one in _KINDS[kind](_free(kind, before))]
    closed = [one for one in found if not one.why and one.last_on < before]
    return sorted(closed, key=lambda one: (one.last_on, one.kind, one.key))[:most]


def dossiers(kind: str, keys: Iterable[str]) -> dict[str, Dossier]:
    """These records as they stand now, by their number."""
    number = "reference" if kind == "request" else "number"
    rows = _MODELS[kind]._default_manager.filter(among(number, keys))
    return {one.key: one for one in _KINDS[kind](rows)}


def exists(kind: str, key: str) -> bool:
    """Whether there is such a record, not yet destroyed."""
    return bool(dossiers(kind, [key]))


def _free(kind: str, before: dt.date) -> QuerySet[Any]:
    """Old enough to look at closely, and on no list."""
    bound = EliminationLine.objects.filter(kind=kind, bound=True).values("key")
    day = timezone.make_aware(dt.datetime.combine(before, dt.time()))
    if kind == "request":
        return Request.objects.filter(received_at__lt=day).exclude(reference__in=bound)
    return Letter.objects.filter(written_at__lt=day, request__isnull=True).exclude(number__in=bound)


def _requests(rows: QuerySet[Request]) -> list[Dossier]:
    living = rows.exclude(purpose="")
    found = {
        pk: Dossier("request", key, pk, _day(received), _day(recorded), why="undecided" if state == "received" else "")
        for pk, key, received, recorded, state in living.order_by("id").values_list(
            "pk", "reference", "received_at", "recorded_at", "state"
        )
    }
    if not found:
        return []
    these = list(found)
    for is_paper, rows_of in _happened(these):
        for pk, count, last in rows_of:
            one = found[pk]
            one.last_on = max([one.last_on, *(_day(moment) for moment in last if moment)])
            one.papers += count if is_paper else 0
    for why, pks in _open_requests(these):
        for pk in pks:
            found[pk].why = found[pk].why or why
    _held(found.values(), "request")
    return list(found.values())


# Whether it is a paper of the file, the table, the way to the request, and the moments that count.
_DEEDS: Final[tuple[tuple[bool, type[Any], str, tuple[str, ...]], ...]] = (
    (True, Decision, "request_id", ("decided_at",)),
    (True, Filing, "request_id", ("recorded_at",)),
    (True, Letter, "request_id", ("written_at", "sent_at")),
    (True, ComplaintAnswer, "filing__request_id", ("answered_at",)),
    (False, Reservation, "line__request_id", ("reserved_at", "released_at")),
    (False, Refusal, "line__request_id", ("recorded_at",)),
    (False, Appointment, "request_id", ("booked_at", "ended_at")),
    (
        False,
        AgreementItem,
        "reservation__line__request_id",
        ("agreement__prepared_at", "agreement__signed_at", "ended_at"),
    ),
    (False, AfterEvent, "agreement__items__reservation__line__request_id", ("recorded_at",)),
)


def _happened(these: list[int]) -> Iterator[tuple[bool, Iterator[tuple[int, int, list[dt.datetime | None]]]]]:
    """Everything that happened about requests, a table at a time: whose, how many, and the last moments."""
    for is_paper, model, owner, moments in _DEEDS:
        latest = {f"last_{place}": Max(moment) for place, moment in enumerate(moments)}
        # `values` before `annotate`: a row a request, whatever the order the table has by itself.
        rows = model._default_manager.filter(among(owner, these)).order_by().values(owner)
        grouped = rows.annotate(papers=Count("pk", distinct=True), **latest)
        yield is_paper, ((row[owner], row["papers"], [row[name] for name in latest]) for row in grouped)


def _open_requests(these: list[int]) -> list[tuple[str, Any]]:
    asked = among("request_id", these)
    complaints = Filing.objects.filter(asked, procedure="complain", complaint_answer__isnull=True)
    kept = Reservation.objects.filter(among("line__request_id", these), released_at__isnull=True)
    kept = kept.exclude(items__agreement__signed_at__isnull=False)
    letters = Letter.objects.filter(asked, sent_at__isnull=True)
    return [
        ("complaint", complaints.values_list("request_id", flat=True)),
        ("reserved", kept.values_list("line__request_id", flat=True)),
        ("appointment", Appointment.objects.filter(asked, state="booked").values_list("request_id", flat=True)),
        ("letter", letters.values_list("request_id", flat=True)),
    ]


def _letters(rows: QuerySet[Letter]) -> list[Dossier]:
    # A letter about an agreement belongs to that.
    loose = rows.filter(request__isnull=True).exclude(_DESTROYED).exclude(pk__in=_of_agreements())
    found = [
        Dossier("letter", key, pk, _day(written), _day(sent or written), why="" if sent else "letter")
        for pk, key, written, sent in loose.order_by("id").values_list("pk", "number", "written_at", "sent_at")
    ]
    _held(found, "letter")
    return found


def _of_agreements() -> Any:
    return AfterEvent.objects.filter(letter__isnull=False).values("letter_id")


def _held(found: Iterable[Dossier], kind: str) -> None:
    held = dict(RetentionHold.objects.filter(kind=kind, lifted_at__isnull=True).values_list("key", "why"))
    for one in found:
        one.why = held.get(one.key, one.why)


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)


_DESTROYED: Final = Q(content__has_key="destroyed")
_MODELS: Final[dict[str, type[Any]]] = {"request": Request, "letter": Letter}
_KINDS: Final[dict[str, Callable[[QuerySet[Any]], list[Dossier]]]] = {"request": _requests, "letter": _letters}
# The archival classes whose records Relais knows how to destroy, and of which kinds these are. The ledger is never
# destroyed; agreements are kept for good, and an archivist who wants another fate for them needs another Relais.
CLASSES: Final[dict[str, tuple[str, ...]]] = {"requests": ("request", "letter")}
