"""The first page: the stages of life as one line from collection to association, and what waits for you."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe

from inventory.allocation.complaints import complaints
from inventory.allocation.queries import lines_to_reserve
from inventory.associations.queries import letters_to_send, requests, to_check
from inventory.collection.queries import manifests
from inventory.devices.queries import counts_by_status, waiting_media
from inventory.disposal.finding import found_reports
from inventory.handover.afterwards import to_remind
from inventory.handover.calendar import missed_twice, unclosed
from inventory.handover.queries import agreements, waiting
from inventory.ledger.checkpoints import overdue
from inventory.ledger.kept import loss
from inventory.lifecycle import STRAIGHT_WAY, Actor, MediumState, Status, Word
from inventory.pages.asking import actor_of
from inventory.privacy.listed import records_due, waiting_lists
from inventory.privacy.queries import open_requests
from inventory.wiping.checked_periods import months_to_draw
from inventory.wiping.checked_periods import to_check as to_check_again
from inventory.wiping.queries import to_validate, to_verify

Counts = dict[str, int]

# A member sees so many of their latest requests and agreements.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that waits for whoever holds `word`: how many, in words, and where to do it."""

    word: Word
    count: Callable[[Actor, Counts], int]
    words: Promise
    route: str
    query: str = ""


def _in(*places: Status) -> Callable[[Actor, Counts], int]:
    return lambda actor, counts: sum(counts.get(place, 0) for place in places)


DUTIES: tuple[Duty, ...] = (
    Duty(
        Word.ALLOCATE,
        lambda actor, counts: complaints(actor, state="open").count(),
        ngettext_lazy("complaint to answer", "complaints to answer"),
        "complaints",
    ),
    Duty(
        Word.COLLECT,
        lambda actor, counts: manifests(actor).filter(state="planned").count(),
        ngettext_lazy("collection to pick up", "collections to pick up"),
        "collections",
    ),
    Duty(
        Word.RECEIVE,
        lambda actor, counts: manifests(actor).filter(state="under_way").count(),
        ngettext_lazy("collection on its way to us", "collections on their way to us"),
        "collections",
    ),
    Duty(
        Word.RECEIVE,
        _in(Status.IN_TRANSIT),
        ngettext_lazy("device to receive", "devices to receive"),
        "receive_scan",
    ),
    Duty(
        Word.INSPECT,
        _in(Status.RECEIVED),
        ngettext_lazy("device to inspect", "devices to inspect"),
        "devices",
        "status=received",
    ),
    Duty(
        Word.SANITISE,
        lambda actor, counts: waiting_media(actor, [MediumState.PENDING, MediumState.FAILED]).count(),
        ngettext_lazy("storage medium to sanitise", "storage media to sanitise"),
        "wiping",
    ),
    Duty(
        Word.SANITISE,
        lambda actor, counts: to_verify(actor).count(),
        ngettext_lazy("sanitisation to verify", "sanitisations to verify"),
        "wiping",
    ),
    Duty(
        Word.VALIDATE,
        lambda actor, counts: to_validate(actor).count(),
        ngettext_lazy("sanitisation of others to validate", "sanitisations of others to validate"),
        "wiping",
    ),
    Duty(
        Word.VALIDATE,
        lambda actor, counts: len(months_to_draw(actor)),
        ngettext_lazy("month whose second checks are to be drawn", "months whose second checks are to be drawn"),
        "second_checks",
    ),
    Duty(
        Word.VALIDATE,
        lambda actor, counts: to_check_again(actor).count(),
        ngettext_lazy("second check to do", "second checks to do"),
        "second_checks",
    ),
    Duty(
        Word.WRITE_OFF,
        lambda actor, counts: found_reports(actor, waiting=True).count(),
        ngettext_lazy("message about a device to answer", "messages about devices to answer"),
        "found_reports",
    ),
    Duty(
        Word.REFURBISH,
        _in(Status.SANITISED),
        ngettext_lazy("device to refurbish", "devices to refurbish"),
        "devices",
        "status=sanitised",
    ),
    Duty(
        Word.REFURBISH,
        _in(Status.IN_REFURBISHMENT),
        ngettext_lazy("device on the bench", "devices on the bench"),
        "devices",
        "status=in_refurbishment",
    ),
    Duty(
        Word.REQUEST_FOR_OTHERS,
        lambda actor, counts: letters_to_send("post", actor).count(),
        ngettext_lazy("letter to print and post", "letters to print and post"),
        "letters",
    ),
    Duty(
        Word.REQUEST_FOR_OTHERS,
        lambda actor, counts: letters_to_send("telephone", actor).count(),
        ngettext_lazy("call to make", "calls to make"),
        "calls",
    ),
    Duty(
        Word.ERASE,
        lambda actor, counts: open_requests(actor).count(),
        ngettext_lazy("request about personal data to answer", "requests about personal data to answer"),
        "privacy",
    ),
    Duty(
        Word.ERASE,
        lambda actor, counts: waiting_lists(actor).count(),
        ngettext_lazy("elimination list in hand", "elimination lists in hand"),
        "eliminations",
    ),
    Duty(
        Word.ERASE,
        lambda actor, counts: records_due(),
        ngettext_lazy("archive due for an elimination list", "archives due for an elimination list"),
        "eliminations",
    ),
    Duty(
        Word.DECIDE_ELIGIBILITY,
        lambda actor, counts: to_check(actor).count(),
        ngettext_lazy("association to check", "associations to check"),
        "associations",
    ),
    Duty(
        Word.DECIDE,
        lambda actor, counts: requests(actor, state="received").count(),
        ngettext_lazy("request to decide", "requests to decide"),
        "requests",
        "state=received",
    ),
    Duty(
        Word.ALLOCATE,
        lambda actor, counts: lines_to_reserve(actor).count(),
        ngettext_lazy("granted line without its devices", "granted lines without all their devices"),
        "requests",
        "state=decided",
    ),
    Duty(
        Word.HAND_OVER,
        lambda actor, counts: waiting(actor).count(),
        ngettext_lazy("reserved device without an agreement", "reserved devices without an agreement"),
        "handovers",
    ),
    Duty(
        Word.HAND_OVER,
        lambda actor, counts: agreements(actor).filter(signed_at__isnull=True, cancelled_at__isnull=True).count(),
        ngettext_lazy("agreement to sign", "agreements to sign"),
        "handovers",
        "state=open",
    ),
    Duty(
        Word.HAND_OVER,
        lambda actor, counts: agreements(actor, state="scan_due").count(),
        ngettext_lazy("signed paper to scan", "signed papers to scan"),
        "handovers",
        "state=scan_due",
    ),
    Duty(
        Word.HAND_OVER,
        lambda actor, counts: unclosed(actor).count(),
        ngettext_lazy("appointment to close: did they come?", "appointments to close: did they come?"),
        "appointments",
    ),
    Duty(
        Word.ALLOCATE,
        lambda actor, counts: missed_twice(actor).count(),
        ngettext_lazy("request for which nobody came twice", "requests for which nobody came twice"),
        "appointments",
    ),
    Duty(
        Word.REQUEST_FOR_OTHERS,
        lambda actor, counts: to_remind(actor),
        ngettext_lazy("report of use to remind of", "reports of use to remind of"),
        "aftercare",
    ),
    Duty(
        Word.QUARANTINE,
        _in(Status.IN_QUARANTINE),
        ngettext_lazy("device in quarantine", "devices in quarantine"),
        "devices",
        "status=in_quarantine",
    ),
    Duty(
        Word.RECYCLE,
        _in(Status.TO_RECYCLE),
        ngettext_lazy("device for the recycling collector", "devices for the recycling collector"),
        "devices",
        "status=to_recycle",
    ),
)

