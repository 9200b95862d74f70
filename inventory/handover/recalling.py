"""A maker or the city recalls machines: each association that holds some gets its letter, with the list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import remember
from inventory.associations.filing_models import Letter
from inventory.associations.letters import MOST as VOLUME
from inventory.associations.letters import letters_pdf, write_letter
from inventory.devices.gatekeepers import require
from inventory.devices.tags import grouped
from inventory.documents import spool
from inventory.errors import BadInput, NotFound
from inventory.handover.afterwards import holders, recalled
from inventory.handover.models import AgreementItem
from inventory.jobs.attempts import Attempt
from inventory.jobs.commands import enqueue
from inventory.jobs.models import Job
from inventory.lifecycle import Actor, Word

# As many letters as a person waits for: written and set at once, in the request.
AT_ONCE: Final = 100
# Written so many at a time, the work says how far it is.
_STEP: Final = 25


@transaction.atomic
def write_recall(
    *,
    actor: Actor,
    make: str,
    model: str = "",
    first: str = "",
    last: str = "",
    words_fr: str,
    words_nl: str,
    most: int = AT_ONCE,
    tell: Callable[[int], None] | None = None,
) -> list[Letter]:
    """Write to every association that holds such a machine, in its language, what is the matter and what to do.

    `tell` hears how many are written. Refuses: NotAllowed; NotFound (nobody holds one); BadInput (make, words in
    either language, more letters than `most`); RuleBroken (who writes declared an interest in one of the holders).
    """
    said = _checked(actor, words_fr, words_nl)
    rows, found = _found(actor, make, model, first, last)
    if len(found) > most:
        raise BadInput(
            _("%(count)s letters are more than one waits for: ask for them as work in the background."),
            count=len(found),
        )
    letters = []
    for items in found:
        body = items[0].agreement.association
        with translation.override(body.official_language):
            letters.append(
                write_letter(
                    body,
                    actor=actor,
                    kind="recall",
                    title=gettext("Please read: some of your devices are recalled"),
                    paragraphs=[said[body.official_language]],
                    rows=[(grouped(one.device.tag), f"{one.device.title} – {one.device.serial}") for one in items],
                )
            )
        if tell and len(letters) % _STEP == 0:
            tell(len(letters))
    facts = {"make": make, "model": model, "devices": len(rows), "letters": [one.number for one in letters]}
    remember("recall", letters[0].number, "write", actor, facts, {"first": first, "last": last, **said})
    return letters


@transaction.atomic
def ask_recall(
    *,
    actor: Actor,
    make: str,
    model: str = "",
    first: str = "",
    last: str = "",
    words_fr: str,
    words_nl: str,
) -> Job:
    """Ask a worker to write these letters and to set them in volumes of 200 in one archive.

    Refuses: NotAllowed; NotFound (nobody holds one); BadInput (make, words in either language).
    """
    said = _checked(actor, words_fr, words_nl)
    _rows, found = _found(actor, make, model, first, last)
    asked = {"make": make, "model": model, "first": first, "last": last}
    facts = {"asked": {**asked, "words_fr": said["fr"], "words_nl": said["nl"]}, "letters": []}
    return enqueue("recall", actor=actor, total=len(found), facts=facts)


def letters_of_recall(actor: Actor, *, make: str, model: str = "", first: str = "", last: str = "") -> int:
    """How many letters a recall takes: one for each association. Refuses: NotAllowed; NotFound; BadInput."""
    return len(_found(actor, make, model, first, last)[1])


def set_recall(attempt: Attempt) -> None:
    """The work itself: the letters are written once, together with the note of it; set again, they are the same."""
    if not attempt.job.facts["letters"]:
        _write_once(attempt)
    spool.lay(attempt.job.code, _volumes(attempt))
    with attempt.closing():
        """The archive stands on the disk; only the end is left to write."""


@transaction.atomic
def _write_once(attempt: Attempt) -> None:
    made = write_recall(actor=attempt.actor, most=10**6, tell=attempt.tell, **attempt.job.facts["asked"])
    # The fence stands at the end: until then `tell` needs the job's row free.
    attempt.progress(len(made))
    attempt.job.facts["letters"] = [one.number for one in made]
    Job.objects.filter(pk=attempt.job.pk).update(facts=attempt.job.facts)


def _volumes(attempt: Attempt) -> Iterator[tuple[str, bytes]]:
    numbers = attempt.job.facts["letters"]
    for start in range(0, len(numbers), VOLUME):
        attempt.progress(start)
        wanted = numbers[start : start + VOLUME]
        known = Letter.objects.select_related("association", "request").in_bulk(wanted, field_name="number")
        yield f"{wanted[0]}_{wanted[-1]}.pdf", letters_pdf([known[number] for number in wanted])


def _checked(actor: Actor, words_fr: str, words_nl: str) -> dict[str, str]:
    require(actor, Word.TAKE_BACK)
    said = {"fr": words_fr.strip(), "nl": words_nl.strip()}
    for language, words in said.items():
        if len(words) < 20:
            raise BadInput(_("Say in French and in Dutch what is wrong and what to do."), field=f"words_{language}")
    return said


def _found(
    actor: Actor, make: str, model: str, first: str, last: str
) -> tuple[list[AgreementItem], list[list[AgreementItem]]]:
    rows = recalled(actor, make=make, model=model, first=first, last=last)
    if not rows:
        raise NotFound(_("No association holds such a machine."))
    return rows, [items for _name, items in holders(rows)]
