"""What people decide about paper and printers: measured, set up, corrected, moved by a millimetre, no longer used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.tags import tag_url
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word
from labels.addresses import reachable
from labels.brother import DPI as BROTHER_DPI
from labels.brother import tape_of
from labels.contents import public_host
from labels.jobs import stock_named
from labels.measures import refuse_impossible
from labels.models import MOST_NUDGE, LabelPaper, Printer, PrinterKind
from labels.queries import printer_named
from labels.render import refuse_too_small
from labels.stocks import STOCKS, LabelStock

_HUNDREDTH: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Measures:
    """A paper as somebody measured it: lengths in mm, margins from the page's upper left corner."""

    page_width: Decimal
    page_height: Decimal
    label_width: Decimal
    label_height: Decimal
    columns: int = 1
    rows: int = 1
    gap_x: Decimal = Decimal(0)
    gap_y: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    top: Decimal = Decimal(0)
    edge_x: Decimal = Decimal("4.3")
    edge_y: Decimal = Decimal("4.3")
    roll: bool = False

    @property
    def stock(self) -> LabelStock:
        """The paper they describe."""
        return self.laid_on(LabelPaper()).stock

    def laid_on(self, paper: LabelPaper) -> LabelPaper:
        """The same paper with these measures, in hundredths of a millimetre as they will be kept."""
        for field in self.__slots__:
            value = getattr(self, field)
            setattr(paper, field, value.quantize(_HUNDREDTH) if isinstance(value, Decimal) else value)
        return paper

    def refuse(self) -> None:
        """Refuse (BadInput) measures that cannot be, with `field`, and paper too small for the city's QR code."""
        refuse_impossible(self.stock)
        refuse_too_small(tag_url("0" * 9, public_host()), self.stock)


@transaction.atomic
def define_paper(name: str, measures: Measures, *, actor: Actor) -> LabelPaper:
    """Add a paper of one's own to those that can be chosen.

    Refuses: NotAllowed; Conflict (the name is taken); BadInput (measures that cannot be, with `field`; too small for
    the QR code of this city's address).
    """
    require(actor, Word.LABEL)
    key = slugify(name)[:30]
    if not key:
        raise BadInput(_("Give the paper a name with letters or digits, such as the maker's number."), field="name")
    if key in {slugify(one) for one in STOCKS} or LabelPaper.objects.filter(key=key).exists():
        raise Conflict(_("There is a paper called “%(paper)s” already. Give this one another name."), paper=name)
    return _kept(LabelPaper(key=key, name=name.strip()), measures, "paper.define", actor)


@transaction.atomic
def correct_paper(key: str, measures: Measures, *, actor: Actor) -> LabelPaper:
    """Measure a paper of one's own again. Refuses: NotAllowed; NotFound; BadInput as `define_paper` does."""
    require(actor, Word.LABEL)
    return _kept(_own(key), measures, "paper.correct", actor)


@transaction.atomic
def withdraw_paper(key: str, *, actor: Actor) -> LabelPaper:
    """Take a paper of one's own out of the list. Refuses: NotAllowed; NotFound; Conflict (it lies in a printer)."""
    require(actor, Word.LABEL)
    paper = _own(key)
    printer = Printer.objects.filter(stock=key, withdrawn=False).order_by("name").first()
    if printer is not None:
        raise Conflict(_("This paper lies in %(printer)s. Give that printer another one first."), printer=printer.name)
    record(Deed("paper.withdraw", "paper", key, next_seq("paper", key)), actor=actor)
    paper.withdrawn = True
    paper.save()
    return paper


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """A printer: what it speaks (`PrinterKind`), where it is (host empty: nowhere in the network), its paper."""

    kind: str
    stock: str
    host: str = ""
    port: int = 9100
    dpi: int = 300

    def refuse(self) -> None:
        """Refuse (BadInput, with `field`) an address outside the allowed networks, and paper it cannot print."""
        if self.kind not in set(PrinterKind):
            raise BadInput(_("A printer is one of %(kinds)s."), field="kind", kinds=", ".join(PrinterKind))
        if self.host:
            reachable(self.host, self.port)
        stock = stock_named(self.stock)
        if (self.kind == PrinterKind.OFFICE) == stock.roll:
            raise BadInput(
                _("“%(stock)s” does not go into such a printer: sheets are for office printers, rolls for the others."),
                field="stock",
                stock=stock.name,
            )
        if self.kind == PrinterKind.BROTHER:
            tape_of(self.stock)
            if self.dpi != BROTHER_DPI:
                raise BadInput(_("Brother QL printers have 300 dots an inch."), field="dpi")
        url = tag_url("0" * 9, public_host())
        refuse_too_small(url, stock, dpi=None if self.kind == PrinterKind.OFFICE else self.dpi)


