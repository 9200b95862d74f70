"""What associations do about their requests, their letters and the forms on paper, through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from inventory.api.asking import NO, Moment, Prose, Text20, actor_of, bytes_of
from inventory.api.associations import RequestOut
from inventory.associations import queries
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.filings import ask_for_more, keep_paper, lodge
from inventory.associations.forms import form_pdf
from inventory.associations.letters import MOST, letters_pdf, mark_sent, unmark_sent
from inventory.associations.models import Request
from inventory.associations.questions import PROCEDURES
from inventory.reports.whereabouts import stations, told_in

router = Router()


class QuestionOut(Schema):
    """A question of a form, with the number it has on paper and on every screen."""

    number: str
    code: str
    label: str
    kind: str
    needed: bool


class ProcedureOut(Schema):
    """Something one can do about a request, and in which of its states."""

    code: str
    title: str
    states: list[str]
    questions: list[QuestionOut]


class FilingIn(Schema):
    """What somebody files: answers by the code of their question; the stamp counts for every channel but `online`."""

    procedure: Text20
    channel: Text20
    answers: dict[str, int | Prose | None] = Field({}, max_length=20)
    received_at: Moment | None = None
    dated_by: Text20 = "arrival"


class FilingOut(Schema):
    """What was filed."""

    number: str
    request: str
    procedure: str
    channel: str
    dated_by: str
    answers: dict[str, Any]
    received_at: dt.datetime
    recorded_at: dt.datetime
    # The SHA-256 of its scan; empty while none is kept.
    paper_sha256: str

    @staticmethod
    def resolve_paper_sha256(filing: Filing) -> str:
        """The fingerprint of the scan."""
        return filing.paper.sha256 if filing.paper else ""

    @staticmethod
    def resolve_request(filing: Filing) -> str:
        """The request's reference."""
        return filing.request.reference


class MissingIn(Schema):
    """What is missing, in the association's language."""

    what: Prose


class StationOut(Schema):
    """A station of a request on its way."""

    name: str
    said: str
    at: dt.datetime | None
    done: bool
    here: bool


class LetterOut(Schema):
    """A letter: how it goes, and when it went."""

    number: str
    association: str
    request: str
    kind: str
    way: str
    language: str
    large_print: bool
    title: str
    written_at: dt.datetime
    sent_at: dt.datetime | None

    @staticmethod
    def resolve_association(letter: Letter) -> str:
        """The association's code."""
        return letter.association.code

    @staticmethod
    def resolve_request(letter: Letter) -> str:
        """The request's reference, where there is one."""
        return letter.request.reference if letter.request else ""

    @staticmethod
    def resolve_title(letter: Letter) -> str:
        """What it is about, in its language."""
        return str(letter.content.get("title", ""))


class LettersIn(Schema):
    """Letters by their numbers."""

    numbers: list[Text20] = Field(max_length=MOST)


@router.get("/procedures", response={200: list[ProcedureOut], **NO}, summary="What one can do about a request")
def procedures(request: HttpRequest) -> list[Any]:
    """Every procedure with its questions, as they are numbered on paper."""
    actor_of(request)
    return [
        {
            "code": one.code,
            "title": str(one.title),
            "states": list(one.states),
            "questions": [
                {"number": q.number, "code": q.code, "label": str(q.label), "kind": q.kind, "needed": q.needed}
                for q in one.questions
            ],
        }
        for one in PROCEDURES.values()
    ]


@router.post("/requests/{reference}/filings", response={201: FilingOut, **NO}, summary="File something about it")
def file(request: HttpRequest, reference: str, payload: FilingIn) -> Status[Filing]:
    """A member on line for their own request; a clerk by another channel. Its letter is written."""
    actor = actor_of(request)
    found = queries.request_of(reference, actor)
    standing = told_in(found) if payload.procedure == "follow" else ()
    return Status(201, lodge(found.reference, actor=actor, standing=standing, **payload.dict()))


@router.get("/requests/{reference}/filings", response={200: list[FilingOut], **NO}, summary="What was filed about it")
def list_filings(request: HttpRequest, reference: str) -> list[Any]:
    """Latest first."""
    actor = actor_of(request)
    return list(queries.filings(actor, request=queries.request_of(reference, actor).reference))


@router.get("/filings", response={200: list[FilingOut], **NO}, summary="What came in about requests")
def all_filings(request: HttpRequest, procedure: str = "", limit: int = 50) -> list[Any]:
    """Latest first; at most 200."""
    return list(queries.filings(actor_of(request), procedure=procedure)[: min(max(limit, 1), 200)])


@router.post("/filings/{number}/paper", response={200: FilingOut, **NO}, summary="Keep the scan of a filing")
def keep_scan(request: HttpRequest, number: str, file: File[UploadedFile]) -> Filing:
    """Of what came on paper and is typed in."""
    return keep_paper(number, bytes_of(file), actor=actor_of(request))


@router.post("/requests/{reference}/missing", response={200: RequestOut, **NO}, summary="Ask for what is missing")
def missing(request: HttpRequest, reference: str, payload: MissingIn) -> Request:
    """The association gets a letter; the request keeps its date."""
    actor = actor_of(request)
    return ask_for_more(queries.request_of(reference, actor).reference, actor=actor, what=payload.what)


@router.get("/requests/{reference}/stations", response={200: list[StationOut], **NO}, summary="Where it stands")
def where(request: HttpRequest, reference: str) -> list[Any]:
    """Like a parcel: received, complete, in a round, decided, appointment, handed over."""
    return list(stations(queries.request_of(reference, actor_of(request))))


@router.get("/requests/{reference}/letters", response={200: list[LetterOut], **NO}, summary="Its letters")
def letters_of(request: HttpRequest, reference: str) -> list[Any]:
    """Latest first."""
    actor = actor_of(request)
    return list(queries.letters(actor, request=queries.request_of(reference, actor).reference))


@router.get("/letters", response={200: list[LetterOut], **NO}, summary="Letters that wait")
def waiting(request: HttpRequest, way: str = "post", limit: int = 50) -> list[Any]:
    """To print and post (`post`), or to tell by telephone (`telephone`); oldest first, at most 200."""
    return list(queries.letters_to_send(way, actor_of(request))[: min(max(limit, 1), 200)])


@router.post("/letters/sent", response={200: list[LetterOut], **NO}, summary="Letters were posted or told")
def sent(request: HttpRequest, payload: LettersIn) -> list[Any]:
    """Together or not at all."""
    return list(mark_sent(payload.numbers, actor=actor_of(request)))


@router.post("/letters/{number}/unsend", response={200: LetterOut, **NO}, summary="A letter was not sent after all")
def unsend(request: HttpRequest, number: str) -> Letter:
    """It waits again."""
    return unmark_sent(number, actor=actor_of(request))


@router.get("/letters/{number}/paper", response={200: bytes, **NO}, summary="A letter as PDF")
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """As it is posted."""
    return _pdf(letters_pdf([queries.letter_numbered(number, actor_of(request))]))


@router.get("/forms/{form}/{language}/{size}", response={200: bytes, **NO}, summary="A form to fill in by hand, as PDF")
def form(request: HttpRequest, form: str, language: str, size: str) -> HttpResponse:
    """`request` or a procedure's code, fr or nl, normal or large print."""
    actor_of(request)
    return _pdf(form_pdf(form, language, size))


def _pdf(made: bytes) -> HttpResponse:
    return HttpResponse(made, content_type="application/pdf")
