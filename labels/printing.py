"""Labels leave the house: as a file, or to a printer in the network once at most; each print is an entry.

Whether paper came out of a printer nobody can know from here. A run therefore writes "it is leaving" before the first
byte leaves, and a run of which that is written is never begun again (docs/decisions/17-labels-leave-once-at-most.md).
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.models import IssuedTag, Medium
from inventory.errors import BadInput, Conflict
from inventory.jobs.attempts import Attempt
from inventory.jobs.commands import enqueue
from inventory.ledger.commands import Deed, record_all
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor, Word
from labels.addresses import connected, reachable
from labels.contents import design_named
from labels.designs import Label
from labels.jobs import Setting, Wish, file_for, file_kind, labels_for, made_file, setting_at, setting_of
from labels.models import Printer, PrintRun, Sending
from labels.queries import print_run_of, printer_named

# So many labels leave between two signs of progress.
STRIDE = 10


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file of labels to take along."""

    content: bytes
    mime: str
    name: str


@transaction.atomic
def take_file(wish: Wish, kind: str, *, actor: Actor) -> LabelFile:
    """The labels of a wish as a file (`pdf`, `png`, `zpl` or `brother`), counted as printed.

    Refuses: NotAllowed; NotFound, Conflict, BadInput (codes, design, paper, place, copies, kind of file).
    """
    require(actor, Word.LABEL)
    setting = setting_of(wish)
    labels = labels_for(wish, actor=actor)
    content = made_file(labels, setting, kind)
    _count(labels, wish.design, setting, actor)
    made = file_kind(kind)
    what = labels[0].tag if len(labels) == 1 else setting.key
    return LabelFile(content, made.mime, f"labels-{what}.{made.suffix}")


@transaction.atomic
def send(wish: Wish, *, actor: Actor, ticket: str = "") -> PrintRun:
    """Ask for labels from a printer in the network; a worker sends them. The same `ticket` twice asks once.

    Refuses: NotAllowed; NotFound, Conflict, BadInput (as `take_file`; a printer without an address, or outside the
    networks allowed).
    """
    require(actor, Word.LABEL)
    known = PrintRun.objects.select_related("job").filter(ticket=ticket).first() if ticket else None
    if known is not None:
        return known
    printer = printer_named(wish.printer)
    if not printer.host:
        raise BadInput(
            _("%(printer)s has no address in the network. Save the file and print it."),
            printer=printer.name,
            field="printer",
        )
    reachable(printer.host, printer.port)
    labels = labels_for(wish, actor=actor)
    # Paper that is too small is told now, not by the worker.
    made_file(labels[:1], setting_at(printer, first=wish.first), file_for(printer))
    job = enqueue("labels", actor=actor, total=len(labels) * wish.copies)
    run = PrintRun(
        job=job,
        printer=printer,
        design=wish.design,
        codes=[label.tag for label in labels],
        logo=wish.logo,
        first=wish.first,
        copies=wish.copies,
    )
    run.ticket = ticket or run.ticket
    run.save()
    job.place = reverse("print_run", args=[run.code])
    job.save()
    return run


@transaction.atomic
def send_again(code: str, *, actor: Actor) -> PrintRun:
    """The same labels to the same printer anew, because somebody looked and they are not there: a run of its own.

    Refuses: NotAllowed; NotFound; Conflict (it is still under way); and as `send` does.
    """
    run = print_run_of(code, actor=actor)
    if not run.job.ended:
        raise Conflict(_("These labels are still on their way. Wait until this has ended."))
    wish = Wish(tuple(run.codes), run.design, first=run.first, copies=run.copies, logo=run.logo)
    # Sent again twice by a double click, it asks once.
    return send(replace(wish, printer=run.printer.key), actor=actor, ticket=f"again-{run.code}-{run.again_before()}")