@transaction.atomic
def set_up_printer(name: str, facts: PrinterFacts, *, actor: Actor) -> Printer:
    """Make a printer known.

    Refuses: NotAllowed; Conflict (the name is taken); BadInput (name, address, paper, resolution, with `field`).
    """
    require(actor, Word.ADMINISTER)
    key = slugify(name)[:30]
    if not key:
        raise BadInput(_("Give the printer a name with letters or digits, such as its room."), field="name")
    if Printer.objects.filter(key=key).exists():
        raise Conflict(_("There is a printer called “%(printer)s” already. Give this one another name."), printer=name)
    return _set(Printer(key=key, name=name.strip()), facts, "printer.set_up", actor)


@transaction.atomic
def correct_printer(key: str, facts: PrinterFacts, *, actor: Actor) -> Printer:
    """Change where a printer is or what lies in it. Refuses: NotAllowed; BadInput as `set_up_printer` does."""
    require(actor, Word.ADMINISTER)
    return _set(_printer(key), facts, "printer.correct", actor)


@transaction.atomic
def nudge_printer(key: str, *, actor: Actor, right: Decimal, down: Decimal) -> Printer:
    """Move what a printer prints, in mm (negative: left, up), as its test page shows. Refuses: NotAllowed; BadInput."""
    require(actor, Word.LABEL)
    for field, way in (("right", right), ("down", down)):
        if not -MOST_NUDGE <= way <= MOST_NUDGE:
            raise BadInput(
                _("Move it by %(most)s mm at most. If more is missing, the paper or its measures are wrong."),
                field=field,
                most=MOST_NUDGE,
            )
    printer = _printer(key)
    printer.nudge_x, printer.nudge_y = right.quantize(_TENTH), down.quantize(_TENTH)
    told = {"right": str(printer.nudge_x), "down": str(printer.nudge_y)}
    record(Deed("printer.nudge", "printer", key, next_seq("printer", key), facts=told), actor=actor)
    printer.save()
    return printer


@transaction.atomic
def withdraw_printer(key: str, *, actor: Actor) -> Printer:
    """Take a printer off the list. Refuses: NotAllowed; BadInput (there is none)."""
    require(actor, Word.ADMINISTER)
    printer = _printer(key)
    record(Deed("printer.withdraw", "printer", key, next_seq("printer", key)), actor=actor)
    printer.withdrawn = True
    printer.save()
    return printer


def _printer(key: str) -> Printer:
    printer_named(key)
    return Printer.objects.select_for_update().get(key=key)


def _set(printer: Printer, facts: PrinterFacts, event: str, actor: Actor) -> Printer:
    facts.refuse()
    plain = {field: getattr(facts, field) for field in PrinterFacts.__slots__}
    for field, value in plain.items():
        setattr(printer, field, value)
    # Where it is in the city's network is nobody else's business: the ledger says that it was set up, and with what.
    told = {field: plain[field] for field in ("kind", "stock", "dpi")}
    record(Deed(event, "printer", printer.key, next_seq("printer", printer.key), facts=told), actor=actor)
    printer.save()
    return printer


def _own(key: str) -> LabelPaper:
    paper = LabelPaper.objects.select_for_update().filter(key=key, withdrawn=False).first()
    if paper is None:
        raise NotFound(_("There is no label paper called “%(stock)s”."), stock=key[:40], field="stock")
    return paper


def _kept(paper: LabelPaper, measures: Measures, event: str, actor: Actor) -> LabelPaper:
    measures.refuse()
    measures.laid_on(paper)
    facts = {field: getattr(paper, field) for field in Measures.__slots__}
    plain = {field: str(value) if isinstance(value, Decimal) else value for field, value in facts.items()}
    record(Deed(event, "paper", paper.key, next_seq("paper", paper.key), facts=plain), actor=actor)
    paper.save()
    return paper
