"""What the database knows for printing: papers, printers, tags made beforehand, and what was sent to a printer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.models import IssuedTag
from inventory.devices.tags import read_tag
from inventory.errors import BadInput, NotFound
from inventory.lifecycle import Actor, Word
from labels.models import LabelPaper, Printer, PrintRun
from labels.stocks import STOCKS, LabelStock


@dataclass(frozen=True, slots=True)
class Batch:
    """Tags given out in one go to be printed beforehand: when, and how many are on no device yet."""

    issued_at: dt.datetime
    free: int


def own_papers(*, actor: Actor) -> list[LabelPaper]:
    """The papers people measured themselves, by name. Refuses NotAllowed."""
    require(actor, Word.LABEL)
    return list(LabelPaper.objects.filter(withdrawn=False).order_by("name"))


def own_paper(key: str, *, actor: Actor) -> LabelPaper:
    """One of them. Refuses: NotAllowed; NotFound."""
    require(actor, Word.LABEL)
    paper = LabelPaper.objects.filter(withdrawn=False, key=key).first()
    if paper is None:
        raise NotFound(_("There is no label paper called “%(stock)s”."), stock=key[:40], field="stock")
    return paper


def printers(*, actor: Actor) -> list[Printer]:
    """The printers of the house, by name. Refuses NotAllowed (who neither labels nor administers)."""
    _may_see_printers(actor)
    return list(Printer.objects.filter(withdrawn=False).order_by("name"))


def printer_choices() -> list[tuple[str, str]]:
    """Key and name of each printer, for a form."""
    return list(Printer.objects.filter(withdrawn=False).order_by("name").values_list("key", "name"))


def printer_of(key: str, *, actor: Actor) -> Printer:
    """One of them. Refuses as `printers` does; BadInput (there is none)."""
    _may_see_printers(actor)
    return printer_named(key)


def printer_named(key: str) -> Printer:
    """The printer with this key. Refuses (BadInput) an unknown one."""
    printer = Printer.objects.filter(withdrawn=False, key=key).first()
    if printer is None:
        raise BadInput(_("There is no printer called “%(printer)s”."), printer=key[:40], field="printer")
    return printer


def print_run_of(code: str, *, actor: Actor) -> PrintRun:
    """A print run. Refuses: NotAllowed; NotFound."""
    require(actor, Word.LABEL)
    run = PrintRun.objects.select_related("job", "printer").filter(code=code).first()
    if run is None:
        raise NotFound(_("There is no such print run."))
    return run


def print_runs(*, actor: Actor, most: int = 20) -> list[PrintRun]:
    """The latest print runs, newest first. Refuses NotAllowed."""
    require(actor, Word.LABEL)
    return list(PrintRun.objects.select_related("job", "printer").order_by("-id")[:most])


def _may_see_printers(actor: Actor) -> None:
    if not actor.holds(Word.ADMINISTER):
        require(actor, Word.LABEL)


def every_stock() -> dict[str, LabelStock]:
    """Every paper by its key: the makers' ones first, then people's own by name."""
    own = LabelPaper.objects.filter(withdrawn=False).order_by("name")
    return STOCKS | {paper.key: paper.stock for paper in own}


def batches(*, actor: Actor, most: int = 20) -> list[Batch]:
    """The latest batches of tags printed beforehand that still have a free one, newest first. Refuses NotAllowed."""
    require(actor, Word.LABEL)
    free = IssuedTag.objects.filter(device__isnull=True).values("issued_at")
    rows = free.annotate(free=Count("id")).order_by("-issued_at")[:most]
    return [Batch(row["issued_at"], row["free"]) for row in rows]


def tags_of_batch(issued_at: dt.datetime, *, actor: Actor) -> list[str]:
    """The tags of a batch that are on no device yet, in the order they were given out. Refuses NotAllowed."""
    require(actor, Word.LABEL)
    free = IssuedTag.objects.filter(issued_at=issued_at, device__isnull=True)
    return list(free.order_by("id").values_list("code", flat=True))


def batch_of(tag: str) -> dt.datetime:
    """When a tag was given out: what names its batch. Refuses (NotFound) a tag never given out."""
    found = IssuedTag.objects.filter(code=read_tag(tag)).values_list("issued_at", flat=True).first()
    if found is None:
        raise NotFound(_("The tag %(tag)s was never given out."), tag=tag)
    return found