def feed_printer(attempt: Attempt) -> None:
    """The work of a run: connect, write that it is leaving, send, write that it has left.

    Whoever finds "it is leaving" took over from a worker that died in the middle: it sends nothing more.
    """
    run = PrintRun.objects.select_related("printer", "job").get(job_id=attempt.job.pk)
    printer = run.printer
    if run.state != Sending.WAITING:
        raise Conflict(_UNSURE, printer=printer.name, sent=run.sent, count=attempt.job.total)
    wish = Wish(tuple(run.codes), run.design, first=run.first, copies=run.copies, logo=run.logo, printer=printer.key)
    setting = setting_at(printer, first=run.first, copies=run.copies)
    labels = labels_for(wish, actor=attempt.actor)
    pieces = _pieces(labels, setting, file_for(printer))
    first = next(pieces)
    with _line(printer) as line:
        _begin(attempt, run, labels, setting)
        try:
            _pour(attempt, run, line, first, pieces)
        except OSError as broken:
            raise Conflict(_UNSURE, printer=printer.name, sent=run.sent, count=attempt.job.total) from broken
    with attempt.closing():
        PrintRun.objects.filter(pk=run.pk).update(state=Sending.SENT, sent=attempt.job.total)


_UNSURE = _(
    "The line to %(printer)s broke off: it may have printed, at least %(sent)s of %(count)s labels had left. Look at "
    "the printer, then print what is missing."
)


def _line(printer: Printer) -> socket.socket:
    try:
        return connected(printer.host, printer.port)
    except OSError as off:
        raise Conflict(
            _("%(printer)s does not answer at %(host)s. Nothing was printed. Switch it on and print again."),
            printer=printer.name,
            host=printer.host,
        ) from off


@transaction.atomic
def _begin(attempt: Attempt, run: PrintRun, labels: list[Label], setting: Setting) -> None:
    # The fence first: whoever was overtaken stops here.
    attempt.progress(0)
    if not PrintRun.objects.filter(pk=run.pk, state=Sending.WAITING).update(state=Sending.SENDING):
        raise Conflict(_UNSURE, printer=run.printer.name, sent=run.sent, count=attempt.job.total)
    _count(labels, run.design, setting, attempt.actor)


def _pieces(labels: list[Label], setting: Setting, kind: str) -> Iterator[tuple[int, bytes]]:
    """How many labels, and their bytes; a PDF is one piece."""
    if kind == "pdf":
        yield len(labels) * setting.copies, made_file(labels, setting, kind)
        return
    for label in labels:
        yield setting.copies, made_file([label], setting, kind)


def _pour(
    attempt: Attempt, run: PrintRun, line: socket.socket, first: tuple[int, bytes], rest: Iterable[tuple[int, bytes]]
) -> None:
    told = 0
    for number, piece in chain([first], rest):
        line.sendall(piece)
        run.sent += number
        if run.sent - told >= STRIDE:
            told = run.sent
            PrintRun.objects.filter(pk=run.pk).update(sent=run.sent)
            attempt.progress(run.sent)
    line.shutdown(socket.SHUT_WR)


def _count(labels: list[Label], design: str, setting: Setting, actor: Actor) -> None:
    """One entry a label: its number in the history of its code says the how manieth print it is."""
    if not design_named(design).counted:
        return
    codes = [label.tag for label in labels]
    printed: dict[str, int] = {}
    for start in range(0, len(codes), 500):
        some = codes[start : start + 500]
        # Two who print one label at the same moment wait for each other.
        model = Medium if design == "medium" else IssuedTag
        list(model.objects.select_for_update().filter(code__in=some).order_by("id").values_list("id", flat=True))
        entries = Entry.objects.filter(subject_kind="label", subject_key__in=some)
        printed.update(entries.values_list("subject_key").annotate(last=Max("subject_seq")).order_by())
    deeds = []
    for code in codes:
        before = printed.get(code, 0)
        facts = {"design": design, "stock": setting.key, "copies": setting.copies}
        deeds.append(Deed("label.reprint" if before else "label.print", "label", code, before + 1, facts=facts))
    record_all(deeds, actor=actor)
