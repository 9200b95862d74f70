"""Archives go only by a list: drawn up, authorised by the State Archivist, then carried out by another person (R-5.4).

Law of 24 June 1955 on archives, art. 5. Of what a list destroys the bones stay (number, days, quantities, outcome):
ledger, agreements and yearly figures rest on them. Texts, answers, letters, papers and reasons go.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import ManyToOneRel, Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.models import Decision
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.models import Request
from inventory.documents.commands import next_number, remove_bytes
from inventory.documents.models import StoredFile
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record, record_all
from inventory.ledger.erasing import forget_payloads
from inventory.ledger.models import Entry
from inventory.ledger.rows import among
from inventory.lifecycle import Actor, TheHouse, Word
from inventory.privacy.commands import BLANK
from inventory.privacy.dossiers import CLASSES, HOLDS, KINDS, Dossier, dossiers, due_of, exists
from inventory.privacy.drawing import as_text, rank_of, rule_hash, sample_size
from inventory.privacy.elimination_models import EliminatedFile, EliminationLine, EliminationList, RetentionHold
from inventory.privacy.retention import Rule, rules

# The oldest first; what is left goes on the next list. So one list is one short transaction, and one reader's work.
MOST: Final = 1000
WHY_WITHDRAWN: Final[dict[str, Promise]] = {
    "mistake": _("Drawn up by mistake"),
    "refused": _("The State Archivist did not authorise it"),
    "changed": _("The rule of retention has changed"),
    "later": _("Put off: the records are still needed"),
}
_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z./ _-]{1,39}")


@transaction.atomic
def draw_up(record_class: str, *, actor: Actor) -> EliminationList:
    """List the records of an archival class whose term is over today; nothing is destroyed yet.

    The rule is frozen with its hash. Of a class that is sampled one of ten is kept: the records with the smallest
    SHA-256 of "number of the list, hash of its lines, record", each ended by a line feed; anybody can redo it.
    Refuses: NotAllowed; NotFound (class); RuleBroken (no archive, kept for good, no reference of a sorting table, a
    class that Relais does not destroy, nothing due); BadFile (retention rules).
    """
    _may(actor)
    rule = rules().get(record_class)
    if rule is None:
        raise NotFound(_("There is no class of records %(code)s."), code=record_class)
    _can_be_listed(rule)
    today = timezone.localdate()
    before = rule.over_before(today)
    found = due_of(record_class, before, MOST)
    if not found:
        raise RuleBroken(_("No record of this class is due: nothing would stand on the list."))
    now, number = timezone.now(), next_number("E", today)
    lines_sha256 = hashlib.sha256(as_text(found).encode()).hexdigest()
    made = EliminationList(
        number=number,
        record_class=record_class,
        rule={**rule.frozen, "names": rule.names},
        rule_sha256=rule_hash(rule),
        closed_before=before,
        size=len(found),
        papers=sum(one.papers for one in found),
        first_on=min(one.first_on for one in found),
        last_on=max(one.last_on for one in found),
        lines_sha256=lines_sha256,
        drawn_up_at=now,
        drawn_up_by_id=actor.pk,
    )
    ranks = {one.key: rank_of(number, lines_sha256, one.key) for one in found}
    kept = set(sorted(ranks, key=ranks.__getitem__)[: sample_size(rule.fate, len(found))])
    facts = {
        "class": record_class,
        "size": made.size,
        "kept": len(kept),
        "rule": made.rule_sha256,
        "lines": lines_sha256,
    }
    _tell(made, "draw_up", actor, facts)
    made.save()
    EliminationLine.objects.bulk_create(
        EliminationLine(
            list=made,
            position=place,
            kind=one.kind,
            key=one.key,
            first_on=one.first_on,
            last_on=one.last_on,
            papers=one.papers,
            rank=ranks[one.key],
            kept=one.key in kept,
        )
        for place, one in enumerate(found, start=1)
    )
    return made


@transaction.atomic
def record_authorisation(number: str, *, actor: Actor, authorisation: str, on: dt.date) -> EliminationList:
    """Write down the number and the day of the State Archivist's authorisation; they never change afterwards.

    Refuses: NotAllowed; NotFound; Conflict (authorised, carried out or withdrawn already); BadInput (no number, a day
    to come or before the list was drawn up).
    """
    made = _locked(number, actor)
    _still(made, "drawn_up")
    given = authorisation.strip()
    if not _NUMBER.fullmatch(given):
        raise BadInput(_("Enter the number that stands on the State Archivist's authorisation."), field="authorisation")
    if on > timezone.localdate():
        raise BadInput(_("This day is still to come. Enter the day of the authorisation."), field="on")
    if on < timezone.localdate(made.drawn_up_at):
        raise BadInput(_("The authorisation cannot be older than the list. Look at its date again."), field="on")
    made.authorisation, made.authorised_on = given, on
    made.authorised_at, made.authorised_by_id = timezone.now(), actor.pk
    _tell(made, "authorise", actor, {"authorisation": given, "on": on.isoformat()})
    made.save()
    return made


@transaction.atomic
def carry_out(number: str, *, actor: Actor) -> EliminationList:
    """Destroy what the list names, but for its sample and for what was used again or held since; once.

    Texts, answers, letters, reasons and papers go, with the salts that could prove them; the ledger stays.
    Refuses: NotAllowed (also whoever drew the list up: four eyes); NotFound; Conflict (not authorised, withdrawn, or
    carried out already); RuleBroken (the rule of retention has changed since); BadFile (retention rules).
    """
    made = _locked(number, actor)
    _still(made, "authorised")
    if made.drawn_up_by_id == actor.pk:
        raise NotAllowed(_("You drew this list up. Another person carries it out."))
    rule = rules().get(made.record_class)
    if rule is None or rule_hash(rule) != made.rule_sha256:
        raise RuleBroken(_("The rule of this class has changed since. Withdraw the list and draw up a new one."))
    lines = list(made.lines.order_by("position"))
    destroyed = _outcomes(made, lines)
    EliminationLine.objects.bulk_update(lines, ["outcome", "left_out", "bound"], batch_size=200)
    counts = _destroy(made, destroyed, actor)
    facts = {
        "authorisation": made.authorisation,
        "destroyed": len(destroyed),
        "kept": sum(line.outcome == "kept" for line in lines),
        "left_out": sum(line.outcome == "left_out" for line in lines),
        "lines": made.lines_sha256,
        **counts,
    }
    _tell(made, "carry_out", actor, facts)
    made.carried_out_at, made.carried_out_by_id = timezone.now(), actor.pk
    made.save()
    transaction.on_commit(_unlink, robust=True)
    return made


@transaction.atomic
def withdraw_list(number: str, *, actor: Actor, why: str) -> EliminationList:
    """Give a list up before it is carried out: its records are free for another one.

    Refuses: NotAllowed; NotFound; Conflict (carried out or withdrawn already); BadInput (reason).
    """
    made = _locked(number, actor)
    _still(made, "drawn_up", "authorised")
    if why not in WHY_WITHDRAWN:
        raise BadInput(_("Choose from the list."), field="why")
    _tell(made, "withdraw", actor, {"why": why})
    made.withdrawn_at, made.withdrawn_by_id, made.withdrawn_why = timezone.now(), actor.pk, why
    made.save()
    made.lines.update(bound=False)
    return made


@transaction.atomic
def hold_record(kind: str, key: str, *, actor: Actor, why: str) -> RetentionHold:
    """Keep a record from being destroyed, whatever its term and whichever list it stands on, until that is lifted.

    Refuses: NotAllowed; NotFound (no such record, or destroyed already); BadInput (reason); Conflict (held already).
    """
    _may(actor)
    if why not in HOLDS:
        raise BadInput(_("Choose from the list."), field="why")
    given = key.strip().upper()
    if kind not in KINDS or not exists(kind, given):
        raise NotFound(_("There is no record %(key)s that could be kept."), key=given)
    if RetentionHold.objects.filter(kind=kind, key=given, lifted_at__isnull=True).exists():
        raise Conflict(_("%(key)s is held already."), key=given)
    _tell_of_hold(given, "hold", actor, {"kind": kind, "why": why})
    return RetentionHold.objects.create(kind=kind, key=given, why=why, set_at=timezone.now(), set_by_id=actor.pk)


@transaction.atomic
def lift_hold(kind: str, key: str, *, actor: Actor) -> RetentionHold:
    """Let a record follow its rule again. Refuses: NotAllowed; NotFound (not held)."""
    _may(actor)
    found = RetentionHold.objects.select_for_update().filter(kind=kind, key=key.strip().upper(), lifted_at__isnull=True)
    held = found.first()
    if held is None:
        raise NotFound(_("%(key)s is not held."), key=key)
    _tell_of_hold(held.key, "release", actor, {"kind": kind, "why": held.why})
    held.lifted_at, held.lifted_by_id = timezone.now(), actor.pk
    held.save()
    return held


@transaction.atomic
def remove_destroyed_files(*, actor: Actor) -> int:
    """Take from the disk what lists destroyed and a stopped process left there; returns how many files."""
    del actor  # The list's own entry says who destroyed them; this only finishes it.
    waiting = list(EliminatedFile.objects.select_for_update().filter(removed_at__isnull=True))
    for one in waiting:
        remove_bytes(one.sha256)
        one.removed_at = timezone.now()
        one.save(update_fields=["removed_at"])
    return len(waiting)


def _may(actor: Actor) -> None:
    if not actor.holds(Word.ERASE):
        raise NotAllowed(_("Only the data protection officer deals with elimination lists."))


def _can_be_listed(rule: Rule) -> None:
    if not rule.archival:
        raise RuleBroken(_("This class is no archive: it goes by itself when its term is over."))
    if rule.fate == "keep":
        raise RuleBroken(_("This class is kept for good: nothing of it is ever on an elimination list."))
    if rule.code not in CLASSES:
        raise RuleBroken(_("Relais does not destroy this class. Ask the archivist to let the rule say 'keep'."))
    if not rule.referenced:
        raise RuleBroken(
            _("The sorting table of this class has no reference yet. Ask the archivist to write it in the rules.")
        )


def _locked(number: str, actor: Actor) -> EliminationList:
    _may(actor)
    made = EliminationList.objects.select_for_update().filter(number=number.strip().upper()).first()
    if made is None:
        raise NotFound(_("There is no elimination list %(number)s."), number=number)
    return made


def _still(made: EliminationList, *states: str) -> None:
    if made.state not in states:
        raise Conflict(_NOT_NOW[made.state], number=made.number)


_NOT_NOW: Final[dict[str, Promise]] = {
    "drawn_up": _("List %(number)s waits for its authorisation. Record its number first."),
    "authorised": _("List %(number)s is authorised already, and its number never changes."),
    "carried_out": _("List %(number)s was carried out already: nothing more happens."),
    "withdrawn": _("List %(number)s was withdrawn. Draw up a new one."),
}


def _outcomes(made: EliminationList, lines: Sequence[EliminationLine]) -> list[EliminationLine]:
    """Say of each line what becomes of its record, as it stands now; returns those to destroy."""
    for kind, model, number in (("request", Request, "reference"), ("letter", Letter, "number")):
        these = [line for line in lines if line.kind == kind]
        keys = [line.key for line in these]
        # Whoever uses one of them meanwhile waits for us, or we for them.
        list(model._default_manager.select_for_update().filter(among(number, keys)).values_list("pk"))
        now = dossiers(kind, keys)
        for line in these:
            line.left_out = "" if line.kept else _why_not(line, now.get(line.key))
            line.outcome = "kept" if line.kept else "left_out" if line.left_out else "destroyed"
            line.bound = not line.left_out
    return [line for line in lines if line.outcome == "destroyed"]


def _why_not(line: EliminationLine, now: Dossier | None) -> str:
    if now is None:
        return "gone"
    return now.why or ("used" if (now.last_on, now.papers) != (line.last_on, line.papers) else "")


def _destroy(made: EliminationList, lines: Sequence[EliminationLine], actor: Actor) -> dict[str, int]:
    """Empty the records of these lines, forget their private payloads and files, and enter a deed for each."""
    own = {kind: [line.key for line in lines if line.kind == kind] for kind in KINDS}
    requests = Request.objects.filter(among("reference", own["request"]))
    asked = among("request_id", list(requests.values_list("pk", flat=True)))
    filings = Filing.objects.filter(asked)
    loose = list(Letter.objects.filter(among("number", own["letter"])).values_list("pk", flat=True))
    of_requests = list(Letter.objects.filter(asked).values_list("pk", flat=True))
    letters = Letter.objects.filter(among("pk", [*of_requests, *loose]))
    decisions = Decision.objects.filter(asked)
    papers = _papers(lines, filings, letters)
    forgotten = sum(
        forget_payloads(kind, list(keys), actor=actor, reason="term")
        for kind, keys in (
            ("request", own["request"]),
            ("decision", decisions.values_list("number", flat=True)),
            ("filing", filings.values_list("number", flat=True)),
            ("letter", letters.values_list("number", flat=True)),
        )
    )
    ComplaintAnswer.objects.filter(among("filing_id", list(filings.values_list("pk", flat=True)))).update(words=BLANK)
    decisions.update(reasons=BLANK)
    filings.update(answers={}, paper=None)
    letters.update(content={"title": BLANK, "paragraphs": [], "rows": [], "destroyed": made.number}, paper=None)
    requests.update(purpose="", evidence="", missing="")
    for kind, keys in own.items():
        _tell_each(kind, keys, made, actor)
    return {"files": _forget_files(papers), "texts": forgotten}


def _papers(lines: Sequence[EliminationLine], filings: Any, letters: Any) -> dict[int, EliminationLine]:
    """The stored files of these records, by their key, each with a line that names its record."""
    by_key = {(line.kind, line.key): line for line in lines}
    found: dict[int, EliminationLine] = {}
    for paper, reference in filings.filter(paper__isnull=False).values_list("paper_id", "request__reference"):
        found[paper] = by_key["request", reference]
    rows = letters.filter(paper__isnull=False).values_list("paper_id", "request__reference", "number")
    for paper, reference, number in rows:
        found[paper] = by_key["request", reference] if reference else by_key["letter", number]
    return found


def _forget_files(papers: dict[int, EliminationLine]) -> int:
    """Delete the stored files that nothing else refers to; their bytes go when this is committed."""
    free = set(papers)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        name, others = relation.field.attname, cast(Any, relation.related_model)
        free -= set(others._default_manager.filter(among(name, list(papers))).values_list(name, flat=True))
    stored = list(StoredFile.objects.filter(among("pk", sorted(free))).order_by("pk"))
    EliminatedFile.objects.bulk_create(
        EliminatedFile(line=papers[one.pk], sha256=one.sha256, size=one.size) for one in stored
    )
    StoredFile.objects.filter(among("pk", [one.pk for one in stored])).delete()
    return len(stored)


def _tell_each(kind: str, keys: Sequence[str], made: EliminationList, actor: Actor) -> None:
    entries = Entry.objects.filter(among("subject_key", keys), subject_kind=kind).order_by()
    last = dict(entries.values_list("subject_key").annotate(last=Max("subject_seq")))
    facts = {"list": made.number}
    record_all((Deed(f"{kind}.destroy", kind, key, last.get(key, 0) + 1, facts=facts) for key in keys), actor=actor)


def _tell(made: EliminationList, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    seq = next_seq("elimination", made.number)
    record(Deed(f"elimination.{event}", "elimination", made.number, seq, facts=facts), actor=actor)


def _tell_of_hold(key: str, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    record(Deed(f"hold.{event}", "hold", key, next_seq("hold", key), facts=facts), actor=actor)


def _unlink() -> None:
    remove_destroyed_files(actor=TheHouse())
