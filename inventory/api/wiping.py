"""Sanitisation through the API: evidence in, verdicts out; verify, validate, destroy."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from inventory.api.asking import NO, Day, Text20, actor_of, bytes_of
from inventory.api.jobs import JobOut
from inventory.api.media import MediumOut
from inventory.jobs.models import Job
from inventory.wiping import commands, printing, queries, together
from inventory.wiping.batches import take_up_together
from inventory.wiping.certificates import certificates_pdf, supersede
from inventory.wiping.judging import judged_for
from inventory.wiping.models import Certificate, EvidenceBatch, Sanitisation

router = Router()


class JudgedOut(Schema):
    """One drive of an evidence file: its verdict, and what came of it."""

    drive: str
    serial: str | None
    verdict: str
    category: str | None
    verified: bool
    method: str
    tool: str
    tool_version: str
    reasons: list[str]
    medium: str | None
    recorded: bool
    why: str


class SanitisationOut(Schema):
    """A sanitisation on record."""

    medium: str
    verdict: str
    succeeded: bool
    category: str
    method: str
    tool: str
    tool_version: str
    evidence_sha256: str
    sanitised_at: dt.datetime
    verified_at: dt.datetime | None
    verification: str
    validated_at: dt.datetime | None
    exception_reference: str

    @staticmethod
    def resolve_medium(record: Sanitisation) -> str:
        """The medium's code."""
        return record.medium.code

    @staticmethod
    def resolve_evidence_sha256(record: Sanitisation) -> str:
        """The fingerprint of the evidence file."""
        return record.evidence.sha256


@router.post("/evidence", response={200: list[JudgedOut], **NO}, summary="Take up an evidence file")
def record_evidence(request: HttpRequest, file: File[UploadedFile]) -> list[dict[str, Any]]:
    """Each drive in it speaks for the medium whose serial it bears."""
    data, name = bytes_of(file)
    return [
        {
            "drive": judged.verdict.device,
            "serial": judged.verdict.serial,
            "verdict": judged.verdict.verdict,
            "category": judged.verdict.category,
            "verified": judged.verdict.verified,
            "method": judged.verdict.method,
            "tool": judged.verdict.tool,
            "tool_version": judged.verdict.tool_version,
            "reasons": list(judged.verdict.reasons),
            "medium": judged.medium.code if judged.medium else None,
            "recorded": judged.recorded,
            "why": str(judged.why.label) if judged.why else "",
        }
        for judged in commands.record_evidence(data, name, actor=actor_of(request))
    ]


class BatchOut(Schema):
    """Evidence files brought in together: how far they are, and how many drives came to what."""

    code: str
    state: str
    files: int
    taken_up: int
    recorded: int
    unsettled: int
    refused: int


@router.post("/evidence/batches", response={202: BatchOut, **NO}, summary="Take up many evidence files")
def take_up_evidence(request: HttpRequest, files: File[list[UploadedFile]]) -> Status[dict[str, Any]]:
    """Thousands of files or archives (.zip) at once; ask for the batch again to see how far it is."""
    batch = take_up_together(
        [bytes_of(one) for one in files],
        actor=actor_of(request),
        place=lambda code: reverse("wiping_batch", args=[code]),
    )
    return Status(202, _batch(batch))


@router.get("/evidence/batches/{code}", response={200: BatchOut, **NO}, summary="How far a batch of evidence is")
def evidence_batch(request: HttpRequest, code: str) -> dict[str, Any]:
    """By the code of its work."""
    return _batch(queries.batch_of(code, actor_of(request)))


def _batch(batch: EvidenceBatch) -> dict[str, Any]:
    return {"code": batch.job.code, "state": batch.job.state, **queries.counts_of(batch)}


class VerdictOut(Schema):
    """What a file proves of one drive; a file that cannot be read is one verdict too."""

    file: str
    device: str
    serial: str | None
    verdict: str
    category: str | None
    verified: bool
    method: str
    tool: str
    version: str
    model: str
    medium_kind: str
    reasons: list[str]
    contradictions: list[str]


