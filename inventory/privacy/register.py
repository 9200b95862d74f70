"""The register of processing (GDPR art. 30), printed from the declarations on the fields so that it cannot drift."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.documents.letters import set_paper
from inventory.errors import BadInput, NotAllowed
from inventory.lifecycle import Actor, Word
from inventory.privacy.fields import held_for
from inventory.privacy.processings import PROCESSINGS
from inventory.privacy.retention import rules

# What the notice for contact persons and visitors tells.
TOLD = ("contacts", "requests", "signatories", "rights", "visits")
# A person looks before an account goes: its holder may only be away.
BY_HAND = {"accounts"}
MEASURES: tuple[Promise, ...] = (
    gettext_lazy("Roles with the least rights; somebody other than the wiper validates; two people sign a departure."),
    gettext_lazy("The ledger holds keys instead of names, and salted commitments for texts; both can be erased."),
    gettext_lazy("Passwords and PINs are kept as hashes only; sessions end; pages load nothing from third parties."),
    gettext_lazy("Columns of lists that name people are dropped at the door; remarks that name people are refused."),
)


def register_of_processing(actor: Actor) -> dict[str, Any]:
    """The register in the reader's language, as plain values: controller, officer, day, processings, measures.

    Refuses: NotAllowed (neither data protection officer nor auditor); BadFile (retention rules).
    """
    if not (actor.holds(Word.ERASE) or actor.holds(Word.AUDIT)):
        raise NotAllowed(gettext_lazy("Your role does not include the register of processing."))
    return contents()


def contents() -> dict[str, Any]:
    """The register for whoever has the server itself (`./run manage ropa`). Refuses: BadFile (retention rules)."""
    terms = rules()
    return {
        "controller": settings.RELAIS_CONTROLLER,
        "officer": settings.RELAIS_DPO,
        "day": timezone.localdate().isoformat(),
        "processings": [
            {
                "code": code,
                "name": str(one.name),
                "subjects": str(one.subjects),
                "purpose": str(one.purpose),
                "basis": str(one.basis),
                "term": terms[one.retention].term,
                "table": terms[one.retention].table,
                "recipients": [str(who) for who in one.recipients],
                "source": str(one.source),
                "fields": _fields(code),
                "third_countries": _("None"),
            }
            for code, one in PROCESSINGS.items()
        ],
        "measures": [str(one) for one in MEASURES],
    }


def notice() -> dict[str, Any]:
    """What contact persons and visitors are told (GDPR art. 13), as `contents` has it. Refuses: BadFile."""
    told = contents()
    return {**told, "processings": [one for one in told["processings"] if one["code"] in TOLD]}


def retention(actor: Actor) -> list[dict[str, Any]]:
    """The rules of retention in use, in the reader's language. Refuses: NotAllowed; BadFile."""
    if not (actor.holds(Word.ERASE) or actor.holds(Word.AUDIT)):
        raise NotAllowed(gettext_lazy("Your role does not include the register of processing."))
    language = (translation.get_language() or "fr")[:2]
    return [
        {
            "code": code,
            "name": one.name(language),
            "term": one.term,
            "table": one.table,
            "archival": one.archival,
            "by_hand": code in BY_HAND,
        }
        for code, one in rules().items()
    ]


def register_pdf(language: str) -> bytes:
    """The register as a tagged PDF in `fr` or `nl`. Refuses: BadInput (another language); BadFile (retention rules)."""
    if language not in {"fr", "nl"}:
        raise BadInput(gettext_lazy("This paper is in French or Dutch."), field="language")
    with translation.override(language):
        words = {
            "title": _("Register of processing"),
            "controller": _("Controller"),
            "officer": _("Data protection officer"),
            "printed": _("Printed on"),
            "subjects": _("Whose data"),
            "purpose": _("What for"),
            "basis": _("Legal basis"),
            "term": _("How long"),
            "table": _("Sorting table"),
            "recipients": _("Who receives it"),
            "third_countries": _("Third countries"),
            "source": _("Where it comes from"),
            "fields": _("Fields"),
            "measures": _("How it is protected"),
        }
        register = contents()
    day = [int(part) for part in register["day"].split("-")]
    return set_paper("processing", {**register, "language": language, "words": words, "date": day})


def _fields(code: str) -> list[str]:
    """Table and fields, such as `inventory.Contact: name, email`; who acted is said once, not for each table."""
    tables: dict[str, list[str]] = {}
    for model, name in held_for(code):
        relation = model._meta.get_field(name).is_relation
        if code == "acts" and relation:
            tables.setdefault(_("Key of the account, in every table that says who acted"), [])
        else:
            tables.setdefault(model._meta.label, []).append(name)
    return [f"{label}: {', '.join(names)}" if names else label for label, names in sorted(tables.items())]
