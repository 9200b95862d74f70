"""The agreement's words, its values and the law's thresholds: versions kept, sums by year, nothing without a source."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from inventory.allocation.commands import reserve
from inventory.associations.models import Association
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.documents.commands import read_file
from inventory.errors import BadInput, NotAllowed
from inventory.handover import wording
from inventory.handover.commands import cancel_agreement, prepare_agreement
from inventory.handover.models import Valuation
from inventory.handover.queries import total_of
from inventory.handover.valuing import value_devices, year_sum
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.documents import needs_poppler, text_of
from tests.people import People

pytestmark = pytest.mark.django_db

EXPERT = {"method": "expert", "source": "Rapport 2026-4", "dated": dt.date(2026, 3, 2)}


def _reserved(people: People, body: Association, count: int = 1) -> list[Device]:
    asked = journeys.request(body, quantity=count)
    journeys.award(asked)
    tags = [journeys.make(Status.READY).tag for _place in range(count)]
    return reserve(tags, actor=people.programme_officer, reference=asked.reference, position=1)


@needs_poppler
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Parties", "Dissolution", "22.", "Annexe 2", "Fiches de réemploi", "85,00 €"]),
        ("nl", ["Partijen", "Ontbinding", "22.", "Bijlage 2", "Hergebruikfiches", "€ 85,00"]),
    ],
)
def test_the_agreement_has_its_22_clauses_values_certificates_and_sheets(
    language: str, words: list[str], people: People, tmp_path: Path
) -> None:
    body = journeys.association(language)
    (device,) = _reserved(people, body)
    made = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    data = read_file(made.paper)
    said = text_of(data).replace("\u00a0", " ")
    certificate = device.media.get().certificates.get().number
    assert [word for word in [*words, grouped(device.tag), certificate] if word not in said] == []
    assert "{" not in said
    place = tmp_path / "agreement.pdf"
    place.write_bytes(data)
    with pikepdf.open(place) as paper:
        assert paper.Root.MarkInfo.Marked
        assert str(paper.Root.Lang).startswith(language)
        assert "/StructTreeRoot" in paper.Root


def test_the_words_it_was_drawn_up_by_are_kept_with_their_fingerprint(people: People) -> None:
    body = journeys.association()
    (device,) = _reserved(people, body)
    made = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    assert made.template is not None
    kept = read_file(made.template)
    assert hashlib.sha256(kept).hexdigest() == made.template.sha256
    assert wording.read_text(kept, "kept").version == made.template_version
    entry = Entry.objects.get(event="agreement.prepare")
    assert made.template.sha256 in entry.body
    assert entry.evidence_sha256 == made.paper.sha256


def test_a_lawyers_newer_version_is_used_from_its_day(people: People, settings: Any, tmp_path: Path) -> None:
    today = timezone.localdate()
    ours = wording.text_on(today)
    words = ours.source.decode().replace(f'version = "{ours.version}"', 'version = "city-1"')
    words = words.replace("valid_from = 2020-01-01", f"valid_from = {today.isoformat()}")
    (tmp_path / "agreement-city-1.toml").write_text(words, encoding="utf-8")
    settings.RELAIS_AGREEMENT_TEXTS = str(tmp_path)
    assert wording.text_on(today).version == "city-1"
    assert wording.text_on(today - dt.timedelta(days=1)).version == ours.version
    body = journeys.association()
    (device,) = _reserved(people, body)
    assert prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper).template_version == "city-1"


def test_words_with_a_clause_missing_are_no_agreement() -> None:
    words = wording.text_on(timezone.localdate()).source.decode()
    with pytest.raises(ValueError, match="22 clauses"):
        wording.read_text(words[: words.rindex("[[clause]]")].encode(), "short")


def test_what_nobody_valued_has_the_value_of_the_market_table(people: People) -> None:
    body = journeys.association()
    first, second = _reserved(people, body, 2)
    value_devices([first.tag], actor=people.warehouse_keeper, cents=12345, **EXPERT)
    made = prepare_agreement(body.code, [first.tag, second.tag], actor=people.warehouse_keeper)
    by_method = {item.valuation.method: item.valuation.cents for item in made.items.select_related("valuation")}
    assert by_method == {"expert": 12345, "market": 8500}
    assert total_of(made) == 20845
    assert "[12345,8500]" in Entry.objects.get(event="agreement.prepare").body


@pytest.mark.parametrize(
    "wrong",
    [
        {"cents": 0},
        {"cents": -1},
        {"cents": 100, "method": "guess"},
        {"cents": 100, "source": " "},
        {"cents": 100, "dated": dt.date(2999, 1, 1)},
    ],
)
def test_a_value_has_a_method_a_source_and_zero_its_reason(wrong: dict[str, object], people: People) -> None:
    device = journeys.make(Status.READY)
    with pytest.raises(BadInput):
        value_devices([device.tag], actor=people.warehouse_keeper, **{**EXPERT, **wrong})  # type: ignore[arg-type]
    assert not Valuation.objects.exists()
    nothing = value_devices([device.tag], actor=people.warehouse_keeper, cents=0, reason="Écran fendu", **EXPERT)
    assert nothing[0].reason == "Écran fendu"
    with pytest.raises(NotAllowed):
        value_devices([device.tag], actor=people.counter_clerk, cents=1, **EXPERT)


def test_a_valuation_is_never_changed(people: People) -> None:
    device = journeys.make(Status.READY)
    (made,) = value_devices([device.tag], actor=people.warehouse_keeper, cents=100, **EXPERT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Valuation.objects.filter(pk=made.pk).update(cents=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Valuation.objects.filter(pk=made.pk).delete()


@pytest.mark.parametrize(
    ("cents", "code"), [(123_946, "none"), (123_947, "partial"), (2_478_935, "partial"), (2_478_936, "full")]
)
def test_the_sum_of_the_year_decides_the_class(cents: int, code: str, people: People) -> None:
    body, year = journeys.association(), timezone.localdate().year
    (device,) = _reserved(people, body)
    value_devices([device.tag], actor=people.warehouse_keeper, cents=cents, **EXPERT)
    assert year_sum(body, year, more=cents).code == code
    made = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    assert (year_sum(body, year).cents, year_sum(body, year).code) == (cents, code)
    assert year_sum(body, year - 1).cents == 0
    cancel_agreement(made.number, actor=people.warehouse_keeper, reason="mistake")
    assert year_sum(body, year).cents == 0
