"""The agreement's words through the API: versions, a draft clause by clause, its faults, its first day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from inventory.api.asking import NO, Day, Prose, Text20, actor_of
from inventory.handover import drafting
from inventory.handover.drafting import Version
from inventory.handover.proofreading import SUBJECTS, compared, faults
from inventory.handover.wording import text_on

router = Router()


class ClauseWords(Schema):
    """A clause in one language; an empty line begins a new paragraph."""

    title: str = Field(max_length=150)
    text: Prose


class ClauseIn(Schema):
    """A clause in both languages."""

    fr: ClauseWords
    nl: ClauseWords


class ClauseOut(ClauseIn):
    """The same, with its number, its subject, and whether it differs from the text in force."""

    number: int
    subject: str
    changed: bool


class BothLanguages(Schema):
    """A sentence in French and in Dutch."""

    fr: Prose
    nl: Prose


class EndUsers(Schema):
    """Clause 6: devices may be passed on for good (`free`), or only be lent (`loan`)."""

    free: BothLanguages
    loan: BothLanguages


class TermsIn(Schema):
    """What the text promises."""

    exchange_days: int = Field(ge=1, le=365)
    report_months: int = Field(ge=1, le=60)
    end_users: EndUsers


class VersionOut(Schema):
    """A version of the agreement's words: draft, coming, in_force or past."""

    version: str
    state: str
    valid_from: dt.date | None
    sha256: str


class TextOut(VersionOut, TermsIn):
    """The same with all its words, and what keeps a draft from being put in force."""

    clauses: list[ClauseOut]
    faults: list[str]


class DraftIn(Schema):
    """The name of a new version; `source`, the file that lawyers wrote, or nothing for a copy of the words in force."""

    version: Text20
    source: str = Field("", max_length=200_000)


class AdoptIn(Schema):
    """From which day it holds."""

    valid_from: Day


@router.get("/agreement-texts", response={200: list[VersionOut], **NO}, summary="Versions of the agreement's words")
def list_versions(request: HttpRequest) -> list[dict[str, Any]]:
    """Drafts first, then the latest day first."""
    return [_short(one) for one in drafting.versions(actor_of(request))]


@router.post("/agreement-texts", response={201: TextOut, **NO}, summary="Draft a new version")
def draft(request: HttpRequest, payload: DraftIn) -> Status[dict[str, Any]]:
    """A copy of the words in force, or of a file."""
    actor = actor_of(request)
    made = drafting.draft_wording(payload.version, actor=actor, source=payload.source.encode())
    return Status(201, _shown(drafting.version_named(made.version, actor)))


@router.get("/agreement-texts/{version}", response={200: TextOut, **NO}, summary="One version with its words")
def get_version(request: HttpRequest, version: str) -> dict[str, Any]:
    """Compared with the one in force."""
    return _shown(drafting.version_named(version, actor_of(request)))


@router.get("/agreement-texts/{version}/file", response={200: bytes, **NO}, summary="The file of a version")
def file(request: HttpRequest, version: str) -> HttpResponse:
    """TOML, as lawyers write it."""
    found = drafting.version_named(version, actor_of(request))
    return HttpResponse(found.text.source, content_type="application/toml")


@router.put("/agreement-texts/{version}/clauses/{clause}", response={200: TextOut, **NO}, summary="Write a clause")
def write_clause(request: HttpRequest, version: str, clause: int, payload: ClauseIn) -> dict[str, Any]:
    """Of a draft, in both languages."""
    actor = actor_of(request)
    words = {"fr": (payload.fr.title, payload.fr.text), "nl": (payload.nl.title, payload.nl.text)}
    drafting.word_clause(version, clause, actor=actor, words=words)
    return _shown(drafting.version_named(version, actor))


@router.put("/agreement-texts/{version}/terms", response={200: TextOut, **NO}, summary="Write the terms")
def write_terms(request: HttpRequest, version: str, payload: TermsIn) -> dict[str, Any]:
    """Of a draft: days, months and the options of clause 6."""
    actor = actor_of(request)
    drafting.word_terms(version, actor=actor, **payload.dict())
    return _shown(drafting.version_named(version, actor))


@router.post("/agreement-texts/{version}/adopt", response={200: VersionOut, **NO}, summary="Put a draft in force")
def adopt(request: HttpRequest, version: str, payload: AdoptIn) -> dict[str, Any]:
    """By somebody who did not write it; nobody changes it any more."""
    actor = actor_of(request)
    drafting.adopt_wording(version, actor=actor, valid_from=payload.valid_from)
    return _short(drafting.version_named(version, actor))


@router.post("/agreement-texts/{version}/drop", response={200: str, **NO}, summary="Throw a draft away")
def drop(request: HttpRequest, version: str) -> str:
    """Its name may be used again."""
    return drafting.drop_wording(version, actor=actor_of(request))


def _short(one: Version) -> dict[str, Any]:
    held = one.state != "draft"
    return {
        "version": one.text.version,
        "state": one.state,
        "valid_from": one.text.valid_from if held else None,
        "sha256": one.text.sha256 if held else "",
    }


def _shown(one: Version) -> dict[str, Any]:
    text = one.text
    before = text_on(timezone.localdate())
    clauses = [
        {
            "number": clause.number,
            "subject": str(SUBJECTS[clause.number - 1][0]),
            "changed": clause.changed,
            **{
                tongue: dict(zip(("title", "text"), rows[clause.number - 1], strict=True))
                for tongue, rows in text.clauses.items()
            },
        }
        for clause in compared(text, before)
    ]
    return {
        **_short(one),
        "exchange_days": text.exchange_days,
        "report_months": text.report_months,
        "end_users": text.end_users,
        "clauses": clauses,
        "faults": faults(text) if one.state == "draft" else [],
    }
