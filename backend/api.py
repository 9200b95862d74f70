"""The root of the API: every stage's router, one way to sign in, one way to say no."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer

from backend.accounts.auth import SignedIn, TokenAuth
from backend.problems import problem, problem_document
from imports.api import router as imports_router
from inventory.api import (
    accessories,
    aftercare,
    allocation,
    appointments,
    associations,
    audit,
    checkpoints,
    collection,
    complaints,
    containers,
    custody,
    deciding,
    devices,
    disposal,
    eliminations,
    erasing,
    failures,
    filings,
    finding,
    genealogy,
    handover,
    inspections,
    jobs,
    media,
    open_data,
    pins,
    points,
    policy,
    privacy,
    refurbishment,
    reports,
    round_report,
    samples,
    scanning,
    second_checks,
    supervision,
    wiping,
    wordings,
)
from inventory.errors import Refusal
from labels.api import router as labels_router
from labels.printer_api import router as printers_router


class Rendered(BaseRenderer):
    """Answers as JSON with whole microseconds, decimals as text: nothing is rounded on its way out."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The bytes of an answer."""
        return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


api = NinjaAPI(
    title="Relais",
    version="1",
    description="Public IT equipment on its way to a second life. Refusals are problem documents (RFC 9457); "
    "a write with an `Idempotency-Key` counts once, however often it is sent.",
    auth=[TokenAuth(), SignedIn()],
    renderer=Rendered(),
    urls_namespace="api",
)

api.add_router("/", devices.router, tags=["devices"])
api.add_router("/", genealogy.router, tags=["genealogy"])
api.add_router("/", inspections.router, tags=["inspections"])
api.add_router("/", media.router, tags=["storage media"])
api.add_router("/", wiping.router, tags=["sanitisation"])
api.add_router("/", jobs.router, tags=["long work"])
api.add_router("/", failures.router, tags=["failure rates"])
api.add_router("/", policy.router, tags=["wiping policy"])
api.add_router("/", second_checks.router, tags=["second checks"])
api.add_router("/", scanning.router, tags=["scanning"])
api.add_router("/", collection.router, tags=["collection"])
api.add_router("/", containers.router, tags=["collection"])
api.add_router("/", custody.router, tags=["collection"])
api.add_router("/", refurbishment.router, tags=["refurbishment"])
api.add_router("/", associations.router, tags=["associations and requests"])
api.add_router("/", filings.router, tags=["associations and requests"])
api.add_router("/", allocation.router, tags=["allocation"])
api.add_router("/", deciding.router, tags=["allocation"])
api.add_router("/", complaints.router, tags=["allocation"])
api.add_router("/", round_report.router, tags=["allocation"])
api.add_router("/", pins.router, tags=["allocation"])
api.add_router("/", points.router, tags=["allocation"])
api.add_router("/", accessories.router, tags=["devices"])
api.add_router("/", aftercare.router, tags=["after the hand-over"])
api.add_router("/", appointments.router, tags=["appointments"])
api.add_router("/", handover.router, tags=["hand-over"])
api.add_router("/", supervision.router, tags=["hand-over"])
api.add_router("/", wordings.router, tags=["hand-over"])
api.add_router("/", disposal.router, tags=["end of life"])
api.add_router("/", finding.router, tags=["end of life"])
api.add_router("/", audit.router, tags=["audit"])
api.add_router("/", checkpoints.router, tags=["audit"])
api.add_router("/", reports.router, tags=["audit"])
api.add_router("/", samples.router, tags=["audit"])
api.add_router("/", open_data.router, tags=["open data"])
api.add_router("/", erasing.router, tags=["personal data"])
api.add_router("/", privacy.router, tags=["personal data"])
api.add_router("/", eliminations.router, tags=["personal data"])
api.add_router("/labels/", labels_router, tags=["labels"])
api.add_router("/labels/", printers_router, tags=["labels"])
api.add_router("/imports/", imports_router, tags=["imports"])


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(request, refusal)


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    places = [
        {"place": ".".join(str(part) for part in error["loc"]), "what": str(error["msg"])} for error in invalid.errors
    ]
    detail = _("The request cannot be understood: see 'facts' for each place.")
    return problem_document(request, 422, "not_understood", detail, {"places": places})


@api.exception_handler(AuthenticationError)
def _unknown_asker(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    response = problem_document(request, 401, "not_signed_in", _("Sign in, or send a valid token."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_document(request, error.status_code, "http_error", str(error))
