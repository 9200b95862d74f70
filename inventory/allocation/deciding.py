"""The competent organ decides a round as a whole: every request gets its answer with its own reasons."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from inventory.allocation.explanations import LineWhy, told_lines, why
from inventory.allocation.ladder.certifying import SCRIPT
from inventory.allocation.ladder.explaining import Reason
from inventory.allocation.letters import write_decision_letter
from inventory.allocation.models import Decision, DecisionLine, Round
from inventory.allocation.organs import ORGANS
from inventory.allocation.pools import POOLS
from inventory.allocation.round_models import FrozenPool, RoundDecision
from inventory.associations.commands import change_request
from inventory.associations.models import Request, RequestLine
from inventory.associations.queries import interests_of
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number, read_file
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

# A round of a whole country is checked in seconds; longer means that something is wrong.
PATIENCE: Final = 300  # seconds


@transaction.atomic
def decide_round(
    number: str, *, actor: Actor, organ: str, decision: str, decided_on: dt.date, reasons_fr: str, reasons_nl: str
) -> RoundDecision:
    """Record the organ's decision: what the round proposes becomes the answer to each request that still waits.

    Who gets nothing now stays on the waiting list for the next round; a pin of none refuses. Each answer is written as
    a letter, to be posted, told by telephone or read on the association's page. Refuses: NotAllowed;
    NotFound; BadInput (organ, number, day, reasons); Conflict (decided already, a pool frozen and not drawn);
    RuleBroken (nothing drawn, or who records it declared an interest).
    """
    require(actor, Word.DECIDE)
    _check(organ, decision, decided_on, (reasons_fr, reasons_nl))
    found = Round.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    if RoundDecision.objects.filter(round=found).exists():
        raise Conflict(_("Round %(number)s is decided already."), number=number)
    pools = _drawn(found)
    asked = _waiting_requests(pools, actor)
    made = RoundDecision(
        round=found,
        organ=organ,
        number=decision.strip()[:40],
        decided_on=decided_on,
        reasons_fr=reasons_fr.strip(),
        reasons_nl=reasons_nl.strip(),
        recorded_by_id=actor.pk,
        recorded_at=timezone.now(),
    )
    facts = {"organ": organ, "decision": made.number, "decided_on": decided_on, "requests": len(asked)}
    _remember(found, "decide", actor, facts, {"fr": made.reasons_fr, "nl": made.reasons_nl})
    made.save()
    for request in asked:
        _answer(request, found, pools, actor)
    if found.finished_at is None:
        found.finished_at = timezone.now()
        found.save(update_fields=["finished_at"])
    return made


@transaction.atomic
def publish_round(number: str, *, actor: Actor) -> RoundDecision:
    """Publish a decided round, once the stand-alone certificate says yes to every pool.

    Refuses: NotAllowed; NotFound; Conflict (not decided, or published); RuleBroken (the certificate says no).
    """
    require(actor, Word.ALLOCATE)
    made = RoundDecision.objects.select_for_update().filter(round__number=number).select_related("round").first()
    if made is None:
        if not Round.objects.filter(number=number).exists():
            raise NotFound(_("There is no round %(number)s."), number=number)
        raise Conflict(_("Round %(number)s is not decided yet."), number=number)
    if made.published_at is not None:
        raise Conflict(_("Round %(number)s is published already."), number=number)
    for frozen in _drawn(made.round):
        _certify_apart(frozen)
    made.certificate_sha256 = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    made.published_at, made.published_by_id = timezone.now(), actor.pk
    _remember(made.round, "publish", actor, {"certificate": made.certificate_sha256})
    made.save()
    return made


def _check(organ: str, decision: str, decided_on: dt.date, reasons: tuple[str, str]) -> None:
    if organ not in ORGANS:
        raise BadInput(_("Say which organ decided."), field="organ")
    if not decision.strip():
        raise BadInput(_("Give the number of the decision."), field="decision")
    if decided_on > timezone.localdate():
        raise BadInput(_("That day is still to come."), field="decided_on")
    if any(len(words.strip()) < 20 for words in reasons):
        raise BadInput(
            _("Give the reasons of the decision in French and in Dutch, in full sentences."), field="reasons_fr"
        )


def _drawn(found: Round) -> list[FrozenPool]:
    pools = FrozenPool.objects.filter(round=found).select_related("round", "policy", "round_file", "result")
    known = list(pools.order_by("pool"))
    if not known:
        raise RuleBroken(_("Nothing of this round is shared out yet: freeze a pool and draw its numbers first."))
    for frozen in known:
        if frozen.drawn_at is None:
            raise Conflict(
                _("%(pool)s: frozen, and not drawn. Enter the public numbers first."), pool=POOLS[frozen.pool][0]
            )
    return known


def _waiting_requests(pools: list[FrozenPool], actor: Actor) -> list[Request]:
    names = {name.rsplit("/", 1)[0] for frozen in pools for name in told_lines(frozen)}
    found = Request.objects.select_for_update().filter(reference__in=names, state="received")
    asked = list(found.order_by("reference"))
    mine = set(interests_of(actor).values_list("association_id", flat=True))
    if any(request.association_id in mine for request in asked):
        raise RuleBroken(_("You declared an interest in an association of this round: another person records it."))
    return asked


def _answer(request: Request, found: Round, pools: list[FrozenPool], actor: Actor) -> Decision:
    """The answer to one request: counts as proposed, reasons in the association's official language."""
    lines = list(request.lines.order_by("position"))
    told: dict[int, LineWhy] = {}
    for frozen in pools:
        known = told_lines(frozen)
        for line in lines:
            one = known.get(f"{request.reference}/{line.position}")
            if one is not None:
                told[line.position] = why(frozen, one, line.category, what_if=False)
    counts = [told[line.position].got if line.position in told else 0 for line in lines]
    outcome = _outcome(lines, counts, told)
    with translation.override(request.association.official_language):
        reasons = _reasons(request, found, lines, told, pools[0].policy.version)
    decision = Decision.objects.create(
        number=next_number("D", timezone.localdate()),
        request=request,
        round=found,
        outcome=outcome,
        reasons=reasons,
        decided_by_id=actor.pk,
        decided_at=timezone.now(),
    )
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, line=line, granted=count) for line, count in zip(lines, counts, strict=True)
    )
    facts = {"request": request.reference, "outcome": outcome, "granted": counts, "round": found.number}
    deed = Deed("decision.decide", "decision", decision.number, 1, facts, private={"reasons": reasons})
    record(deed, actor=actor)
    if outcome != "waiting":
        change_request(request, "decided", actor=actor, event="decide")
    write_decision_letter(decision, actor=actor)
    return decision


