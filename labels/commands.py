"""What people decide about label paper: a new one measured, one measured again, one no longer used."""

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
from labels.measures import refuse_impossible
from labels.models import LabelPaper
from labels.queries import public_host
from labels.render import refuse_too_small
from labels.stocks import STOCKS, LabelStock

_HUNDREDTH: Final = Decimal("0.01")


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
    """Take a paper of one's own out of the list. Refuses: NotAllowed; NotFound."""
    require(actor, Word.LABEL)
    paper = _own(key)
    record(Deed("paper.withdraw", "paper", key, next_seq("paper", key)), actor=actor)
    paper.withdrawn = True
    paper.save()
    return paper


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