# Whose work stands behind each stage of the line: a dot there says that it waits for you.
STAGE_WORDS: dict[Status, Word] = {
    Status.DECLARED: Word.COLLECT,
    Status.IN_TRANSIT: Word.RECEIVE,
    Status.RECEIVED: Word.INSPECT,
    Status.AWAITING_SANITISATION: Word.SANITISE,
    Status.SANITISED: Word.REFURBISH,
    Status.IN_REFURBISHMENT: Word.REFURBISH,
    Status.READY: Word.ALLOCATE,
    Status.RESERVED: Word.HAND_OVER,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A duty with its number, as the board draws it."""

    count: int
    words: str
    route: str
    query: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A place in a device's life, how many are there, and whether they wait for you."""

    status: Status
    count: int
    waits: bool = False


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The line, the statuses beside it and what waits; for a member of an association, their own requests."""
    actor = actor_of(request)
    counts = counts_by_status(actor) if actor.holds(Word.READ_DEVICES) else {}
    member = actor.holds(Word.REQUEST)
    guards = actor.holds(Word.AUDIT) or actor.holds(Word.ADMINISTER)
    lost, waited = (loss(), overdue()) if guards else (None, None)
    context = {
        "way": [Stage(one, counts[one], _waits_for(actor, one, counts)) for one in STRAIGHT_WAY] if counts else [],
        "beside": [Stage(one, counts[one]) for one in Status if one not in STRAIGHT_WAY] if counts else [],
        "empty": bool(counts) and not any(counts.values()),
        "may_declare": actor.holds(Word.DECLARE),
        "waiting": _waiting(actor, counts),
        "lost": str(lost.sentence) % lost.facts if lost else "",
        "waited": waited,
        "member": member,
        "requests": requests(actor)[:MOST_SHOWN] if member else [],
        "agreements": agreements(actor)[:MOST_SHOWN] if member else [],
    }
    return render(request, "inventory/board/board.html", context)


def _waiting(actor: Actor, counts: Counts) -> list[Waiting]:
    found = []
    for duty in DUTIES:
        count = duty.count(actor, counts) if actor.holds(duty.word) else 0
        if count:
            found.append(Waiting(count, str(duty.words % count), duty.route, duty.query))
    return found


def _waits_for(actor: Actor, status: Status, counts: Counts) -> bool:
    return counts[status] > 0 and status in STAGE_WORDS and actor.holds(STAGE_WORDS[status])


urls = [path("", board, name="board")]