def _outcome(lines: list[RequestLine], counts: list[int], told: dict[int, LineWhy]) -> str:
    if sum(counts):
        return "award" if sum(counts) == sum(line.quantity for line in lines) else "partial"
    capped = told and all(one.reason is Reason.CAP for one in told.values())
    return "refuse" if capped else "waiting"


def _reasons(request: Request, found: Round, lines: list[RequestLine], told: dict[int, LineWhy], version: str) -> str:
    facts = {"round": found.number, "version": version}
    paragraphs = [
        _(
            "Your request took part in round %(round)s, shared out by published turns with the points of version "
            "%(version)s. Neither the channel nor the hour of arrival counts."
        )
        % facts
    ]
    for line in lines:
        one = told.get(line.position)
        said = {"kind": CATEGORIES[line.category], "got": one.got if one else 0, "asked": line.quantity}
        head = _("%(kind)s: %(got)s of %(asked)s.") % said
        why_so = one.sentences if one else [str(_("Nothing of this pool could be shared out in this round."))]
        paragraphs.append(" ".join([head, *why_so]))
    return "\n\n".join(paragraphs)


def _certify_apart(frozen: FrozenPool) -> None:
    """Run the script as an auditor does: two files, a process of its own, nothing of the service at hand."""
    assert frozen.round_file is not None and frozen.result is not None  # drawn  # noqa: S101, PT018
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "round.json", Path(folder) / "result.json"]
        for path, stored in zip(paths, (frozen.round_file, frozen.result), strict=True):
            path.write_bytes(read_file(stored))
        command = [sys.executable, "-I", str(SCRIPT), *(str(path) for path in paths)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    if run.returncode != 0:
        said = (run.stdout or run.stderr).strip().splitlines()
        raise RuleBroken(_("The certificate refuses this result: %(fault)s"), fault=said[0] if said else "?")


def _remember(
    found: Round, event: str, actor: Actor, facts: dict[str, Any], private: dict[str, Any] | None = None
) -> None:
    seq = next_seq("round", found.number)
    record(Deed(f"round.{event}", "round", found.number, seq, facts, private=private), actor=actor)
