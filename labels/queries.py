"""What the database knows about the labels somebody wants: which tags exist, and what to print beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.devices.models import IssuedTag
from inventory.devices.tags import read_tag, tag_url
from inventory.errors import BadInput, NotFound
from inventory.lifecycle import Actor, Word
from labels.designs import Label
from labels.models import LabelPaper
from labels.stocks import STOCKS, LabelStock

# A label speaks both languages of the city whatever the language of the screen, so these are not translated.
FRENCH_LINE = "Ville de Bruxelles · réemploi"
DUTCH_LINE = "Stad Brussel · hergebruik"

MOST_TAGS = 2000


@dataclass(frozen=True, slots=True)
class Batch:
    """Tags given out in one go to be printed beforehand: when, and how many are on no device yet."""

    issued_at: dt.datetime
    free: int


def labels_of(tags: Iterable[str], *, actor: Actor) -> list[Label]:
    """The labels of these tags (anything `read_tag` accepts), in order, each once; blank where no device bears one.

    Refuses: NotAllowed; BadInput (no tag at all, not a tag, more than 2,000); NotFound (a tag never given out).
    """
    require(actor, Word.LABEL)
    codes = list(dict.fromkeys(read_tag(tag) for tag in tags))
    if not codes:
        raise BadInput(_("Give at least one tag: scan, type or paste it."), field="tags")
    if len(codes) > MOST_TAGS:
        raise BadInput(_("Print at most %(most)s tags at once."), field="tags", most=MOST_TAGS)
    kinds = _kinds(codes)
    for code in codes:
        if code not in kinds:
            raise NotFound(_("The tag %(tag)s was never given out. Take it off the list."), tag=code, field="tags")
    names = {category: _in_both_languages(category) for category in set(kinds.values())}
    return [label_for(code, names[kinds[code]]) for code in codes]


def public_host() -> str:
    """The host in the link of every QR code."""
    return str(settings.RELAIS_PUBLIC_HOST)


def label_for(code: str, kind: str) -> Label:
    """The label of a tag (nine symbols), with the city's lines, link and telephone."""
    return Label(
        tag=code,
        url=tag_url(code, public_host()),
        kind=kind,
        fr=FRENCH_LINE,
        nl=DUTCH_LINE,
        phone=settings.RELAIS_PHONE,
    )


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


def _kinds(codes: Sequence[str]) -> dict[str, str]:
    """The category behind each tag that was given out; "" where it is on no device yet."""
    found: dict[str, str] = {}
    for start in range(0, len(codes), 500):
        issued = IssuedTag.objects.filter(code__in=codes[start : start + 500])
        found.update((code, kind or "") for code, kind in issued.values_list("code", "device__category"))
    return found


def _in_both_languages(category: str) -> str:
    if category not in CATEGORIES:
        return ""
    names = []
    for language in ("fr", "nl"):
        with translation.override(language):
            names.append(str(CATEGORIES[category]))
    return " · ".join(dict.fromkeys(names))