@router.post("/evidence/judge", response={200: list[VerdictOut], **NO}, summary="Judge evidence, store nothing")
def judge_evidence(request: HttpRequest, file: File[UploadedFile]) -> list[dict[str, Any]]:
    """As `./run manage judge` does: one verdict per drive."""
    data, name = bytes_of(file)
    return [{"file": name, **verdict.plain()} for verdict in judged_for(actor_of(request), data, name)]


class ByHandIn(Schema):
    """Why a drive of a file is this medium."""

    drive: str
    reason: str


@router.post("/media/{code}/match", response={200: SanitisationOut, **NO}, summary="Match a drive by hand")
def match_by_hand(request: HttpRequest, code: str, file: File[UploadedFile], payload: Form[ByHandIn]) -> Sanitisation:
    """With the reason of the person who says so."""
    data, name = bytes_of(file)
    return commands.match_by_hand(
        code, actor=actor_of(request), data=data, name=name, device_name=payload.drive, reason=payload.reason
    )


class ManualIn(Schema):
    """A sanitisation recorded by hand."""

    method: str
    tool: str
    tool_version: str = ""
    succeeded: bool = True


@router.post("/media/{code}/sanitisations", response={201: SanitisationOut, **NO}, summary="Record by hand")
def record_manual(
    request: HttpRequest, code: str, file: File[UploadedFile], payload: Form[ManualIn]
) -> Status[Sanitisation]:
    """With its evidence file."""
    data, name = bytes_of(file)
    return Status(
        201, commands.record_manual_sanitisation(code, actor=actor_of(request), data=data, name=name, **payload.dict())
    )


@router.get("/media/{code}", response={200: MediumOut, **NO}, summary="One storage medium")
def get_medium(request: HttpRequest, code: str) -> Any:
    """As it stands."""
    return queries.medium_of(code, actor_of(request))


class VerifyIn(Schema):
    """How the result was verified."""

    how: str
    passed: bool = True


@router.post("/media/{code}/verify", response={200: SanitisationOut, **NO}, summary="Verify")
def verify(request: HttpRequest, code: str, payload: VerifyIn) -> Sanitisation:
    """The technique completed as intended; `passed` false quarantines its batch (R-1.7)."""
    return commands.verify(code, actor=actor_of(request), how=payload.how, passed=payload.passed)


class ValidateIn(Schema):
    """The written exception, when the category reached is Clear."""

    exception_reference: str = ""


@router.post("/media/{code}/validate", response={200: SanitisationOut, **NO}, summary="Validate")
def validate(request: HttpRequest, code: str, payload: ValidateIn) -> Sanitisation:
    """Somebody else than the sanitiser decides that the outcome is good enough."""
    return commands.validate(code, actor=actor_of(request), exception_reference=payload.exception_reference)


class CodesIn(Schema):
    """Storage media by their codes."""

    codes: list[Text20] = Field(min_length=1, max_length=200)


class VerifyAllIn(CodesIn):
    """The media, and how the result was verified."""

    how: str


class ValidateAllIn(CodesIn):
    """The media, and the written exception for those that reached Clear."""

    exception_reference: str = ""


class CountOut(Schema):
    """How many were changed."""

    count: int


@router.post("/sanitisations/verify", response={200: CountOut, **NO}, summary="Verify many")
def verify_many(request: HttpRequest, payload: VerifyAllIn) -> dict[str, int]:
    """All of them or none."""
    return {"count": together.verify_all(payload.codes, actor=actor_of(request), how=payload.how)}


@router.post("/sanitisations/validate", response={200: CountOut, **NO}, summary="Validate many")
def validate_many(request: HttpRequest, payload: ValidateAllIn) -> dict[str, int]:
    """All of them or none; a certificate each."""
    reference = payload.exception_reference
    return {"count": together.validate_all(payload.codes, actor=actor_of(request), exception_reference=reference)}


