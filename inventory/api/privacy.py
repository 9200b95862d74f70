"""Data protection through the API: the register of processing, for the data protection officer and auditors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from inventory.api.asking import NO, actor_of
from inventory.privacy import register

router = Router()


class ProcessingOut(Schema):
    """One processing: whose data, what for, by which right, how long, who receives it, in which fields it stands."""

    code: str
    name: str
    subjects: str
    purpose: str
    basis: str
    term: str
    table: str
    recipients: list[str]
    source: str
    fields: list[str]
    third_countries: str


class RegisterOut(Schema):
    """The register of processing (GDPR art. 30), in the language that was asked for."""

    controller: str
    officer: str
    day: str
    processings: list[ProcessingOut]
    measures: list[str]


@router.get("/privacy/register", response={200: RegisterOut, **NO}, summary="The register of processing")
def processing_register(request: HttpRequest) -> dict[str, Any]:
    """Printed from the declarations on the fields."""
    return register.register_of_processing(actor_of(request))


@router.get("/privacy/register/paper", response={200: None, **NO}, summary="The register as a PDF")
def register_paper(request: HttpRequest, language: str = "fr") -> HttpResponse:
    """In `fr` or `nl`."""
    register.register_of_processing(actor_of(request))
    return HttpResponse(register.register_pdf(language), content_type="application/pdf")
