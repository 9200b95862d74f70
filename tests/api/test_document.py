"""The OpenAPI document describes what is there, and its page is served by ourselves."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from backend.api import api

DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(inner) for inner in value))
    return set()


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(m, p, operation) for p, methods in DOCUMENT["paths"].items() for m, operation in methods.items()]


def test_it_is_a_whole_openapi_document() -> None:
    assert DOCUMENT["openapi"].startswith("3.")
    assert DOCUMENT["info"]["title"] == "Relais"
    for reference in _references(DOCUMENT):
        at: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
    ids = [operation["operationId"] for _method, _path, operation in _operations()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("method", "path", "operation"), _operations(), ids=lambda value: str(value)[:60])
def test_every_operation_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    named = set(re.findall(r"{(\w+)}", path))
    given = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
    assert named == given
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert operation["security"]
    codes = {str(code) for code in operation["responses"]}
    assert codes & {"200", "201", "202"}
    assert {"400", "401", "403", "404", "409", "422"} <= codes


def test_every_schema_says_what_it_is() -> None:
    silent = [name for name, one in DOCUMENT["components"]["schemas"].items() if not one.get("description")]
    assert set(silent) <= {"Input", "FileParams", "MultiPartBodyParams"} | {n for n in silent if n.startswith("Paged")}


@pytest.mark.django_db
def test_the_document_is_served(client: Client) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert set(answer.json()["paths"]) == set(DOCUMENT["paths"])


def test_every_address_under_api_is_in_the_document() -> None:
    found = {
        "/api/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern) == "api/"
        for pattern in resolver.url_patterns
    }
    assert found - {"/api/openapi.json", "/api/docs", "/api/"} == set(DOCUMENT["paths"])
