"""Whatever is sent, the API answers in its own words: never an accident, on either database."""

from __future__ import annotations

import json
from collections import deque
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.api import api
from tests.api.programs import Program, city, jack_of_all_trades

pytestmark = pytest.mark.django_db

DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
STAGES = sorted({operation["tags"][0] for _method, _path, operation in OPERATIONS})

NASTY_TEXT = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "²",
        "٣",
        "9" * 5000,
        "x" * 201,
        "é" * 3000,
        "=1+1",
        "../../etc/passwd",
        "'; DROP TABLE inventory_device; --",
        "%(tag)s %s",
        "{{ 7|add:7 }}",
        "0001-01-01",
        "9999-12-31",
        "\u202e\u200b",
        "\U0001f9ff" * 90,
    ]
)
NASTY_INTEGERS = st.sampled_from([-(2**63) - 1, -1, 0, 1, 2**15, 2**31, 2**63, 2**64, 10**400])
NASTY_MOMENTS = st.sampled_from(
    [
        "2026-03-02T10:00:00",
        "2026-03-02T10:00:00+01:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1900-01-01T00:00:00Z",
        "yesterday",
        "-5e300",
        0,
        1e300,
    ]
)
NASTY_DAYS = st.sampled_from(["2026-03-02", "0001-01-01", "9999-12-31", "2026-02-30", "2026-03-02T00:00:00", -1])
NASTY_DECIMALS = st.sampled_from(
    ["NaN", "sNaN", "Infinity", "-0", "1e400", "0.00000000001", "1" * 60, 12.5, "1e-9999999999", 999999999]
)
WRONG_TYPES = st.sampled_from([None, True, -1.5, [], {}, [[[]]], {"a": {"b": []}}, "text", 7])


