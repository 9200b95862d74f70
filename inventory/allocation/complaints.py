"""Complaints are answered by somebody who did not decide, with reasons and in time; what was promised is repaired."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.models import Decision
from inventory.allocation.pools import POOLS
from inventory.allocation.refusing import refused_by
from inventory.allocation.round_models import Pin
from inventory.associations.commands import remember
from inventory.associations.facts import CHANNELS, refuse_national_number
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.filings import answer_due
from inventory.associations.interests import refuse_interest
from inventory.associations.letters import write_letter
from inventory.associations.queries import filings
from inventory.devices.gatekeepers import require_one
from inventory.devices.queries import names_of
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.lifecycle import Actor, Word

OUTCOMES: Final[dict[str, Promise]] = {
    "upheld": _("The complaint is right"),
    "partly": _("The complaint is right in part"),
    "rejected": _("The complaint is not right"),
}
_SAID: Final[dict[str, Promise]] = {
    "upheld": _("You are right: a mistake was made, and we are sorry for it."),
    "partly": _("You are right in part."),
    "rejected": _("We found no mistake: what was decided stands."),
}
MOST_REPAIRED: Final = 500


@dataclass(frozen=True, slots=True)
class Promised:
    """Devices that an association comes first for in the next round of a pool, in answer to complaints.

    `sharer`: the code under which it takes part, that of its cluster or its own.
    """

    sharer: str
    code: str
    name: str
    units: int


@transaction.atomic
def answer_complaint(
    number: str,
    *,
    actor: Actor,
    outcome: str,
    words: str,
    repair_pool: str = "",
    repair_units: int = 0,
    excuses: bool = False,
) -> ComplaintAnswer:
    """Answer a complaint once, with reasons in the association's language; a letter tells them, and what follows.

    What was wrong is repaired by a pin: until it is set, the pool of the next round in which the association asks is
    not frozen (allocation §2.6). `excuses`: devices of the request that were refused had a good reason to be, so they
    no longer weigh and close no line (§5). Refuses: NotAllowed; NotFound; BadInput (outcome, reasons, repair); Conflict
    (answered); RuleBroken (who answers decided on the request, or declared an interest).
    """
    require_one(actor, Word.ALLOCATE, Word.DECIDE)
    filing = _locked(number)
    request = filing.request
    refuse_interest(actor, request.association_id)
    if ComplaintAnswer.objects.filter(filing=filing).exists():
        raise Conflict(_("Complaint %(number)s is answered already."), number=filing.number)
    if Decision.objects.filter(request=request, decided_by_id=actor.pk).exists():
        raise RuleBroken(_("You decided on this request: somebody else answers the complaint."))
    _check(outcome, words, repair_pool, repair_units)
    if excuses and (outcome == "rejected" or not refused_by(request)):
        raise BadInput(_("No refused devices weigh here, or the complaint is not right."), field="excuses")
    said = refuse_national_number(words.strip(), "words")
    made = ComplaintAnswer(
        filing=filing,
        outcome=outcome,
        words=said,
        repair_pool=repair_pool,
        repair_units=repair_units,
        excuses=excuses,
        answered_by_id=actor.pk,
        answered_at=timezone.now(),
    )
    made.letter = _letter(made, actor)
    facts: dict[str, object] = {
        "request": request.reference,
        "outcome": outcome,
        "pool": repair_pool,
        "devices": repair_units,
    }
    if excuses:
        facts["excuses"] = True
    remember("filing", filing.number, "answer", actor, facts, {"words": said})
    made.save()
    return made


def complaints(actor: Actor, *, state: str = "", request: str = "") -> QuerySet[Filing]:
    """Complaints this person may see, those to be answered soonest first; `state`: open, late or answered.

    Refuses NotAllowed.
    """
    found = filings(actor, procedure="complain", request=request).select_related(
        "complaint_answer__answered_by", "complaint_answer__letter"
    )
    if state in ("open", "late"):
        found = found.filter(complaint_answer__isnull=True)
    if state == "late":
        found = found.filter(received_at__lt=timezone.now() - dt.timedelta(days=31))
    if state == "answered":
        found = found.filter(complaint_answer__isnull=False)
    return found.order_by("complaint_answer__answered_at", "received_at", "id") if state else found


def complaint_numbered(number: str, actor: Actor) -> Filing:
    """One complaint. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = complaints(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise _none(number)
    return found


def answer_to(filing: Filing) -> ComplaintAnswer | None:
    """The answer to a complaint, None while it waits."""
    return getattr(filing, "complaint_answer", None)


def promised(pool: str) -> dict[str, Promised]:
    """By the code under which it shares: what an association was promised of a pool and has not been repaired yet.

    A repair is a standing pin with that reason in a pool that was frozen after the answer.
    """
    repaired: dict[str, dt.datetime] = {}
    pins = Pin.objects.filter(pool=pool, reason="repair", withdrawn_at__isnull=True, round__pools__pool=pool)
    for pin in pins.select_related("association__cluster").annotate(frozen=Max("round__pools__frozen_at")):
        code, frozen = pin.association.shares_as, pin.frozen
        repaired[code] = max(frozen, repaired.get(code, frozen))
    owed: dict[str, Promised] = {}
    answers = ComplaintAnswer.objects.filter(repair_pool=pool).order_by("id")
    for answer in answers.select_related("filing__request__association__cluster"):
        body = answer.filing.request.association
        code = body.shares_as
        if code in repaired and repaired[code] > answer.answered_at:
            continue
        before = owed[code].units if code in owed else 0
        owed[code] = Promised(code, body.code, body.name, before + answer.repair_units)
    return owed


def refuse_unrepaired(pool: str, made: dict[str, object]) -> None:
    """Refuse (RuleBroken) to freeze inputs in which somebody asks who was promised a repair that no pin makes."""
    owed = promised(pool)
    asking = {one["id"] for one in made["associations"]}  # type: ignore[attr-defined]
    pinned = {
        pin["association"]: pin["at_least"]
        for pin in made["pins"]  # type: ignore[attr-defined]
        if pin["reason"] == "repair"
    }
    for code, one in sorted(owed.items()):
        if code in asking and pinned.get(code, 0) < one.units:
            raise RuleBroken(
                _(
                    "%(name)s was promised %(count)s devices in answer to a complaint: set the pin that repairs it "
                    "first."
                ),
                name=one.name,
                count=one.units,
            )


def follows(answer: ComplaintAnswer) -> str:
    """What follows from an answer, in the reader's language."""
    if answer.excuses and not answer.repair_units:
        return gettext("The devices that were refused no longer count, and no line stays closed for them.")
    if not answer.repair_units:
        return gettext("Nothing has to be repaired by devices.")
    words = ngettext(
        "In the next round you come first of all for %(count)s device of this pool: %(pool)s.",
        "In the next round you come first of all for %(count)s devices of this pool: %(pool)s.",
        answer.repair_units,
    )
    return words % {"count": answer.repair_units, "pool": POOLS[answer.repair_pool][0]}


def _check(outcome: str, words: str, repair_pool: str, repair_units: int) -> None:
    if outcome not in OUTCOMES:
        raise BadInput(_("Say whether the complaint is right."), field="outcome")
    if len(words.strip()) < 20:
        raise BadInput(_("Give the reasons of the answer, in full sentences."), field="words")
    if repair_pool and repair_pool not in POOLS:
        raise BadInput(_("There is no such pool of devices."), field="repair_pool")
    if bool(repair_pool) != bool(repair_units) or not 0 <= repair_units <= MOST_REPAIRED:
        raise BadInput(_("Say how many devices of which pool repair it, or neither."), field="repair_units")
    if repair_units and outcome == "rejected":
        raise BadInput(_("Nothing is repaired where nothing was wrong."), field="repair_units")


def _letter(answer: ComplaintAnswer, actor: Actor) -> Letter:
    filing = answer.filing
    request, body = filing.request, filing.request.association
    with translation.override(body.official_language):
        said = [
            gettext("Somebody who did not decide on your request has read your complaint. This is our answer."),
            str(_SAID[answer.outcome]),
            *(part.strip() for part in answer.words.split("\n\n") if part.strip()),
        ]
        if answer.excuses:
            said.append(gettext("The devices that were refused no longer count, and no line stays closed for them."))
        if answer.repair_units:
            said.append(follows(answer))
            said.append(gettext("The report of that round says so in public, with its reason."))
            if request.state != "received":
                said.append(
                    gettext(
                        "Your request is decided: ask again, by any way, so that you take part. We help you with it."
                    )
                )
        said.append(
            gettext(
                "If this answer does not help you, the ombudsman is free of charge: Ombuds Brussels, telephone "
                "02 549 67 00; also by letter or by appointment."
            )
        )
        return write_letter(
            body,
            actor=actor,
            kind="complaint_answer",
            request=request,
            title=gettext("Our answer to your complaint"),
            paragraphs=said,
            rows=[
                (gettext("Complaint"), filing.number),
                (gettext("Received on"), f"{timezone.localtime(filing.received_at):%d/%m/%Y}"),
                (gettext("Channel"), str(CHANNELS[filing.channel])),
                (gettext("What you wrote"), str(filing.answers.get("words", ""))),
                (gettext("Answered by"), names_of([actor.key], actor)[actor.key]),
                (gettext("Answered on"), f"{timezone.localtime(answer.answered_at):%d/%m/%Y}"),
                (gettext("Due until"), f"{answer_due(filing):%d/%m/%Y}"),
            ],
        )


def _locked(number: str) -> Filing:
    found = Filing.objects.select_for_update(of=("self",)).filter(number=number.strip().upper(), procedure="complain")
    filing = found.select_related("request__association__cluster").first()
    if filing is None:
        raise _none(number)
    return filing


def _none(number: str) -> NotFound:
    return NotFound(_("There is no complaint %(number)s."), number=number)
