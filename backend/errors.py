"""The one table from refusals to HTTP: both doors answer with it."""

from __future__ import annotations

from http import HTTPStatus

from inventory import errors

STATUS_OF: dict[type[errors.Refusal], HTTPStatus] = {
    errors.Refusal: HTTPStatus.BAD_REQUEST,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.StepRefused: HTTPStatus.CONFLICT,
    errors.BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.RuleBroken: HTTPStatus.CONFLICT,
}


def status_of(refusal: errors.Refusal) -> int:
    """The HTTP status of a refusal."""
    return int(STATUS_OF[type(refusal)])
