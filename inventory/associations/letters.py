"""Letters to associations: written in their language, posted, told by telephone or left on their page, and set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import dotted
from inventory.associations.filing_models import Letter
from inventory.associations.models import Association, Request
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number, read_file, store_file
from inventory.documents.letters import qr_svg, set_paper
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

WAYS: Final[dict[str, Promise]] = {
    "post": _("By post"),
    "telephone": _("By telephone"),
    "online": _("On its page"),
}
# Letters set as one PDF: a morning's post.
MOST: Final = 200


def way_to(association: Association) -> str:
    """How a letter reaches an association: told by telephone to who wishes so or has no address, else page or post."""
    wishes = association.preferred_channel
    if wishes == "telephone" and association.telephone:
        return "telephone"
    if association.email and (wishes in ("", "online") or not association.street):
        return "online"
    return "post" if association.street else "telephone"


@transaction.atomic
def write_letter(
    association: Association,
    *,
    actor: Actor,
    kind: str,
    title: str,
    paragraphs: Sequence[str] = (),
    rows: Sequence[tuple[str, str]] = (),
    request: Request | None = None,
    paper: bytes | None = None,
    decision: Mapping[str, Any] | None = None,
) -> Letter:
    """Write a letter in the association's language, inside the deed it speaks of; `paper` is a PDF set elsewhere.

    A `decision` is set as such: with its table, reasons and remedies (`papers/decision-letter.typ`).

    The caller has checked that `actor` may do that deed. Whoever reads letters on their page has it at once; for the
    others it waits in the list to print and post, or to call.
    """
    now = timezone.now()
    number = next_number("L", timezone.localdate())
    way = way_to(association)
    online = way == "online"
    letter = Letter.objects.create(
        number=number,
        association=association,
        request=request,
        kind=kind,
        way=way,
        language=association.official_language,
        large_print=association.large_print,
        content={
            "title": title,
            "paragraphs": [*paragraphs],
            "rows": [[*row] for row in rows],
            **({"decision": dict(decision)} if decision else {}),
        },
        paper=store_file(paper, f"{number}.pdf", actor=actor) if paper else None,
        written_at=now,
        written_by_id=actor.pk,
        sent_at=now if online else None,
        sent_by_id=actor.pk if online else None,
    )
    facts = {
        "association": association.code,
        "request": request.reference if request else "",
        "kind": kind,
        "way": way,
        "language": letter.language,
    }
    _enter(letter, "write", actor, facts)
    return letter


@transaction.atomic
def mark_sent(numbers: Sequence[str], *, actor: Actor) -> list[Letter]:
    """Say that letters were posted, or told by telephone. Refuses: NotAllowed; NotFound; BadInput (none); Conflict."""
    require(actor, Word.REQUEST_FOR_OTHERS)
    if not numbers:
        raise BadInput(_("Choose at least one letter."), field="number")
    letters = [_locked(number) for number in sorted(set(numbers))]
    for letter in letters:
        if letter.sent_at is not None:
            raise Conflict(_("%(number)s is marked as sent already."), number=letter.number)
        letter.sent_at, letter.sent_by_id = timezone.now(), actor.pk
        letter.save(update_fields=["sent_at", "sent_by"])
        _enter(letter, "send", actor, {"way": letter.way})
    return letters


@transaction.atomic
def unmark_sent(number: str, *, actor: Actor) -> Letter:
    """A letter was not sent after all: it waits again.

    Refuses: NotAllowed; NotFound; Conflict (it waits already, or stands on the association's page).
    """
    require(actor, Word.REQUEST_FOR_OTHERS)
    letter = _locked(number)
    if letter.sent_at is None or letter.way == "online":
        raise Conflict(_("%(number)s waits already, or stands on the association's page."), number=letter.number)
    letter.sent_at, letter.sent_by = None, None
    letter.save(update_fields=["sent_at", "sent_by"])
    _enter(letter, "unsend", actor, {"way": letter.way})
    return letter


def letters_pdf(letters: Sequence[Letter]) -> bytes:
    """Letters as one tagged PDF, each on pages of its own, large where that is wished; at most 200.

    A single letter that was set elsewhere is given as it was set. Refuses: BadInput (none or more); NotFound (destroyed
    as an archive).
    """
    if not letters or len(letters) > MOST:
        raise BadInput(_("Print between 1 and %(most)s letters at once."), most=MOST, field="number")
    for letter in letters:
        if letter.content.get("destroyed"):
            facts = {"number": letter.number, "list": letter.content["destroyed"]}
            raise NotFound(_("Letter %(number)s was destroyed by elimination list %(list)s."), **facts)
    if len(letters) == 1 and letters[0].paper:
        return read_file(letters[0].paper)
    written = timezone.localdate(letters[-1].written_at)
    data = {
        "language": letters[0].language,
        "phone": settings.RELAIS_PHONE,
        "day": [written.year, written.month, written.day],
        "letters": [_page(letter) for letter in letters],
    }
    return set_paper("letter", data)


def address_of(association: Association) -> list[str]:
    """Name, street and town, as they stand in the window of an envelope."""
    town = f"{association.postcode} {association.municipality}".strip()
    return [line for line in (association.name, association.street, town) if line]


def _page(letter: Letter) -> dict[str, Any]:
    if "decision" in letter.content:
        return _decision(letter)
    association, written = letter.association, timezone.localdate(letter.written_at)
    place = letter.request.reference if letter.request else letter.number
    return {
        "number": letter.number,
        "language": letter.language,
        "large": letter.large_print,
        "date": f"{written:%d/%m/%Y}",
        "to": address_of(association),
        "enterprise": dotted(association.enterprise_number),
        "reference": letter.request.reference if letter.request else "",
        "qr": qr_svg(f"HTTPS://{settings.RELAIS_PUBLIC_HOST}/R/{place}".upper()),
        "title": letter.content.get("title", ""),
        "paragraphs": letter.content.get("paragraphs", []),
        "rows": letter.content.get("rows", []),
    }


def _decision(letter: Letter) -> dict[str, Any]:
    told = letter.content["decision"]
    return {
        **told,
        "title": letter.content["title"],
        "address": address_of(letter.association),
        "large": letter.large_print,
        "qr": qr_svg(told["reference"]),
    }


def _locked(number: str) -> Letter:
    found = Letter.objects.select_for_update().filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no letter %(number)s."), number=number)
    return found


def _enter(letter: Letter, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    seq = next_seq("letter", letter.number)
    record(Deed(f"letter.{event}", "letter", letter.number, seq, facts=facts), actor=actor)