def _from_schema(schema: dict[str, Any], known: st.SearchStrategy[Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a schema's shape with nasty content, and now and then not of its shape at all."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if "allOf" in schema:
        schema = schema["allOf"][0]
        return _from_schema(schema, known, depth)
    if "anyOf" in schema:
        return st.one_of([_from_schema(one, known, depth) for one in schema["anyOf"]])
    shape = _of_type(schema, known, depth)
    return st.one_of(shape, shape, shape, shape, WRONG_TYPES)


def _of_type(schema: dict[str, Any], known: st.SearchStrategy[Any], depth: int) -> st.SearchStrategy[Any]:
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "object" and "properties" in schema:
        required = set(schema.get("required", []))
        given = {name: _from_schema(one, known, depth + 1) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: one for name, one in given.items() if name in required},
            optional={name: one for name, one in given.items() if name not in required},
        )
    if kind == "object":
        inner = schema.get("additionalProperties")
        values = _from_schema(inner, known, depth + 1) if isinstance(inner, dict) else WRONG_TYPES
        return st.dictionaries(
            st.one_of(st.sampled_from(["1", "2", "power", "battery"]), NASTY_TEXT), values, max_size=3
        )
    if kind == "array":
        return st.lists(_from_schema(schema["items"], known, depth + 1), max_size=3)
    if kind == "integer":
        return st.one_of(st.integers(1, 3), NASTY_INTEGERS)
    if kind == "boolean":
        return st.booleans()
    if kind == "number":
        return st.one_of(NASTY_DECIMALS, st.floats(allow_nan=False, allow_infinity=False))
    if form == "date-time":
        return NASTY_MOMENTS
    if form == "date":
        return NASTY_DAYS
    if kind == "null":
        return st.none()
    return st.one_of(known, known, NASTY_TEXT, NASTY_DECIMALS.map(str), st.text(max_size=30))


# fmt: off
WORDS = [
    "desktop", "hdd", "A", "W1", "counter", "online", "post", "mistake", "defective", "stolen", "damaged",
    "asbl_vzw", "de_facto", "fr", "nl", "screen", "paper", "shred", "opened_and_looked", "read_back_sample",
    "overwrite", "inspect", "scrap", "start_refurbishment", "pass", "not_applicable", "victor", "claire",
    "received", "pending", "declared", "device", "L7160", "city", "quarantine", "power", "battery",
    "0999.000.030",
]
# fmt: on


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_that_is_sent_makes_it_fall(stage: str, people: Any) -> None:
    the_city = city()
    jack = Program(jack_of_all_trades())
    places = [*the_city.tags.values(), the_city.medium, the_city.association, the_city.request, the_city.decided]
    places += [the_city.agreement, the_city.manifest, the_city.free_tag, the_city.round]
    known = st.sampled_from([*places, *WORDS])
    for method, path, operation in OPERATIONS:
        if operation["tags"][0] == stage:
            _knock(method, path, operation, jack, known)


def _knock(method: str, path: str, operation: dict[str, Any], jack: Program, known: st.SearchStrategy[Any]) -> None:
    @settings(
        max_examples=MOST_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def once(data: st.DataObject) -> None:
        query, address = [], path
        for parameter in operation.get("parameters", []):
            value = data.draw(_from_schema(parameter["schema"], known), label=parameter["name"])
            if parameter["in"] == "path":
                address = address.replace("{" + parameter["name"] + "}", _quoted(value) or "-")
            elif parameter.get("required") or data.draw(st.booleans()):
                values = value if isinstance(value, list) else [value]
                query += [f"{parameter['name']}={_quoted(one)}" for one in values]
        body, kind = _body(data, operation, known)
        with transaction.atomic():
            answer = jack.client.generic(
                method,
                f"{address}?{'&'.join(query)}",
                body,
                content_type=kind,
                headers={"Authorization": f"Bearer {jack.token}"},
            )
            if method != "GET" and answer.status_code < 300:
                _everything_fits()
            if answer.streaming:
                deque(answer.streaming_content, maxlen=0)
            transaction.set_rollback(True)
        assert answer.status_code in {200, 201, 400, 401, 403, 404, 405, 409, 422}, answer
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json", (address, answer.content[:200])

    once()


MOST_EXAMPLES = 12


def _quoted(value: Any) -> str:
    return quote(str(value).encode("utf-8", "surrogatepass")[:3000], safe="")


def _body(data: st.DataObject, operation: dict[str, Any], known: st.SearchStrategy[Any]) -> tuple[bytes, str]:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        value = data.draw(_from_schema(content["application/json"]["schema"], known), label="body")
        return json.dumps(value).encode(), "application/json"
    if "multipart/form-data" not in content:
        return b"", "application/json"
    fields = data.draw(_from_schema(content["multipart/form-data"]["schema"], known), label="form")
    return _multipart(fields if isinstance(fields, dict) else {}, data)


def _multipart(fields: dict[str, Any], data: st.DataObject) -> tuple[bytes, str]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    form: dict[str, Any] = {}
    for name, value in fields.items():
        form[name] = "" if value is None else str(value).encode("utf-8", "replace").decode()
    content = data.draw(st.one_of(st.sampled_from(NASTY_FILES), st.binary(max_size=60)), label="file")
    name = data.draw(st.sampled_from(["a.csv", "a.xlsx", "lshw.json", "n.log", "a\x00.png", "é" * 200 + ".png"]))
    if data.draw(st.booleans()) or "file" in form:
        form["file"] = SimpleUploadedFile(name, content)
    return encode_multipart(BOUNDARY, form), MULTIPART_CONTENT


NASTY_FILES = [
    b"",
    b"\x00" * 100,
    b"PK\x03\x04" + b"\x00" * 60,
    b"{" * 3000,
    b'{"id": "x", "class": "system", "serial": "a\\u0000b", "children": 5}',
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><list>&b;</list>",
    b"[2026/03/02 09:15:00]  notice: nwipe 0.33\n",
    "N° d'inventaire;Catégorie\nA\x001;PC\n".encode(),
    b"%PDF-1.7",
]


def _everything_fits() -> None:
    # SQLite does not hold texts to their length: what it would take and PostgreSQL would not is found here.
    from django.apps import apps
    from django.db.models.functions import Length

    for model in apps.get_models():
        if model._meta.app_label not in {"inventory", "labels", "imports", "accounts"}:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField) and field.max_length:
                longest = model._default_manager.order_by().aggregate(n=models.Max(Length(field.name)))["n"]
                assert (longest or 0) <= field.max_length, f"{field} holds {longest} signs"
