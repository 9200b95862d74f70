"""What is read about elimination lists: what is due, where each list stands, its lines as a file, what is held back."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile, NotAllowed, NotFound
from inventory.lifecycle import Actor, Word
from inventory.privacy.dossiers import CLASSES, KINDS, WHY_OPEN, due_of
from inventory.privacy.elimination_models import EliminationLine, EliminationList, RetentionHold
from inventory.privacy.eliminations import MOST
from inventory.privacy.retention import Rule, rules

STATES: Final[dict[str, Promise]] = {
    "drawn_up": _("Waits for its authorisation"),
    "authorised": _("Authorised, not carried out yet"),
    "carried_out": _("Carried out, with its report"),
    "withdrawn": _("Withdrawn"),
}
OUTCOMES: Final[dict[str, Promise]] = {
    "destroyed": _("destroyed with its papers"),
    "kept": _("kept as sample"),
}
logger = logging.getLogger("relais")


@dataclass(frozen=True, slots=True)
class Due:
    """How many records of a class wait for a list (at most `MOST` are counted), and whether one can be drawn up."""

    rule: Rule
    count: int

    @property
    def name(self) -> str:
        """The class, in the reader's language."""
        return self.rule.name((get_language() or "fr")[:2])


def due_classes() -> list[Due]:
    """The archival classes of which records are due today. Refuses: BadFile (retention rules)."""
    today = timezone.localdate()
    found = [
        Due(rule, len(due_of(code, rule.over_before(today), MOST)))
        for code, rule in rules().items()
        if rule.archival and rule.fate != "keep" and code in CLASSES
    ]
    return [one for one in found if one.count]


def records_due() -> int:
    """How many records wait for a list; none where the rules cannot be followed, which their own page says."""
    try:
        return sum(one.count for one in due_classes())
    except BadFile:
        return 0


def say_what_is_due() -> list[str]:
    """Tell the log how many records wait for a list: nothing of an archive goes by itself. Returns what it said."""
    try:
        found = due_classes()
    except BadFile:
        return []  # Whoever clears what is no archive says so already.
    said = [f"due for an elimination list: {one.count} of class {one.rule.code}" for one in found]
    for sentence in said:
        logger.warning(sentence)
    return said


def elimination_lists(actor: Actor) -> Any:
    """Every list, those that wait first, then the newest; each with how many are `kept`, `destroyed`, `left_out`.

    Refuses NotAllowed.
    """
    _may(actor)
    found = EliminationList.objects.annotate(
        kept=Count("lines", filter=Q(lines__kept=True)),
        destroyed=Count("lines", filter=Q(lines__outcome="destroyed")),
        left_out=Count("lines", filter=Q(lines__outcome="left_out")),
        ended=Count("pk", filter=Q(carried_out_at__isnull=False) | Q(withdrawn_at__isnull=False), distinct=True),
    )
    return found.order_by("ended", "-id")


def waiting_lists(actor: Actor) -> Any:
    """Those neither carried out nor withdrawn. Refuses NotAllowed."""
    return elimination_lists(actor).filter(carried_out_at__isnull=True, withdrawn_at__isnull=True)


def list_numbered(number: str, actor: Actor) -> Any:
    """One list, with the counts of `elimination_lists`. Refuses: NotAllowed; NotFound."""
    made = elimination_lists(actor).filter(number=number.strip().upper()).first()
    if made is None:
        raise NotFound(_("There is no elimination list %(number)s."), number=number)
    return made


def lines_of(made: EliminationList) -> Any:
    """Its records in the order of the list, the oldest first; each with how many of its files are `gone`."""
    return EliminationLine.objects.filter(list=made).annotate(gone=Count("files")).order_by("position")


def holds(actor: Actor) -> QuerySet[RetentionHold]:
    """What may not be destroyed for now. Refuses NotAllowed."""
    _may(actor)
    return RetentionHold.objects.filter(lifted_at__isnull=True).order_by("-id")


def list_that_destroyed(kind: str, key: str) -> EliminationList | None:
    """The list by which a record was destroyed, if it was."""
    line = EliminationLine.objects.filter(kind=kind, key=key, outcome="destroyed").select_related("list").first()
    return line.list if line else None


def rule_of(made: EliminationList) -> Rule:
    """The rule as it stood when the list was drawn up."""
    return Rule(**made.rule)


def name_of(made: EliminationList) -> str:
    """The class of a list as it was called then, in the reader's language."""
    return rule_of(made).name((get_language() or "fr")[:2])


def fate_of(line: EliminationLine) -> str:
    """What becomes, or became, of a record, in the reader's language."""
    if line.outcome == "left_out":
        return gettext("not destroyed: %(why)s") % {"why": WHY_OPEN[line.left_out]}
    if line.outcome:
        return str(OUTCOMES[line.outcome])
    return gettext("to be kept as sample") if line.kept else gettext("to be destroyed")


def list_csv(number: str, actor: Actor) -> bytes:
    """The lines as CSV (semicolons, UTF-8 with a mark for spreadsheets). Refuses: NotAllowed; NotFound."""
    made = list_numbered(number, actor)
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(_rows_of_head())
    writer.writerows(_rows(made))
    return sheet.getvalue().encode("utf-8-sig")


def _rows_of_head() -> list[str]:
    return [
        gettext("Line of the list"),
        gettext("Kind"),
        gettext("Number"),
        gettext("First day"),
        gettext("Last day"),
        gettext("Number of papers"),
        gettext("What becomes of it"),
        gettext("Rank in the draw (SHA-256)"),
    ]


def _rows(made: EliminationList) -> Iterator[list[Any]]:
    for line in lines_of(made):
        facts = [line.position, KINDS[line.kind], line.key, line.first_on, line.last_on, line.papers]
        yield [*facts, fate_of(line), line.rank]


def _may(actor: Actor) -> None:
    if not (actor.holds(Word.ERASE) or actor.holds(Word.AUDIT)):
        raise NotAllowed(_("Only the data protection officer and auditors see elimination lists."))
