"""What describes the open data is true: each description is read as its tools read it, and held against the files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.lifecycle import Status
from inventory.reports.open_data.activity import REQUESTS, channel_rows, movement_rows
from inventory.reports.open_data.commands import freeze_statement
from inventory.reports.open_data.register import DATASETS
from inventory.reports.open_data.suppression import TOTAL
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db
THIS = timezone.localdate().year
NEEDED = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license", "dct:language"},
    "dcat:Dataset": {"dct:title", "dct:description", "dcat:theme", "dcat:distribution", "dct:publisher"}
    | {"dcat:contactPoint", "dct:identifier", "dct:accessRights", "dct:accrualPeriodicity", "dct:spatial"},
    "dcat:Distribution": {"dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:license", "dct:format"},
}


@pytest.fixture
def visitor(people: People) -> Client:
    with clock_at(timezone.make_aware(dt.datetime.combine(dt.date(THIS - 1, 7, 1), dt.time(10)))):
        journeys.make(Status.HANDED_OVER)
    journeys.make(Status.HANDED_OVER, "screen")
    journeys.make(Status.RECYCLED)
    for code in DATASETS:
        freeze_statement(code, THIS - 1, actor=people.programme_officer)
    return Client(headers={"accept-language": "fr"})


def rows(visitor: Client, address: str) -> list[list[str]]:
    answer = visitor.get(urlsplit(address).path)
    assert answer.status_code == 200, address
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


READ = {
    "string": str,
    "integer": int,
    "decimal": Decimal,
    "number": Decimal,
    "date": dt.date.fromisoformat,
}


def fits(table: list[list[str]], columns: list[tuple[str, str, bool]], key: list[str]) -> None:
    """Header, types, what is required and the key, as a validator of tables looks at them."""
    names = [name for name, _kind, _required in columns]
    assert table[0] == names
    for row in table[1:]:
        assert len(row) == len(names)
        for cell, (name, kind, required) in zip(row, columns, strict=True):
            assert cell or not required, name
            assert not cell or READ[kind](cell) is not None
    keys = [tuple(row[names.index(name)] for name in key) for row in table[1:]]
    assert len(set(keys)) == len(keys)


def test_the_catalogue_says_what_dcat_ap_asks_and_every_address_in_it_answers(visitor: Client) -> None:
    found = json.loads(visitor.get("/public/data/catalogue.jsonld").content)
    things: list[dict[str, Any]] = [found, *found["dcat:dataset"]]
    things += [one for dataset in found["dcat:dataset"] for one in dataset["dcat:distribution"]]
    assert len(things) == 1 + len(DATASETS) * 3
    for thing in things:
        assert NEEDED[thing["@type"]] <= set(thing), thing["@id"]
        assert {title["@language"] for title in thing["dct:title"]} == {"fr", "nl", "en"}
    assert len({thing["@id"] for thing in things}) == len(things)
    prefixes = {name.split(":")[0] for name in re.findall(r'"(\w+:\w+)":', json.dumps(found))}
    assert prefixes <= set(found["@context"])
    for one in things[1 + len(DATASETS) :]:
        for name in ("dcat:accessURL", "dcat:downloadURL", "dct:conformsTo"):
            answer = visitor.get(urlsplit(one[name]["@id"]).path)
            assert answer.status_code == 200
        data = visitor.get(urlsplit(one["dcat:downloadURL"]["@id"]).path)
        if "spdx:checksum" in one:
            assert data.headers["ETag"] == f'"{one["spdx:checksum"]["spdx:checksumValue"]}"'
            assert len(data.content) == int(one["dcat:byteSize"]["@value"])


def test_csv_on_the_web_describes_the_files_as_they_are(visitor: Client) -> None:
    for code in DATASETS:
        for year in (THIS, THIS - 1):
            here = f"/public/data/{code}/{year}.csv"
            found = json.loads(visitor.get(f"{here}-metadata.json").content)
            assert found["@context"][0] == "http://www.w3.org/ns/csvw"
            assert f"/public/data/{code}/{found['url']}" == here
            schema = found["tableSchema"]
            columns = [(one["name"], one["datatype"], one["required"]) for one in schema["columns"]]
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name, _kind, _required in columns)
            fits(rows(visitor, here), columns, schema["primaryKey"])


def test_the_data_package_describes_the_files_as_they_are(visitor: Client) -> None:
    found = json.loads(visitor.get("/public/data/datapackage.json").content)
    assert re.fullmatch(r"[a-z0-9._/-]+", found["name"])
    assert len(found["resources"]) == len(DATASETS) * 2
    for one in found["resources"]:
        assert re.fullmatch(r"[a-z0-9._/-]+", one["name"])
        schema = one["schema"]
        columns = [
            (field["name"], field["type"], field.get("constraints", {}).get("required", False))
            for field in schema["fields"]
        ]
        fits(rows(visitor, one["path"]), columns, schema["primaryKey"])


@pytest.fixture
def downloaded(visitor: Client, tmp_path: Path) -> Path:
    """What somebody takes along: the package and every file it names, in folders as their addresses are."""
    address = "/public/data/datapackage.json"
    package = visitor.get(address).content.decode()
    beside = json.loads(package)["homepage"]
    for one in json.loads(package)["resources"]:
        for path in (one["path"], f"{one['path']}-metadata.json"):
            kept = tmp_path / path.removeprefix(beside)
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(visitor.get(urlsplit(path).path).content)
    (tmp_path / "datapackage.json").write_text(package.replace(beside, ""))
    return tmp_path


def checked_with(program: str, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = Path(sys.executable).parent / program
    return subprocess.run([path, *words], cwd=folder, capture_output=True, text=True)


def test_the_validator_of_data_packages_finds_nothing(downloaded: Path) -> None:
    done = checked_with("frictionless", "validate", "--json", "datapackage.json", folder=downloaded)
    report = json.loads(done.stdout)
    assert (report["valid"], report["stats"]["tasks"]) == (True, len(DATASETS) * 2), done.stdout
    # It does look: a word is no number.
    spoilt = downloaded / "movements" / f"{THIS - 1}.csv"
    spoilt.write_text(spoilt.read_text().replace(",1\n", ",one\n"))
    assert checked_with("frictionless", "validate", "--json", "datapackage.json", folder=downloaded).returncode == 1


def test_the_validator_of_csv_on_the_web_finds_nothing(downloaded: Path) -> None:
    described = sorted(downloaded.glob("*/*-metadata.json"))
    assert len(described) == len(DATASETS) * 2
    for one in described:
        done = checked_with("csvwvalidate", str(one), folder=downloaded)
        assert (done.returncode, done.stdout.strip()[-2:]) == (0, "OK"), (one.name, done.stdout, done.stderr)


def test_requests_are_told_only_when_the_year_is_over_and_small_counts_are_hidden(visitor: Client) -> None:
    assert channel_rows(THIS) == []
    told = {(row[0], row[1]): row[2:] for row in channel_rows(THIS - 1)}
    assert told["counter", "award"] == (None, 1)
    assert told[TOTAL, TOTAL] == (None, 1)
    names = [field.name for field in REQUESTS.fields]
    assert names == ["channel", "answer", "requests", "hidden"]


def test_movements_count_devices_by_month_step_status_and_kind(visitor: Client) -> None:
    found = movement_rows(THIS - 1)
    assert (f"{THIS - 1}-07", "hand_over", "handed_over", "desktop", 1) in found
    assert all(row[0].startswith(f"{THIS - 1}-") for row in found)


def test_anybody_finds_every_data_set_from_the_list(visitor: Client) -> None:
    page = visitor.get("/public/data/").content.decode()
    for code in DATASETS:
        assert f"/public/data/{code}/{THIS}/" in page
        for year in (THIS, THIS - 1):
            assert visitor.get(f"/public/data/{code}/{year}/").status_code == 200
