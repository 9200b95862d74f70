"""What each design says: registry of the designs, and from codes to labels, in French and Dutch together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.devices.gatekeepers import require
from inventory.devices.models import IssuedTag, Location, Medium
from inventory.devices.tags import read_tag, read_tags, tag_url
from inventory.errors import BadInput, Conflict, NotFound
from inventory.lifecycle import Actor, Word
from inventory.scanning.models import ActName
from labels.designs import Label

MOST_TAGS: Final = 2000
USUAL_DESIGN: Final = "device"

# A label speaks both languages of the city whatever the language of the screen, so these are not translated.
CITY_LINES: Final = ("Ville de Bruxelles · réemploi", "Stad Brussel · hergebruik")
DATA_LINES: Final = ("Données\u00a0: ne pas séparer de sa fiche", "Gegevens: bij de fiche houden")
BAG_LINES: Final = ("Supports à détruire\u00a0: ne pas ouvrir", "Te vernietigen dragers: niet openen")
SHELF_LINES: Final = ("Emplacement\u00a0: scanner pour y ranger", "Plaats: scannen om hier te zetten")
MODE_LINES: Final = ("Scanner pour commencer", "Scannen om te beginnen")
# The acts of a scanning session, as a card says them.
ACTS: Final[dict[ActName, tuple[str, str]]] = {
    ActName.RECEIVE: ("Réceptionner", "Ontvangen"),
    ActName.MOVE: ("Déplacer", "Verplaatsen"),
    ActName.WIPE: ("Effacer", "Wissen"),
    ActName.READY: ("Prêt", "Klaar"),
    ActName.PICK: ("Préparer", "Klaarzetten"),
    ActName.COUNT: ("Inventaire", "Inventaris"),
}


@dataclass(frozen=True, slots=True)
class Design:
    """One kind of label: what it is called on the screen, which codes it takes, and who makes labels of them.

    `everything` says that no code at all means all there are (every shelf, every card).
    """

    label: Promise
    hint: Promise
    made: Callable[[Sequence[str]], list[Label]]
    tags: bool = True
    everything: bool = False
    # Whether its prints are counted: a card or a shelf may hang in ten places.
    counted: bool = True


def labels_of(codes: Iterable[str], *, actor: Actor, design: str = USUAL_DESIGN, logo: bool = False) -> list[Label]:
    """The labels of these codes, in order, each once; of a tag anything `read_tag` accepts.

    Refuses: NotAllowed; BadInput (no such design, no code at all, not a tag, more than 2,000); NotFound (a code nobody
    knows); Conflict (a crate, pallet or bag with the tag of a device).
    """
    require(actor, Word.LABEL)
    kind = design_named(design)
    wanted = [read_tag(code) for code in codes] if kind.tags else [code.strip() for code in codes if code.strip()]
    wanted = list(dict.fromkeys(wanted))
    if not wanted and not kind.everything:
        raise BadInput(_("Give at least one tag: scan, type or paste it."), field="tags")
    if len(wanted) > MOST_TAGS:
        raise BadInput(_("Print at most %(most)s tags at once."), field="tags", most=MOST_TAGS)
    made = kind.made(wanted)
    return [replace(label, logo=True) for label in made] if logo else made


def design_named(design: str) -> Design:
    """The design with this key. Refuses (BadInput) an unknown one."""
    if design not in DESIGNS:
        raise BadInput(_("There is no label design called “%(design)s”."), design=design[:40], field="design")
    return DESIGNS[design]


def codes_in(text: str, design: str) -> list[str]:
    """The codes in a pasted text: tags however spelt, or one word a line. Refuses (BadInput) what is no tag."""
    kind = design_named(design)
    if not kind.tags:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return read_tags(text) if text.strip() or not kind.everything else []


def public_host() -> str:
    """The host in the link of every QR code."""
    return str(settings.RELAIS_PUBLIC_HOST)


def card_url(act: ActName, location: str = "") -> str:
    """The link on a mode card, or on a shelf: moving things to it (read by `inventory.scanning.cards`)."""
    return f"HTTPS://{public_host()}/M/{act}{f'/{location}' if location else ''}".upper()


def label_for(code: str, kind: str, lines: tuple[str, str] = CITY_LINES) -> Label:
    """The label of a tag (nine symbols), with its kind and lines in both languages, link and telephone."""
    fr, nl = lines
    return Label(code, tag_url(code, public_host()), kind, fr, nl, str(settings.RELAIS_PHONE))


def sample(design: str, *, logo: bool = False) -> Label:
    """A label as it would look, of something that does not exist: for previews. Refuses (BadInput) no such design."""
    design_named(design)
    if design == "mode":
        label = _mode([ActName.RECEIVE])[0]
    elif design == "shelf":
        label = _shelf_label("W1-A-03", "Dépôt", "Magazijn")
    else:
        kind = {"device": _in_both(CATEGORIES, "laptop"), "medium": _in_both(MEDIUM_KINDS, "nvme")}
        label = label_for("7K3QX9M21", kind.get(design, ""))
        label = label if design == "device" else _said(label, design)
    return replace(label, logo=logo)


def _devices(codes: Sequence[str]) -> list[Label]:
    kinds = _kinds(codes)
    names = {category: _in_both(CATEGORIES, category) for category in set(kinds.values())}
    return [label_for(code, names[kinds[code]]) for code in codes]


def _media(codes: Sequence[str]) -> list[Label]:
    found: dict[str, str] = {}
    for some in _slices(codes):
        found.update(Medium.objects.filter(code__in=some).values_list("code", "kind"))
    for code in codes:
        if code not in found:
            raise NotFound(_("There is no storage medium %(code)s. Take it off the list."), code=code, field="tags")
    names = {kind: _in_both(MEDIUM_KINDS, kind) for kind in set(found.values())}
    return [_said(label_for(code, names[found[code]]), "medium") for code in codes]


def _free(design: str) -> Callable[[Sequence[str]], list[Label]]:
    """Labels of tags printed beforehand, for things that are no devices."""

    def made(codes: Sequence[str]) -> list[Label]:
        _kinds(codes)
        for some in _slices(codes):
            taken = IssuedTag.objects.filter(code__in=some, device__isnull=False).order_by("id").first()
            if taken is not None:
                raise Conflict(
                    _("%(tag)s is on a device already. Take a new tag for this: make new tags beforehand."),
                    tag=taken.code,
                    field="tags",
                )
        return [_said(label_for(code, ""), design) for code in codes]

    return made


def _shelves(codes: Sequence[str]) -> list[Label]:
    places = {place.code: place for place in Location.objects.order_by("code")}
    for code in codes:
        if code not in places:
            raise NotFound(_("There is no location '%(location)s'."), location=code[:40], field="tags")
    wanted = [places[code] for code in codes] if codes else list(places.values())
    return [_shelf_label(place.code, place.name_fr, place.name_nl) for place in wanted]


def _shelf_label(code: str, name_fr: str, name_nl: str) -> Label:
    words = code.replace("-", "- ").split()
    half = (len(words) + 1) // 2
    split = ("".join(words[:half]), "".join(words[half:]))
    rows = ((code,), split) if split[1] else ((code,),)
    kind = " · ".join(dict.fromkeys((name_fr, name_nl)))
    fr, nl = SHELF_LINES
    return Label(code, card_url(ActName.MOVE, code), kind, fr, nl, "", rows)


def _mode(codes: Sequence[str]) -> list[Label]:
    labels = []
    for code in [code.lower() for code in codes] or list(ActName):
        if code not in set(ActName):
            raise BadInput(
                _("There is no mode card “%(act)s”. There are %(acts)s."),
                field="tags",
                act=code[:40],
                acts=", ".join(ActName),
            )
        act = ActName(code)
        labels.append(Label(act, card_url(act), "", *MODE_LINES, "", (ACTS[act],)))
    return labels


# What stands on each design beside the code; a kind that is known already comes after it.
_SAID: Final[dict[str, tuple[str, tuple[str, str]]]] = {
    "medium": ("Support · Drager", DATA_LINES),
    "crate": ("Caisse · Krat", CITY_LINES),
    "pallet": ("Palette · Pallet", CITY_LINES),
    "bag": ("À détruire · Te vernietigen", BAG_LINES),
}


def _said(label: Label, design: str) -> Label:
    kind, (fr, nl) = _SAID[design]
    return replace(label, kind=label.kind or kind, fr=fr, nl=nl)


def _kinds(codes: Sequence[str]) -> dict[str, str]:
    """The category behind each tag that was given out; "" where it is on no device yet. Refuses NotFound."""
    found: dict[str, str] = {}
    for some in _slices(codes):
        issued = IssuedTag.objects.filter(code__in=some)
        found.update((code, kind or "") for code, kind in issued.values_list("code", "device__category"))
    for code in codes:
        if code not in found:
            raise NotFound(_("The tag %(tag)s was never given out. Take it off the list."), tag=code, field="tags")
    return found


def _slices(codes: Sequence[str]) -> Iterable[Sequence[str]]:
    return (codes[start : start + 500] for start in range(0, len(codes), 500))


def _in_both(names: dict[str, Promise], key: str) -> str:
    if key not in names:
        return ""
    said = []
    for language in ("fr", "nl"):
        with translation.override(language):
            said.append(str(names[key]))
    return " · ".join(dict.fromkeys(said))


_FREE_TAGS = _("Tags made beforehand that are on no device.")
DESIGNS: Final[dict[str, Design]] = {
    "device": Design(_("Device"), _("Tags of devices, or made beforehand."), _devices),
    "medium": Design(_("Storage medium"), _("Codes of storage media."), _media),
    "crate": Design(_("Crate"), _FREE_TAGS, _free("crate")),
    "pallet": Design(_("Pallet"), _FREE_TAGS, _free("pallet")),
    "bag": Design(_("Shredder bag"), _FREE_TAGS, _free("bag")),
    "shelf": Design(_("Shelf"), _("Codes of locations; none for all of them."), _shelves, False, True, False),
    "mode": Design(_("Mode card"), _("Acts to start by scanning; none for all of them."), _mode, False, True, False),
}
