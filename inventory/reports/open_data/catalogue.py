"""The descriptions by which catalogues and tools find and read the open data: DCAT-AP, CSV on the Web, Frictionless."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.reports.open_data.datasets import Dataset, Field
from inventory.reports.open_data.queries import statements, years
from inventory.reports.open_data.register import DATASETS

_TONGUES: Final = ("fr", "nl", "en")
_EU: Final = "http://publications.europa.eu/resource/authority"
# How each vocabulary calls what a column holds.
_CSVW: Final = {"text": "string", "int": "integer", "decimal": "decimal", "date": "date"}
_FRICTIONLESS: Final = {"text": "string", "int": "integer", "decimal": "number", "date": "date"}
_NAME: Final = _("Open data of the re-use programme")
_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def address(path: str = "") -> str:
    """The stable address of something in the open data."""
    return f"https://{settings.RELAIS_PUBLIC_HOST}/public/data/{path}"


def dcat() -> dict[str, Any]:
    """The catalogue after DCAT-AP 2, as JSON-LD: a data set for each table, a distribution for each year."""
    found = years()
    frozen = {(one.dataset, one.year): one for one in reversed(list(statements()))}
    publisher: dict[str, Any] = {
        "@id": f"https://{settings.RELAIS_PUBLIC_HOST}/#publisher",
        "@type": "foaf:Agent",
        "foaf:name": [
            {"@value": "Ville de Bruxelles", "@language": "fr"},
            {"@value": "Stad Brussel", "@language": "nl"},
        ],
        "dct:type": {"@id": "http://purl.org/adms/publishertype/LocalAuthority"},
    }
    modified = max((one.frozen_at for one in frozen.values()), default=timezone.now())
    return {
        "@context": _CONTEXT,
        "@id": address("catalogue.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": _said(_NAME),
        "dct:description": _said(_("What the city gives, moves, erases and recycles, in figures.")),
        "dct:publisher": publisher,
        "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in ("FRA", "NLD", "ENG")],
        "dct:license": {"@id": "https://creativecommons.org/publicdomain/zero/1.0/"},
        "dct:modified": _day(timezone.localdate(modified).isoformat()),
        "dct:conformsTo": {"@id": "http://data.europa.eu/r5r/"},
        "foaf:homepage": {"@id": address()},
        "dcat:dataset": [_dataset(one, found, frozen, publisher["@id"]) for one in DATASETS.values()],
    }


def csvw(dataset: Dataset, year: int) -> dict[str, Any]:
    """What the CSV of a year holds, after CSV on the Web (W3C, 2015)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{year}.csv",
        "dc:title": _said_by_tongue(dataset.title),
        "dc:license": {"@id": dataset.licence.address},
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {
                    "name": field.name,
                    "titles": {"und": field.name, **_said_by_tongue(field.title)},
                    "datatype": _CSVW[field.kind],
                    "required": field.name in dataset.key and field.kind != "text",
                    "null": "",
                }
                for field in dataset.fields
            ],
            "primaryKey": list(dataset.key),
        },
    }


def datapackage() -> dict[str, Any]:
    """Every table of every year as a Frictionless data package (version 1)."""
    with translation.override("en"):
        return {
            "profile": "tabular-data-package",
            "name": "relais-open-data",
            "title": str(_NAME),
            "homepage": address(),
            "licenses": [_licence(next(iter(DATASETS.values())))],
            "resources": [_resource(one, year) for one in DATASETS.values() for year in years()],
        }


def _dataset(dataset: Dataset, found: list[int], frozen: dict[Any, Any], publisher: str) -> dict[str, Any]:
    return {
        "@id": address(f"#{dataset.code}"),
        "@type": "dcat:Dataset",
        "dct:identifier": f"relais-{dataset.code}",
        "dct:title": _said(dataset.title),
        "dct:description": _said(dataset.description),
        "dct:publisher": {"@id": publisher},
        "dcat:theme": {"@id": f"{_EU}/data-theme/{dataset.theme}"},
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC"},
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/ANNUAL"},
        "dct:spatial": {"@id": f"{_EU}/place/BEL_BRU"},
        "dcat:contactPoint": {"@type": "vcard:Organization", "vcard:hasTelephone": f"tel:{_phone()}"},
        "dcat:keyword": [
            *({"@value": word, "@language": "fr"} for word in ("réemploi", "informatique", "fracture numérique")),
            *({"@value": word, "@language": "nl"} for word in ("hergebruik", "informatica", "digitale kloof")),
        ],
        "dcat:distribution": [_distribution(dataset, year, frozen.get((dataset.code, year))) for year in found],
    }


def _distribution(dataset: Dataset, year: int, statement: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@id": address(f"{dataset.code}/{year}.csv"),
        "@type": "dcat:Distribution",
        "dct:title": [{"@value": f"{title['@value']} {year}", **_tongue(title)} for title in _said(dataset.title)],
        "dcat:accessURL": {"@id": address(f"{dataset.code}/{year}/")},
        "dcat:downloadURL": {"@id": address(f"{dataset.code}/{year}.csv")},
        "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/text/csv"},
        "dct:format": {"@id": f"{_EU}/file-type/CSV"},
        "dct:license": {"@id": dataset.licence.address},
        "dct:conformsTo": {"@id": address(f"{dataset.code}/{year}.csv-metadata.json")},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(f"{year}-01-01"),
            "dcat:endDate": _day(f"{year}-12-31"),
        },
    }
    if statement:
        whole = next(one.file for one in statement.files.all() if (one.language, one.form) == ("", "csv"))
        told["dcat:byteSize"] = {"@value": str(whole.size), "@type": "xsd:nonNegativeInteger"}
        told["dct:modified"] = _day(timezone.localdate(statement.frozen_at).isoformat())
        told["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": whole.sha256,
        }
    return told


def _resource(dataset: Dataset, year: int) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": f"{dataset.code}-{year}",
        "title": f"{dataset.title} {year}",
        "path": address(f"{dataset.code}/{year}.csv"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "licenses": [_licence(dataset)],
        "schema": {
            "fields": [_field(field, dataset) for field in dataset.fields],
            "missingValues": [""],
            "primaryKey": list(dataset.key),
        },
    }


def _field(field: Field, dataset: Dataset) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "title": str(field.title), "type": _FRICTIONLESS[field.kind]}
    if field.name in dataset.key and field.kind != "text":
        told["constraints"] = {"required": True}
    return told


def _licence(dataset: Dataset) -> dict[str, str]:
    return {"name": dataset.licence.name, "path": dataset.licence.address}


def _said_by_tongue(words: Promise) -> dict[str, str]:
    told = {}
    for tongue in _TONGUES:
        with translation.override(tongue):
            told[tongue] = str(words)
    return told


def _said(words: Promise) -> list[dict[str, str]]:
    return [{"@value": text, "@language": tongue} for tongue, text in _said_by_tongue(words).items()]


def _tongue(said: dict[str, str]) -> dict[str, str]:
    return {"@language": said["@language"]}


def _day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}


def _phone() -> str:
    digits = "".join(sign for sign in settings.RELAIS_PHONE if sign.isdigit())
    return f"+32{digits[1:]}" if digits.startswith("0") else f"+{digits}"
