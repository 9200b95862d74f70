"""What an association does about a request, by any channel with the same outcome: one command for the whole table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import (
    change_request,
    dated,
    locked_request,
    may_speak_for,
    no_request,
    remember,
)
from inventory.associations.facts import CHANNELS, MOST_PEOPLE, refuse_national_number
from inventory.associations.filing_models import Filing
from inventory.associations.letters import write_letter
from inventory.associations.models import Request
from inventory.associations.questions import PROCEDURES, Procedure, Question
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number, store_file
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.lifecycle import Actor, Word

# A complaint is answered within thirty days of its stamp, as its form says.
ANSWER_WITHIN: Final = dt.timedelta(days=30)


@transaction.atomic
def lodge(
    reference: str,
    procedure: str,
    *,
    actor: Actor,
    channel: str,
    answers: Mapping[str, Any],
    received_at: dt.datetime | None = None,
    dated_by: str = "arrival",
    paper: tuple[bytes, str] | None = None,
    standing: Sequence[tuple[str, str]] = (),
) -> Filing:
    """File one of `PROCEDURES` about a request; its letter is written in the association's language.

    On line a member of the association files; by any other channel a clerk. `standing` is where the request stands,
    for the letter that answers "follow".
    Refuses: NotFound (also: not yours); NotAllowed; BadInput (procedure, channel, answers, stamp); Conflict (the state
    of the request does not allow it); BadFile.
    """
    asked = PROCEDURES.get(procedure)
    if asked is None:
        raise BadInput(_("Choose from the list."), field="procedure")
    if channel not in CHANNELS:
        raise BadInput(_("Choose the channel from the list."), field="channel")
    if channel != "online":
        require(actor, Word.REQUEST_FOR_OTHERS)
    elif not actor.holds(Word.REQUEST):
        raise NotAllowed(_("On line, a member of the association asks. Choose the channel it came by."))
    request = locked_request(reference)
    if channel == "online" and not may_speak_for(actor, request):
        raise no_request(reference)
    if not request.purpose:
        raise Conflict(_("Request %(reference)s was destroyed by an elimination list."), reference=request.reference)
    if request.state not in asked.states:
        raise Conflict(_("Request %(reference)s does not allow this any more, or not yet."), reference=reference)
    now = timezone.now()
    received, dated_by = dated(channel, received_at, dated_by, now)
    filing = Filing.objects.create(
        number=next_number("F", timezone.localdate()),
        request=request,
        procedure=procedure,
        channel=channel,
        dated_by=dated_by,
        answers=_checked(asked, answers),
        paper=store_file(*paper, actor=actor) if paper else None,
        received_at=received,
        recorded_at=now,
        recorded_by_id=actor.pk,
    )
    _take_effect(request, filing, actor)
    _remember(filing, asked, actor)
    _answer(request, filing, asked, standing, actor)
    return filing


@transaction.atomic
def keep_paper(number: str, paper: tuple[bytes, str], *, actor: Actor) -> Filing:
    """Keep the scan of what came on paper, after it was typed in. Refuses: NotAllowed; NotFound; Conflict; BadFile."""
    require(actor, Word.REQUEST_FOR_OTHERS)
    filing = Filing.objects.select_for_update().filter(number=number.strip().upper()).first()
    if filing is None:
        raise NotFound(_("There is no filing %(number)s."), number=number)
    if not filing.request.purpose:
        reference = filing.request.reference
        raise Conflict(_("Request %(reference)s was destroyed by an elimination list."), reference=reference)
    if filing.paper_id is not None:
        raise Conflict(_("The paper of %(number)s is kept already."), number=filing.number)
    filing.paper = store_file(*paper, actor=actor)
    filing.save(update_fields=["paper"])
    remember("filing", filing.number, "keep_paper", actor, {"sha256": filing.paper.sha256})
    return filing


@transaction.atomic
def ask_for_more(reference: str, *, actor: Actor, what: str) -> Request:
    """Say what is missing from a request: it is not complete until the association completes it.

    Refuses: NotAllowed; NotFound; BadInput (nothing said); Conflict (decided or withdrawn).
    """
    require(actor, Word.REQUEST_FOR_OTHERS)
    request = locked_request(reference)
    if request.state != "received":
        raise Conflict(_("Request %(reference)s does not allow this any more, or not yet."), reference=reference)
    if len(what.strip()) < 10:
        raise BadInput(_("Say in a sentence what is missing: the association reads it."), field="what")
    request.missing = refuse_national_number(what.strip(), "what")
    remember("request", request.reference, "ask_for_more", actor, {}, {"missing": request.missing})
    request.save(update_fields=["missing"])
    with translation.override(request.association.official_language):
        write_letter(
            request.association,
            actor=actor,
            kind="incomplete",
            request=request,
            title=gettext("Your request %(reference)s is not complete yet") % {"reference": request.reference},
            paragraphs=[
                request.missing,
                gettext("Complete it on line, at the counter, by telephone or by post. Your request keeps its date."),
            ],
        )
    return request


def answer_due(filing: Filing) -> dt.date:
    """The last day on which a complaint is answered in time."""
    return timezone.localdate(filing.received_at) + ANSWER_WITHIN


def read_back(filing: Filing) -> list[tuple[str, str]]:
    """Every question that was answered, with its number, and the answer: for letters and pages."""
    return [
        (question.asked, str(filing.answers[question.code]))
        for question in PROCEDURES[filing.procedure].questions
        if filing.answers.get(question.code) not in (None, "")
    ]


def _checked(asked: Procedure, answers: Mapping[str, Any]) -> dict[str, Any]:
    known = {question.code: question for question in asked.questions if question.kind != "reference"}
    if set(answers) - set(known):
        raise BadInput(_("This form has no such question."), field=sorted(set(answers) - set(known))[0])
    return {code: _one(question, answers.get(code)) for code, question in known.items()}


def _one(question: Question, given: Any) -> Any:
    if given is None or given == "":
        if question.needed:
            raise BadInput(_("Question %(number)s needs an answer."), number=question.number, field=question.code)
        return None if question.kind == "count" else ""
    if question.kind == "count":
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= MOST_PEOPLE:
            raise BadInput(_("Question %(number)s asks for a number."), number=question.number, field=question.code)
        return given
    return refuse_national_number(str(given).strip()[:4000], question.code)


def _take_effect(request: Request, filing: Filing, actor: Actor) -> None:
    if filing.procedure == "withdraw":
        change_request(request, "withdrawn", actor=actor, event="withdraw")
    if filing.procedure == "complete":
        request.missing = ""
        if filing.answers["people_served"] is not None:
            request.people_served = filing.answers["people_served"]
        facts = {"filing": filing.number, "people_served": filing.answers["people_served"]}
        remember("request", request.reference, "complete", actor, facts)
        request.save(update_fields=["missing", "people_served"])


def _remember(filing: Filing, asked: Procedure, actor: Actor) -> None:
    counts = {one.code: filing.answers[one.code] for one in asked.questions if one.kind == "count"}
    words = {code: value for code, value in filing.answers.items() if code not in counts and value}
    facts = {"request": filing.request.reference, "procedure": filing.procedure, "channel": filing.channel, **counts}
    remember("filing", filing.number, "lodge", actor, facts, words or None, filing.received_at)


def _answer(
    request: Request, filing: Filing, asked: Procedure, standing: Sequence[tuple[str, str]], actor: Actor
) -> None:
    with translation.override(request.association.official_language):
        received = timezone.localtime(filing.received_at)
        rows = [
            (gettext("Request"), request.reference),
            (gettext("Received on"), f"{received:%d/%m/%Y}"),
            (gettext("Channel"), str(CHANNELS[filing.channel])),
            *read_back(filing),
            *([(gettext("We answer until"), f"{answer_due(filing):%d/%m/%Y}")] if asked.code == "complain" else []),
            *standing,
        ]
        write_letter(
            request.association,
            actor=actor,
            kind=filing.procedure,
            request=request,
            title=str(asked.heading),
            paragraphs=[str(asked.answer)],
            rows=rows,
        )
