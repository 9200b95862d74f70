"""A maker or the city recalls machines: each association that holds some gets its letter, with the list of them."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import remember
from inventory.associations.filing_models import Letter
from inventory.associations.letters import write_letter
from inventory.devices.gatekeepers import require
from inventory.devices.tags import grouped
from inventory.errors import BadInput, NotFound
from inventory.handover.afterwards import holders, recalled
from inventory.lifecycle import Actor, Word


@transaction.atomic
def write_recall(
    *, actor: Actor, make: str, model: str = "", first: str = "", last: str = "", words_fr: str, words_nl: str
) -> list[Letter]:
    """Write to every association that holds such a machine, in its language, what is the matter and what to do.

    Refuses: NotAllowed; NotFound (nobody holds one); BadInput (make, words in either language).
    """
    require(actor, Word.TAKE_BACK)
    said = {"fr": words_fr.strip(), "nl": words_nl.strip()}
    for language, words in said.items():
        if len(words) < 20:
            raise BadInput(_("Say in French and in Dutch what is wrong and what to do."), field=f"words_{language}")
    rows = recalled(actor, make=make, model=model, first=first, last=last)
    if not rows:
        raise NotFound(_("No association holds such a machine."))
    letters = []
    for _name, items in holders(rows):
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
    facts = {"make": make, "model": model, "devices": len(rows), "letters": [one.number for one in letters]}
    remember("recall", letters[0].number, "write", actor, facts, {"first": first, "last": last, **said})
    return letters