class CertificateOut(Schema):
    """A certificate: its number, the medium, the frozen facts with people as pseudonyms."""

    number: str
    medium: str
    issued_at: dt.datetime
    facts: dict[str, Any]
    supersedes: str | None
    superseded_by: str | None
    withdrawn_at: dt.datetime | None

    @staticmethod
    def resolve_withdrawn_at(certificate: Certificate) -> dt.datetime | None:
        """When the city withdrew it; None while it vouches for it."""
        withdrawal = getattr(certificate, "withdrawal", None)
        return withdrawal.withdrawn_at if withdrawal else None

    @staticmethod
    def resolve_medium(certificate: Certificate) -> str:
        """The medium's code."""
        return certificate.medium.code

    @staticmethod
    def resolve_supersedes(certificate: Certificate) -> str | None:
        """The number it replaces."""
        return certificate.supersedes.number if certificate.supersedes else None

    @staticmethod
    def resolve_superseded_by(certificate: Certificate) -> str | None:
        """The number that replaces it."""
        newer = getattr(certificate, "superseded_by", None)
        return newer.number if newer else None


@router.get("/media/{code}/certificates", response={200: list[CertificateOut], **NO}, summary="Its certificates")
def certificates_of(request: HttpRequest, code: str) -> list[Any]:
    """Newest first."""
    return list(queries.certificates_of(queries.medium_of(code, actor_of(request))))


class CertificatePage(Schema):
    """Some certificates, newest first, and where the next ones begin."""

    items: list[CertificateOut]
    next: str | None = Field(description="Give it as `after` to read on; null at the end.")


@router.get("/certificates", response={200: CertificatePage, **NO}, summary="Certificates")
def list_certificates(
    request: HttpRequest,
    words: str = "",
    since: Day | None = None,
    until: Day | None = None,
    category: str = "",
    in_force: bool = False,
    after: str = "",
) -> dict[str, Any]:
    """A hundred at a time; `words` look in number, serial, medium and device."""
    wanted = queries.CertificateFilter(words, since, until, category, in_force)
    found = queries.certificates(actor_of(request), wanted)
    page = list(queries.certificates_after(found, after)[:101])
    return {"items": page[:100], "next": page[99].number if len(page) > 100 else None}


class PrintIn(Schema):
    """Which certificates, in which language, for whom."""

    numbers: list[Text20] = Field(min_length=1, max_length=10_000)
    language: str = "fr"
    audience: str = "city"


@router.post("/certificates/print", response={202: JobOut, **NO}, summary="Certificates as PDF volumes")
def print_certificates(request: HttpRequest, payload: PrintIn) -> Status[Job]:
    """A worker sets them; fetch the archive from `/jobs/{code}/file` when the job is done."""
    return Status(202, printing.print_certificates(**payload.dict(), actor=actor_of(request)))


@router.get("/certificates/{number}", response={200: CertificateOut, **NO}, summary="One certificate")
def get_certificate(request: HttpRequest, number: str) -> Certificate:
    """With the facts frozen on the day."""
    return queries.certificate_numbered(number, actor_of(request))


@router.get("/certificates/{number}/paper", response={200: bytes, **NO}, summary="A certificate as PDF")
def certificate_paper(request: HttpRequest, number: str, language: str = "fr", audience: str = "city") -> HttpResponse:
    """In `fr` or `nl`; the `beneficiary` copy names nobody."""
    found = queries.certificate_numbered(number, actor_of(request))
    return HttpResponse(certificates_pdf([found], language, audience), content_type="application/pdf")


@router.post("/certificates/{number}/supersede", response={201: CertificateOut, **NO}, summary="Supersede")
def supersede_certificate(request: HttpRequest, number: str) -> Status[Certificate]:
    """A new certificate with the facts as they now stand; the old one stays, marked."""
    made = supersede(number, actor=actor_of(request))
    return Status(201, queries.certificate_numbered(made.number, actor_of(request)))


class DestroyIn(Schema):
    """How a medium was destroyed, and before whom."""

    method: str
    witness: str
    particle_mm: Decimal | None = Field(None, gt=0, le=1000, decimal_places=1)
    batch: str = ""


@router.post("/media/{code}/destroy", response={200: MediumOut, **NO}, summary="Record a destruction")
def destroy(request: HttpRequest, code: str, file: File[UploadedFile], payload: Form[DestroyIn]) -> Any:
    """With a photo or certificate and a witness (their user name)."""
    data, name = bytes_of(file)
    record = commands.destroy(
        code,
        actor=actor_of(request),
        witness=queries.colleague(payload.witness),
        method=payload.method,
        data=data,
        name=name,
        particle_mm=payload.particle_mm,
        batch=payload.batch,
    )
    return record.medium
